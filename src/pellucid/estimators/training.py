"""What the estimators share: their parameters as a recipe, and one network trained on units of rows."""

from typing import Any

import numpy as np

from pellucid.errors import TrainingError
from pellucid.estimators.parameters import check_widths
from pellucid.records import Recipe, TargetSpec
from pellucid.shapes import Array, Floats, RowNumbers
from pellucid.training import StackRows, TrainingData, TrainResult, train_members

__all__ = ["recipe_of", "train_units"]

_SHARED = ("activation", "optimizer", "lr", "schedule", "batch_size", "epochs", "dropout", "l2")


def recipe_of(estimator: Any, **fields: Any) -> Recipe:
    """The recipe that an estimator's parameters mean; ``fields`` win.

    Raises:
        UsageError: If a value is of the wrong kind.
    """
    check_widths(estimator)
    shared = {name: getattr(estimator, name) for name in _SHARED}
    return Recipe(
        hidden=tuple(estimator.hidden), seed=0 if estimator.random_state is None else int(estimator.random_state)
    ).replace(**{**shared, **fields})


def train_units(
    recipe: Recipe, X: Floats, targets: Array, target: TargetSpec, units: RowNumbers | None = None
) -> TrainResult:
    """One network, trained on every unit.

    Args:
        recipe: What to train.
        X: Rows ``[n, i]``.
        targets: Of the units ``[u]`` or ``[u, t]``.
        target: What is to be learned.
        units: Row numbers of every unit ``[u, k]``; None: every row is a unit.

    Raises:
        TrainingError: If training diverged.
    """
    data = TrainingData.of(X, targets, units=units)
    rows = StackRows((np.arange(len(targets)),), (np.arange(0),))
    result = train_members([recipe], data, rows, target=target)
    if not result.per_member("best_epoch")[0]:
        rate = "the optimizer's own" if recipe.lr is None else f"{recipe.lr:g}"
        raise TrainingError(
            f"Training diverged: the network's parameters are not finite. The learning rate was {rate}; try a tenth."
        )
    return result
