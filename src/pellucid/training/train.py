"""Train a list of recipes: ``pl.train``."""

from collections.abc import Callable, Hashable, Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike

from pellucid.errors import ContractError, DataError, UsageError
from pellucid.objectives import check_targets, check_weights
from pellucid.records import EpochRecord, Finding, Recipe, TargetSpec
from pellucid.shapes import Array, Floats, RowNumbers
from pellucid.training.class_weights import row_weights
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.loop import StackOutcome, train_stack
from pellucid.training.planning import plan_stacks
from pellucid.training.result import TrainResult
from pellucid.training.settling import Settled, settle
from pellucid.training.targets import as_reals, finite, read_targets
from pellucid.training.unused import unused_parts
from pellucid.training.workers import Workers

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

    Raises:
        UsageError: If a recipe is out of range.
        ContractError: If a recipe's loss or output does not fit the targets; names the nearest right recipe.
        DataError: If shapes disagree, values are not finite or there is only one class.
    """
    chosen = [recipes] if isinstance(recipes, Recipe) else list(recipes)
    if not chosen:
        raise UsageError("There is no recipe to train. Pass at least one, such as pl.Recipe().")
    stray = next((each for each in chosen if not isinstance(each, Recipe)), None)
    if stray is not None:
        raise UsageError(f"Recipes are made by pl.Recipe(...), found {stray!r}.")
    if dtype not in (torch.float32, torch.float64):
        raise UsageError(f"dtype must be torch.float32 or torch.float64, found {dtype}.")
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
        dtype=dtype,
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
    dtype: torch.dtype = torch.float32,
    on_epoch: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> TrainResult:
    """Train recipes on encoded units (rows, pairs, sequences), each on its own.

    Args:
        recipes: ``[m]``.
        data: The encoded table.
        rows: Each member's training and validation units.
        target: What is to be learned.
        classes: Class labels in the order of the class numbers.
        dtype: float32, or float64 to compare with references.
        on_epoch: Called with (epochs done, epochs in all) from the threads that train, one at a time.
        stop: Asked before each step; True ends training, keeping the best so far.

    Raises:
        UsageError: If a recipe is out of range.
        ContractError: If a recipe's loss or output does not fit the targets; names the nearest right recipe.
    """
    members = [settle(recipe, data, target) for recipe in recipes]
    findings = _look_at_values(members, data, rows)
    planned = plan_stacks(members, [len(own) for own in rows.train], [len(own) for own in rows.validation])
    workers = Workers(planned, [recipe.epochs for recipe in recipes], on_epoch, work=_work(members, rows, planned))
    weighted = row_weights(recipes, data, rows, target)

    def run(positions: Sequence[int], report: Callable[[int, int], None]) -> StackOutcome:
        return train_stack(
            [members[p] for p in positions],
            data,
            weighted.take(positions),
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
        tuple(member.objective for member in members),
        tuple(classes),
        tuple(tuple(stack) for stack in workers.stacks),
        tuple(outcomes),
        tuple(history),
        findings,
    )


def _look_at_values(members: Sequence[Settled], data: TrainingData, rows: StackRows) -> tuple[tuple[Finding, ...], ...]:
    """What only the values show, member by member; equal objectives on equal rows are looked at once."""
    found: dict[Hashable, tuple[Finding, ...]] = {}
    keys = []
    for member, learns, checks in zip(members, rows.train, rows.validation, strict=True):
        recipe = member.recipe
        if recipe.patience is not None and not len(checks):
            raise UsageError(
                f"patience={recipe.patience} needs validation rows to watch, and there are none. "
                "Pass validation=(X, y), or patience=None."
            )
        keys.append((str(member.objective.loss), member.objective.link, recipe.class_weight, id(learns), id(checks)))
        if keys[-1] not in found:
            values = data.targets.numpy()[learns]
            weights = check_weights(member.objective, values, recipe.class_weight)
            found[keys[-1]] = (*check_targets(member.objective, values), *weights)
            _check_validation(member, data.targets.numpy()[checks])
    return tuple(
        (*found[key], *unused_parts(member.recipe, member.network)) for key, member in zip(keys, members, strict=True)
    )


def _check_validation(member: Settled, values: Array) -> None:
    """Refuse validation targets that the loss cannot read: it would judge epochs by numbers without meaning."""
    if member.objective.loss.entry.reads == "reals":
        # A real that the output does not reach is a large error, and no more.
        return
    try:
        check_targets(member.objective, values)
    except ContractError as error:
        raise ContractError(error.code, f"In the validation rows: {error.reason}", recipe=error.recipe) from None


def _work(members: Sequence[Settled], rows: StackRows, planned: Sequence[Sequence[int]]) -> int:
    """Multiplications in the forward pass of one step, of the stack that has most."""
    each = [
        min(member.batch_size, len(own)) * member.objective.target.rows * member.network.parameter_count
        for member, own in zip(members, rows.train, strict=True)
    ]
    return max(sum(each[position] for position in stack) for stack in planned)


def _renumbered(record: EpochRecord, positions: Sequence[int]) -> EpochRecord:
    return EpochRecord(
        member=positions[record.member],
        epoch=record.epoch,
        loss=record.loss,
        val_loss=record.val_loss,
        val_error=record.val_error,
        lr=record.lr,
    )
