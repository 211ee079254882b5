"""Train a list of recipes: ``pl.train``."""

from collections.abc import Callable, Collection, Sequence

import torch
from numpy.typing import ArrayLike

from pellucid.errors import UsageError
from pellucid.networks import Precision
from pellucid.records import Recipe, TargetSpec
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.given import read_given
from pellucid.training.result import TrainResult
from pellucid.training.setting import Setting, check_setting
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
    given = read_given(
        X,
        y,
        members=len(chosen),
        validation=validation,
        task=task,
        sample_weight=sample_weight,
        dtype=dtype,
    )
    return train_members(
        chosen, given.data, given.rows, target=given.targets.spec, classes=given.targets.classes, setting=setting
    )


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
