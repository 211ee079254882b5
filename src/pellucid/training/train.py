"""Train a list of recipes: ``pl.train``."""

from collections.abc import Callable, Collection, Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike

from pellucid.errors import DataError, UsageError
from pellucid.networks import Precision
from pellucid.records import Recipe, TargetSpec
from pellucid.shapes import Floats, RowNumbers
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.result import TrainResult
from pellucid.training.setting import Setting, check_setting
from pellucid.training.targets import as_reals, finite, read_targets
from pellucid.training.trainer import Trainer

__all__ = ["train", "train_members"]


def train(
    recipes: Recipe | Sequence[Recipe],
    X: ArrayLike,
    y: ArrayLike | None = None,
    *,
    validation: tuple[ArrayLike, ArrayLike | None] | None = None,
    task: str | None = None,
    sample_weight: ArrayLike | None = None,
    dtype: torch.dtype = torch.float32,
    device: str = "cpu",
    precision: Precision = "float32",
    engine: str = "auto",
) -> TrainResult:
    """Train networks on numbers, all at once; each becomes, bit for bit, what it would become alone.

    Args:
        recipes: One recipe or many; those that agree in shape train in one stack.
        X: Inputs ``[n, i]``, finite numbers, scaled as the networks shall see them.
        y: Targets ``[n]``: integers, booleans or strings are classes, reals a regression; ``[n, t]``: reals for several
            outputs, booleans for several labels. None for ``task="reconstruction"``, whose targets are the inputs.
        validation: (X, y) that picks each member's best epoch; None: the last epoch is kept.
        task: binary, multiclass, multilabel, ordinal, distribution, regression, count, quantile or reconstruction,
            where the type of ``y`` does not say it.
        sample_weight: Row weights ``[n]``, > 0.
        dtype: float32, or float64 to compare with references.
        device: ``cpu`` or ``cuda``.
        precision: ``float32``, or ``bfloat16`` for the matrix products alone.
        engine: ``batched``, ``autograd`` (slow; the oracle), ``compiled`` (with the extra ``fast``), or ``auto``: the
            fastest that serves. All agree within rounding.

    Raises:
        UsageError: If a recipe is out of range.
        SurroundingsError: If the device is not there.
        ContractError: If a recipe's loss or output does not fit the targets; names the nearest right recipe.
        DataError: If shapes disagree, values are not finite or there is only one class.
    """
    chosen = [recipes] if isinstance(recipes, Recipe) else list(recipes)
    if not chosen:
        raise UsageError("There is no recipe to train. Pass at least one, such as pl.Recipe().")
    stray = next((each for each in chosen if not isinstance(each, Recipe)), None)
    if stray is not None:
        raise UsageError(f"Recipes are made by pl.Recipe(...), found {stray!r}.")
    setting = Setting(dtype, device, precision, engine)
    check_setting(setting)
    inputs = _numbers(X, "X", dtype)
    rows = len(inputs)
    if not inputs.size:
        raise DataError(f"X has {rows} rows and {inputs.shape[1]} columns; there is nothing to learn from.")
    given = _given(y, inputs, task)
    if len(given) != rows:
        raise DataError(f"X has {rows} rows, y has {len(given)}. They must be the same rows.")
    own_targets = given
    held: RowNumbers = np.arange(0)
    if validation is not None:
        if not isinstance(validation, tuple | list) or len(validation) != 2:
            raise UsageError("validation must be a pair (X, y). Pass y=None in it for task='reconstruction'.")
        more = _numbers(validation[0], "validation X", dtype)
        if more.shape[1] != inputs.shape[1]:
            raise DataError(f"X has {inputs.shape[1]} columns, validation X has {more.shape[1]}. They must agree.")
        more_given = _given(validation[1], more, task)
        if more_given.shape != (len(more), *given.shape[1:]):
            raise DataError(
                f"validation X has {len(more)} rows, validation y the shape {more_given.shape}, y {given.shape}. "
                "Validation X and y must be the same rows, with as many targets as y."
            )
        inputs, given = np.concatenate([inputs, more]), np.concatenate([given, more_given])
        held = np.arange(rows, len(inputs))
    targets = read_targets(given, task, dtype, training=own_targets)
    weights = None
    if sample_weight is not None:
        own = as_reals(sample_weight, "sample_weight")
        if own.shape != (rows,):
            raise DataError(
                f"sample_weight has the shape {own.shape}, X has {rows} rows. Pass one weight per row.", code="B070"
            )
        weights = np.ones(len(inputs))
        weights[:rows] = own
        # Batches are divided by sums of weights, so these have to be finite too.
        if not ((weights > 0).all() and weights.max() <= np.finfo(np.float64).max / len(weights)):
            raise DataError(
                "sample_weight must be finite and > 0, its sum finite too. Drop rows that shall not count.", code="B070"
            )
    return train_members(
        chosen,
        TrainingData.of(inputs, targets.values, dtype=dtype),
        StackRows(
            (np.arange(rows),) * len(chosen),
            (held,) * len(chosen),
            None if weights is None else (weights,) * len(chosen),
        ),
        target=targets.spec,
        classes=targets.classes,
        setting=setting,
    )


def _given(y: ArrayLike | None, inputs: Floats, task: str | None) -> Floats:
    if y is None:
        if task != "reconstruction":
            raise UsageError("y is missing. Pass targets, or task='reconstruction' to learn the inputs themselves.")
        return inputs
    try:
        array = np.asarray(y)
    except ValueError:
        raise DataError("y is ragged: its rows hold different numbers of targets. Every row needs as many.") from None
    if not array.ndim:
        raise DataError(f"y must be a column of targets, one per row; found the single value {array}.")
    return array


def _numbers(X: ArrayLike, name: str, dtype: torch.dtype) -> Floats:
    array = as_reals(X, name)
    if array.ndim != 2:
        raise DataError(f"{name} must have two axes, rows and columns; found shape {array.shape}.")
    sound = finite(array, dtype)
    if not sound.all():
        row, column = np.argwhere(~sound)[0]
        raise DataError(
            f"{name} contains {array[row, column]} in row {row}, column {column}. Networks need finite {dtype} "
            "numbers: fill or drop them, or let pl.fit do it."
        )
    return array


def train_members(
    recipes: Sequence[Recipe],
    data: TrainingData,
    rows: StackRows,
    *,
    target: TargetSpec,
    classes: Sequence[object] = (),
    setting: Setting | None = None,
    on_epoch: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
    snapshots_at: Collection[int] = (),
) -> TrainResult:
    """Train recipes on encoded units (rows, pairs, sequences), each on its own.

    Args:
        recipes: ``[m]``.
        data: The encoded table.
        rows: Each member's training and validation units.
        target: What is to be learned.
        classes: Class labels in the order of the class numbers.
        setting: How to compute; None: float32 on the CPU, by the fastest engine.
        on_epoch: Called with (epochs done, epochs in all) from the threads that train, one at a time.
        stop: Asked before each step, or ten times a second; True ends training, keeping the best so far.
        snapshots_at: Epochs that ``TrainResult.at`` shall know; 0 is before the first step.

    Raises:
        UsageError: If a recipe is out of range.
        ContractError: If a recipe's loss or output does not fit the targets; names the nearest right recipe.
    """
    trainer = Trainer(recipes, data, rows, target=target, classes=classes, setting=setting, snapshots_at=snapshots_at)
    trainer.run(on_epoch=on_epoch, stop=stop)
    return trainer.result()
