"""The learning-rate range test: every rate of a grid trained as a member of one stack, and one of them proposed."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from pellucid.errors import UsageError
from pellucid.optimizers import OPTIMIZERS
from pellucid.optimizers.range_test import propose
from pellucid.records import Recipe
from pellucid.shapes import Floats
from pellucid.training.checking import check_recipe
from pellucid.training.targets import as_reals
from pellucid.training.train import train

__all__ = ["LRRangeTest", "lr_range_test"]

# A short run tells rates apart: so many steps at least, whatever the table.
_LEAST_STEPS = 100


@dataclass(frozen=True)
class LRRangeTest:
    """What the test found.

    Attributes:
        lr: The proposed learning rate.
        reason: Why this one, in a sentence.
        rates: The grid ``[m]``, rising.
        losses: Mean training loss of every rate and epoch ``[m, epoch]``; NaN after one diverged.
        recipe: The recipe with the proposed rate.
    """

    lr: float
    reason: str
    rates: Floats
    losses: Floats
    recipe: Recipe

    def __str__(self) -> str:
        return f"lr = {self.lr:.3g}: {self.reason}"


def lr_range_test(
    recipe: Recipe,
    X: ArrayLike,
    y: ArrayLike | None = None,
    *,
    low: float = 1e-5,
    high: float = 10.0,
    points: int = 49,
    epochs: int | None = None,
    **options: Any,
) -> LRRangeTest:
    """Propose a learning rate: train the whole logarithmic grid at once and look where the loss falls fastest.

    Smith (2017), "Cyclical learning rates for training neural networks", §3.3, raises the rate step by step within one
    run, so that what a rate does depends on the rates before it. Here every rate has a network of its own, from the
    same seed and on the same batches, for the price of a few runs.

    Args:
        recipe: What to train; its own rate, schedule, patience and length are set aside.
        X: Inputs ``[n, i]``, as for ``pl.train``.
        y: Targets, as for ``pl.train``.
        low: Smallest rate; > 0.
        high: Largest rate; > low.
        points: How many; ≥ 5.
        epochs: Passes over the rows for each; None: enough for 100 steps.
        options: ``task``, ``sample_weight`` and ``dtype`` of ``pl.train``.

    Raises:
        UsageError: If the grid or the recipe makes no sense.
        TrainingError: If no rate lowered the loss.
    """
    if not isinstance(recipe, Recipe):
        raise UsageError(f"A range test takes one recipe, made by pl.Recipe(...), found {recipe!r}.")
    check_recipe(recipe)
    if not 0 < low < high or not math.isfinite(high):
        raise UsageError(f"The grid needs 0 < low < high, found low={low:g}, high={high:g}.")
    if not isinstance(points, int | np.integer) or points < 5:
        raise UsageError(f"The grid needs at least 5 points, a whole number, found {points!r}.")
    rates = np.geomspace(low, high, points)
    optimizer = OPTIMIZERS(recipe.optimizer)
    steps = 1 if optimizer.entry.full_batch else -(-len(as_reals(X, "X")) // recipe.batch_size)
    length = epochs if epochs is not None else max(2, -(-_LEAST_STEPS // max(steps, 1)))
    if optimizer.numbers["lr"] != optimizer.entry.defaults["lr"]:
        others = {name: value for name, value in optimizer.numbers.items() if name != "lr"}
        recipe = recipe.replace(optimizer=str(OPTIMIZERS(optimizer.name, **others)))
    tried = recipe.replace(schedule="constant", patience=None, epochs=length, restore_best=False)
    result = train([tried.replace(lr=float(rate)) for rate in rates], X, y, **options)
    losses = np.full((points, length), np.nan)
    losses[:, : result.loss.shape[1]] = result.loss
    found = propose(rates, losses)
    return LRRangeTest(found.lr, found.reason, rates, losses, recipe.replace(lr=found.lr))
