"""What a comparison will need of memory at its peak, said before it trains."""

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from pellucid.errors import PellucidError
from pellucid.experiments.compare.bench import PICKING_SHARE, Workbench
from pellucid.experiments.compare.question import VariantPlan
from pellucid.records import encode_json
from pellucid.training import Setting, TrainingData
from pellucid.training.places import Footprint, footprint, training_bytes
from pellucid.training.settling import settle

__all__ = ["Sizes", "predicted_bytes", "process_bytes", "sizes_of", "unit_bytes"]

_FLOAT = 4
_NUMBERS: dict[str, Any] = {"lr": None, "weight_decay": None, "l1": 0.0, "l2": 0.0, "dropout": 0.0, "epochs": 1}


@dataclass(frozen=True)
class Sizes:
    """Of the largest variant.

    Attributes:
        member: What one network takes.
        table: Bytes of the training rows as one fold encodes them.
        predictions: Bytes of what one network says of its fold's test rows, as it is kept.
    """

    member: Footprint
    table: int
    predictions: int


def sizes_of(bench: Workbench) -> Sizes:
    """Sizes of the largest variant; checks that every variant's loss fits the target.

    Raises:
        ContractError: If a recipe's loss or output does not fit the targets; names the variant and the nearest right
            recipe.
        UsageError: If a number is out of range.
    """
    every = np.arange(bench.rows.count)
    fold = max(bench.folds.values(), key=lambda fold: len(fold.train))
    picks = int(np.ceil(PICKING_SHARE * len(fold.train)))
    epochs = max(variant.recipe.epochs for variant in bench.question.variants)
    tables: dict[tuple[str, str | None], TrainingData] = {}
    largest, seen, table = Footprint(0, 0, 0), set(), 0
    for variant in bench.question.variants:
        if (shape := _shape(variant)) in seen:
            continue
        seen.add(shape)
        key = (str(variant.preparation), variant.target_expression)
        if key not in tables:
            data = bench.laid([bench.fitted(every, variant)])
            table = max(table, _bytes(data))
            # Widths are all that is asked for from here on.
            tables[key] = replace(data, inputs=data.inputs[:1].clone(), targets=data.targets[:1].clone(), codes=None)
        try:
            settled = settle(variant.recipe.replace(epochs=epochs), tables[key], bench.spec_of(variant))
        except PellucidError as error:
            # The same error with all that it carries.
            error.message = f"Variant {variant.name}: {error.message}"
            error.args = (error.message,)
            raise
        one = footprint(settled, rows=len(fold.train), validation=picks)
        largest = Footprint(*(max(pair) for pair in zip(_told(largest), _told(one), strict=True)))
    told = max(len(bench.rows.target.classes), len(bench.rows.target.levels), len(bench.rows.target.columns), 1)
    tested = max(len(fold.test) for fold in bench.folds.values())
    return Sizes(largest, table, _FLOAT * told * tested)


def _shape(variant: VariantPlan) -> bytes:
    """What a variant's size and fitness depend on; of hundreds that differ in numbers alone one stands for all."""
    return encode_json([variant.recipe.replace(**_NUMBERS), variant.preparation, variant.target_expression])


def _told(one: Footprint) -> tuple[int, int, int]:
    return one.step, one.place, one.kept


def _bytes(data: TrainingData) -> int:
    return sum(
        each.numel() * each.element_size() for each in (data.inputs, data.targets, data.codes) if each is not None
    )


def unit_bytes(sizes: Sizes, *, members: int, folds: int, cores: int) -> int:
    """Bytes that one unit takes while it is worked on.

    Args:
        sizes: Of the largest variant.
        members: Networks in it.
        folds: Folds in it.
        cores: That train.
    """
    # What networks say of their test rows is there as outputs and as predictions in the user's unit, both of double
    # precision, and as what is written down, in memory and in the archive.
    said = members * sizes.predictions * 8
    # Beside the encoded rows there are those of the fold that is just being encoded.
    return (
        training_bytes(sizes.member, members=members, cores=cores, setting=Setting()) + (folds + 1) * sizes.table + said
    )


def predicted_bytes(sizes: Sizes, *, members: int, folds: int, workers: int | None = None) -> int:
    """Bytes of all processes together at the peak, with what this one has taken already.

    Args:
        sizes: Of the largest variant.
        members: Networks in a unit.
        folds: Folds in a unit.
        workers: Processes that work on a unit each; None: this one, with all its threads.
    """
    own = unit_bytes(sizes, members=members, folds=folds, cores=torch.get_num_threads() if workers is None else 1)
    return process_bytes() + (own if workers is None else workers * (_WORKER + own))


_WORKER = 260 << 20


def process_bytes() -> int:
    """Bytes that this process holds; where the system does not say, the most that it has held."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        if sys.platform == "win32":
            return 0
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most << 10
