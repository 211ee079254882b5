"""What a comparison will need of memory at its peak, said before it trains."""

import os
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.arithmetic import has_compiler
from pellucid.errors import PellucidError
from pellucid.experiments.compare.bench import PICKING_SHARE, Workbench
from pellucid.experiments.compare.outputs import predict_together
from pellucid.experiments.compare.question import VariantPlan
from pellucid.records import encode_json
from pellucid.training import Setting, TrainingData
from pellucid.training.engines import Choosing
from pellucid.training.places import Footprint, footprint, training_bytes
from pellucid.training.settling import settle

__all__ = ["Sizes", "narrowing_bytes", "predicted_bytes", "process_bytes", "sizes_of", "unit_bytes"]

_FLOAT = 4
_NUMBERS: dict[str, Any] = {"lr": None, "weight_decay": None, "l1": 0.0, "l2": 0.0, "dropout": 0.0, "epochs": 1}
# Libraries as they are loaded, measured as ``benchmarks/memory`` does: what torch sets up at its first products,
# llvmlite with what it compiles, scikit-learn with a forest of boosted trees, and a worker that has read its question.
_FIRST, _COMPILER, _RIVALS, _WORKER = 15 << 20, 85 << 20, 105 << 20, 260 << 20
# Copies of what a network says of its test rows: as outputs and in the user's unit, both of double precision, and as
# written down.
_SAID = 6


@dataclass(frozen=True)
class Sizes:
    """Of the largest variant.

    Attributes:
        member: What one network takes.
        table: Bytes of the training rows as one fold encodes them.
        predictions: Bytes of what one network says of its fold's test rows, as it is kept.
        setting: How networks train.
    """

    member: Footprint
    table: int
    predictions: int
    setting: Setting = Setting()  # noqa: RUF009 frozen


def sizes_of(bench: Workbench) -> Sizes:
    """Sizes of the largest variant; checks that every variant's loss fits the target.

    Raises:
        ContractError: If a recipe's loss or output does not fit the targets; names the variant and the nearest right
            recipe.
        UsageError: If a number is out of range.
    """
    every, setting = np.arange(bench.rows.count), bench.question.setting
    fold = max(bench.folds.values(), key=lambda fold: len(fold.train))
    picks = int(np.ceil(PICKING_SHARE * len(fold.train)))
    epochs = max(variant.recipe.epochs for variant in bench.question.variants)
    known: dict[tuple[str, str | None], tuple[TrainingData, Choosing]] = {}
    largest, seen, table = Footprint(0, 0, 0, 0), set(), 0
    for variant in bench.question.variants:
        if (shape := _shape(variant)) in seen:
            continue
        seen.add(shape)
        key = (str(variant.preparation), variant.target_expression)
        if key not in known:
            whole = bench.laid([bench.fitted(every, variant)])
            table = max(table, _bytes(whole))
            # Widths are all that is asked for from here on.
            one_row = replace(
                whole,
                inputs=whole.inputs[:1].clone(),
                targets=whole.targets[:1].clone(),
                codes=None if whole.codes is None else whole.codes[:1].clone(),
            )
            known[key] = one_row, Choosing(one_row, setting)
        data, choosing = known[key]
        try:
            settled = settle(variant.recipe.replace(epochs=epochs), data, bench.spec_of(variant))
        except PellucidError as error:
            # The same error with all that it carries.
            error.message = f"Variant {variant.name}: {error.message}"
            error.args = (error.message,)
            raise
        engine, _ = choosing(settled)
        own = footprint(settled, rows=len(fold.train), validation=picks, engine=engine)
        largest = Footprint(*(max(getattr(each, field.name) for each in (largest, own)) for field in fields(own)))
    told = max(len(bench.rows.target.classes), len(bench.rows.target.levels), len(bench.rows.target.columns), 1)
    tested = max(len(fold.test) for fold in bench.folds.values())
    return Sizes(largest, table, _FLOAT * told * tested, setting)


def _shape(variant: VariantPlan) -> bytes:
    """What a variant's size and fitness depend on; of hundreds that differ in numbers alone one stands for all."""
    return encode_json([variant.recipe.replace(**_NUMBERS), variant.preparation, variant.target_expression])


def _bytes(data: TrainingData) -> int:
    arrays = (data.inputs, data.targets, data.codes)
    return sum(each.numel() * each.element_size() for each in arrays if each is not None)


def unit_bytes(sizes: Sizes, *, members: int, folds: int, cores: int) -> int:
    """Bytes that one unit takes while it is worked on.

    Args:
        sizes: Of the largest variant.
        members: Networks in it.
        folds: Folds in it.
        cores: That train.
    """
    one = sizes.member
    training = _training_bytes(sizes, members=members, cores=cores)
    judging = members * (one.kept + _SAID * sizes.predictions) + min(members, predict_together(one.block)) * (
        one.block + one.state
    )
    # Beside the encoded rows there are those of the fold that is just being encoded.
    return (folds + 1) * sizes.table + max(training, judging)


def narrowing_bytes(sizes: Sizes, *, networks: int, splits: int, cores: int) -> int:
    """Bytes that halving takes.

    Args:
        sizes: Of the largest variant.
        networks: That it begins with.
        splits: Divisions of the rows.
        cores: That train.
    """
    training = _training_bytes(sizes, members=networks, cores=cores)
    # All have paused with parameters and two moments; or a third of them is being written down, with the best of all.
    paused = networks * 4 * sizes.member.state
    return (splits + 1) * sizes.table + training + paused


def _training_bytes(sizes: Sizes, *, members: int, cores: int) -> int:
    """Bytes of main memory that training takes; of members on a GPU there lies what is kept of them alone."""
    if sizes.setting.device != "cpu":
        return members * sizes.member.kept
    return training_bytes(sizes.member, members=members, cores=cores, setting=sizes.setting)


def predicted_bytes(sizes: Sizes, *, unit: int, narrowing: int = 0, workers: int | None = None) -> int:
    """Bytes of all processes together at the peak, with what this one has taken already.

    Args:
        sizes: Of the largest variant.
        unit: Of one unit, see ``unit_bytes``.
        narrowing: Of halving, see ``narrowing_bytes``.
        workers: Processes that work on a unit each; None: this one, with all its threads.
    """
    compiler = _COMPILER if sizes.setting.device == "cpu" and has_compiler() else 0
    own_compiler = 0 if "llvmlite" in sys.modules else compiler
    rivals = 0 if "sklearn" in sys.modules else _RIVALS
    own = _FIRST + own_compiler + max(unit if workers is None else 0, narrowing, rivals)
    others = 0 if workers is None else workers * (_WORKER + _FIRST + compiler + unit)
    return process_bytes() + max(own, others)


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
