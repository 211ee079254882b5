"""Train a list of recipes: ``pl.train``."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike

from pellucid.errors import DataError, UsageError
from pellucid.networks import Network, describe_network
from pellucid.objectives import Objective, choose_loss
from pellucid.records import EpochRecord, Recipe
from pellucid.shapes import Array, Floats, RowNumbers
from pellucid.training.checking import check_recipe
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.loop import StackOutcome, train_stack
from pellucid.training.planning import plan_stacks
from pellucid.training.result import TrainResult
from pellucid.training.workers import Workers

__all__ = ["train", "train_members"]


def train(
    recipes: Recipe | Sequence[Recipe],
    X: ArrayLike,
    y: ArrayLike,
    *,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    task: str | None = None,
    sample_weight: ArrayLike | None = None,
    dtype: torch.dtype = torch.float32,
) -> TrainResult:
    """Train networks on numbers, all at once; each becomes, bit for bit, what it would become alone.

    Args:
        recipes: One recipe or many; those that agree in shape train in one stack.
        X: Inputs ``[n, i]``, finite numbers, scaled as the networks shall see them.
        y: Targets ``[n]``: integers, booleans or strings are classes, reals a regression; ``[n, t]`` reals for several
            outputs.
        validation: (X, y) that picks each member's best epoch; None: the last epoch is kept.
        task: binary, multiclass or regression, where the type of ``y`` says the wrong thing.
        sample_weight: Row weights ``[n]``, > 0.
        dtype: float32, or float64 to compare with references.

    Raises:
        UsageError: If a recipe is out of range or does not fit the task.
        DataError: If shapes disagree, values are not finite or there is only one class.
    """
    chosen = [recipes] if isinstance(recipes, Recipe) else list(recipes)
    if not chosen:
        raise UsageError("There is no recipe to train. Pass at least one, such as pl.Recipe().")
    inputs, targets = _numbers(X, "X", dtype), _targets(y, "y")
    rows = len(inputs)
    if not inputs.size:
        raise DataError(f"X has {rows} rows and {inputs.shape[1]} columns; there is nothing to learn from.")
    if len(targets) != rows:
        raise DataError(f"X has {rows} rows, y has {len(targets)}. They must be the same rows.")
    is_regression = task == "regression" or (task is None and np.issubdtype(targets.dtype, np.floating))
    if not is_regression and targets.ndim > 1:
        raise DataError(
            f"y has the shape {targets.shape}, but one class per row is wanted. Pass y.ravel() for a single column, or "
            "real numbers (task='regression') for several outputs."
        )
    held: RowNumbers = np.arange(0)
    if validation is not None:
        more, more_targets = _numbers(validation[0], "validation X", dtype), _targets(validation[1], "validation y")
        if more.shape[1] != inputs.shape[1]:
            raise DataError(f"X has {inputs.shape[1]} columns, validation X has {more.shape[1]}. They must agree.")
        if more_targets.shape != (len(more), *targets.shape[1:]):
            raise DataError(
                f"validation X has {len(more)} rows, validation y the shape {more_targets.shape}, y {targets.shape}. "
                "Validation X and y must be the same rows, with as many targets as y."
            )
        inputs, targets = np.concatenate([inputs, more]), np.concatenate([targets, more_targets])
        held = np.arange(rows, len(inputs))
    if task not in (None, "binary", "multiclass", "regression"):
        raise UsageError(f"task must be binary, multiclass or regression, found {task!r}.")
    classes: tuple[object, ...] = ()
    if is_regression:
        targets = targets.astype(np.float64)
        if not _finite(targets, dtype).all():
            raise DataError(
                f"y contains values that are missing, infinite or too large for {dtype}. Drop those rows.", code="B052"
            )
    else:
        labels, targets = np.unique(targets, return_inverse=True)
        targets = targets.astype(np.int64)
        classes = tuple(labels.tolist())
        if len(classes) < 2:
            raise DataError(f"y has one class only ({classes[0]!r}); nothing can be learned from it.", code="B053")
    weights = None
    if sample_weight is not None:
        given = np.asarray(sample_weight, dtype=np.float64)
        if given.shape != (rows,):
            raise DataError(
                f"sample_weight has the shape {given.shape}, X has {rows} rows. Pass one weight per row.", code="B070"
            )
        weights = np.ones(len(inputs))
        weights[:rows] = given
        if not (np.isfinite(weights).all() and (weights > 0).all()):
            raise DataError("sample_weight must be finite and > 0. Drop rows that shall not count.", code="B070")
    return train_members(
        chosen,
        TrainingData.of(inputs, targets, dtype=dtype),
        StackRows((np.arange(rows),) * len(chosen), (held,) * len(chosen), weights),
        task="regression" if is_regression else "binary" if len(classes) == 2 else "multiclass",
        classes=classes,
        dtype=dtype,
    )


def _targets(y: ArrayLike, name: str) -> Array:
    array = np.asarray(y)
    if not array.ndim:
        raise DataError(f"{name} must be a column of targets, one per row; found the single value {array}.")
    return array


def _finite(values: Floats, dtype: torch.dtype) -> Array:
    """Whether values are finite, and stay so in the type that they are trained in."""
    found: Array = np.abs(values) <= torch.finfo(dtype).max
    return found


def _numbers(X: ArrayLike, name: str, dtype: torch.dtype) -> Floats:
    array = np.asarray(X, dtype=np.float64)
    if array.ndim != 2:
        raise DataError(f"{name} must have two axes, rows and columns; found shape {array.shape}.")
    finite = _finite(array, dtype)
    if not finite.all():
        row, column = np.argwhere(~finite)[0]
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
    task: str,
    classes: Sequence[object] = (),
    dtype: torch.dtype = torch.float32,
    on_epoch: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> TrainResult:
    """Train recipes on encoded rows, each on its own rows.

    Args:
        recipes: ``[m]``.
        data: The encoded table.
        rows: Each member's training and validation rows.
        task: binary, multiclass or regression.
        classes: Class labels in the order of the class numbers.
        dtype: float32, or float64 to compare with references.
        on_epoch: Called with (epochs done, epochs in all) from the threads that train, one at a time.
        stop: Asked before each step; True ends training, keeping the best so far.
    """
    for recipe, checks in zip(recipes, rows.validation, strict=True):
        check_recipe(recipe)
        if recipe.patience is not None and not len(checks):
            raise UsageError(
                f"patience={recipe.patience} needs validation rows to watch, and there are none. "
                "Pass validation=(X, y), or patience=None."
            )
        if recipe.label_smoothing and task == "regression":
            raise UsageError(
                f"label_smoothing={recipe.label_smoothing:g} spreads a target over classes, but this one is a number. "
                "Use label_smoothing=0."
            )
    objectives = tuple(
        Objective(
            choose_loss(recipe.loss, task),
            task,
            len(classes),
            data.targets.shape[1] if data.targets.dim() == 2 else 1,
        )
        for recipe in recipes
    )
    planned = plan_stacks(recipes, [len(own) for own in rows.train], [len(own) for own in rows.validation])
    workers = Workers(planned, [recipe.epochs for recipe in recipes], on_epoch)

    def run(positions: Sequence[int], report: Callable[[int, int], None]) -> StackOutcome:
        first = positions[0]
        network = Network(
            describe_network(
                recipes[first],
                numeric=data.numeric,
                passed=data.passed,
                categories=data.categories,
                outputs=objectives[first].outputs,
            )
        )
        return train_stack(
            [recipes[p] for p in positions],
            network,
            objectives[first],
            data,
            rows.take(positions),
            dtype=dtype,
            on_epoch=report,
            stop=lambda: workers.abandoned or stop(),
        )

    outcomes = workers.run(run)
    history = [
        _renumbered(record, positions)
        for positions, outcome in zip(workers.stacks, outcomes, strict=True)
        for record in outcome.history
    ]
    history.sort(key=lambda record: (record.member, record.epoch))
    return TrainResult(
        tuple(recipes),
        objectives,
        tuple(classes),
        tuple(tuple(stack) for stack in workers.stacks),
        tuple(outcomes),
        tuple(history),
    )


def _renumbered(record: EpochRecord, positions: Sequence[int]) -> EpochRecord:
    return EpochRecord(
        member=positions[record.member],
        epoch=record.epoch,
        loss=record.loss,
        val_loss=record.val_loss,
        val_error=record.val_error,
        lr=record.lr,
    )
