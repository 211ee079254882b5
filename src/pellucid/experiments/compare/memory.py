"""What a comparison will need of memory at its peak, said before it trains."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.errors import PellucidError
from pellucid.experiments.compare.bench import Workbench
from pellucid.experiments.compare.question import VariantPlan
from pellucid.networks import Network, padded
from pellucid.records import encode_json
from pellucid.training import TrainingData
from pellucid.training.settling import settle

__all__ = ["Sizes", "predicted_bytes", "sizes_of"]

_FLOAT, _CODE = 4, 8
_KEPT = 6
"""Copies of a network's parameters: values, gradients, two moments, the best epoch's, and one on the way to a file."""
_NUMBERS: dict[str, Any] = {"lr": None, "weight_decay": None, "l1": 0.0, "l2": 0.0, "dropout": 0.0, "epochs": 1}


@dataclass(frozen=True)
class Sizes:
    """Of the largest variant.

    Attributes:
        parameters: Padded parameters of one network.
        widths: Padded widths of all its layers, added up.
        batch: Rows of a step.
        table: Bytes of the training rows as one fold encodes them.
        predictions: Bytes that the out-of-fold predictions of one repeat of one variant take.
    """

    parameters: int
    widths: int
    batch: int
    table: int
    predictions: int

    @property
    def member(self) -> int:
        """Bytes of one network in training."""
        return _FLOAT * (_KEPT * self.parameters + 4 * self.batch * self.widths) + _CODE * 2 * self.batch

    @property
    def work(self) -> float:
        """Multiplications of one step."""
        return 6.0 * self.batch * self.parameters


def sizes_of(bench: Workbench) -> Sizes:
    """Sizes of the largest variant; checks that every variant's loss fits the target.

    Raises:
        ContractError: If a recipe's loss or output does not fit the targets; names the variant and the nearest right
            recipe.
        UsageError: If a number is out of range.
    """
    every = np.arange(bench.rows.count)
    variants = bench.question.variants
    tables = {}
    parameters = widths = batch = size = 0
    seen = set()
    for variant in variants:
        if (shape := _shape(variant)) in seen:
            continue
        seen.add(shape)
        key = (str(variant.preparation), variant.target_expression)
        if key not in tables:
            table = bench.table(every, variant)
            data = TrainingData.of(
                table.encoded.numbers[:1],
                table.targets[:1],
                codes=table.encoded.codes[:1],
                numeric=table.encoding.numeric,
                categories=table.encoding.categories,
            )
            columns = padded(max(table.encoded.numbers.shape[1], 1))
            targets = table.targets.dtype.itemsize * int(np.prod(table.targets.shape[1:], dtype=np.int64))
            per_row = _FLOAT * columns + _CODE * len(table.encoding.categories) + targets
            tables[key] = data, per_row * bench.rows.count
        data, bytes_of_table = tables[key]
        try:
            settled = settle(variant.recipe, data, bench.spec_of(variant))
        except PellucidError as error:
            # The same error with all that it carries.
            error.message = f"Variant {variant.name}: {error.message}"
            error.args = (error.message,)
            raise
        network = Network([settled.network])
        own = sum(int(np.prod(each.shape)) for each in network.parameters)
        rows = padded(min(settled.batch_size, bench.rows.count))
        parameters, batch, size = max(parameters, own), max(batch, rows), max(size, bytes_of_table)
        widths = max(widths, sum(padded(width) for width in (network.outputs, *variant.recipe.hidden)) + 16)
    told = max(len(bench.rows.target.classes), len(bench.rows.target.levels), len(bench.rows.target.columns), 1)
    return Sizes(parameters, widths, batch, size, _FLOAT * told * bench.rows.count)


def _shape(variant: VariantPlan) -> bytes:
    """What a variant's size and fitness depend on; of hundreds that differ in numbers alone one stands for all."""
    return encode_json([variant.recipe.replace(**_NUMBERS), variant.preparation, variant.target_expression])


def predicted_bytes(sizes: Sizes, *, members: int, folds: int, workers: int = 1) -> int:
    """Bytes at the peak, beyond what the program takes by itself.

    Args:
        sizes: Of the largest variant.
        members: Networks in a unit.
        folds: Folds in a unit.
        workers: Units at a time.
    """
    # While folds are laid behind one another they are there twice.
    unit = members * (sizes.member + sizes.predictions) + 2 * folds * sizes.table
    return workers * unit
