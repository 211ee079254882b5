"""What the estimators share: their parameters as a recipe, and one network trained on units of rows."""

from typing import Any

import numpy as np

from pellucid.errors import TrainingError
from pellucid.estimators.parameters import check_widths
from pellucid.records import Recipe, TargetSpec
from pellucid.shapes import Array, Floats, RowNumbers
from pellucid.training import Setting, StackRows, TrainingData, TrainResult, check_setting, train_members

__all__ = ["recipe_of", "setting_of", "train_units"]

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


def setting_of(estimator: Any) -> Setting:
    """How an estimator's network trains.

    Raises:
        UsageError: If it names another device than the CPU or a GPU.
        SurroundingsError: If the device is not there.
    """
    setting = Setting(device=str(estimator.device))
    check_setting(setting)
    return setting


def train_units(
    recipe: Recipe,
    X: Floats,
    targets: Array,
    target: TargetSpec,
    units: RowNumbers | None = None,
    *,
    setting: Setting,
) -> TrainResult:
    """One network, trained on every unit.

    Args:
        recipe: What to train.
        X: Rows ``[n, i]``.
        targets: Of the units ``[u]`` or ``[u, t]``.
        target: What is to be learned.
        units: Row numbers of every unit ``[u, k]``; None: every row is a unit.
        setting: How to compute.

    Raises:
        TrainingError: If training diverged.
    """
    data = TrainingData.of(X, targets, units=units)
    rows = StackRows((np.arange(len(targets)),), (np.arange(0),))
    result = train_members([recipe], data, rows, target=target, setting=setting)
    if not result.per_member("best_epoch")[0]:
        rate = "the optimizer's own" if recipe.lr is None else f"{recipe.lr:g}"
        raise TrainingError(
            f"Training diverged: the network's parameters are not finite. The learning rate was {rate}; try a tenth."
        )
    return result
