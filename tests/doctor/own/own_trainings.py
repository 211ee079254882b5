"""Small trainings to be judged."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.doctor.own import Judgement, judge_training
from pellucid.records import Recipe, Severity, TargetSpec
from pellucid.shapes import Array
from pellucid.training import StackRows, TrainingData, TrainResult, train_members

__all__ = ["CLASSES", "NUMBERS", "Training", "codes_of", "points", "trained"]

CLASSES = TargetSpec(task="multiclass", classes=2)
NUMBERS = TargetSpec(task="regression")
HEALTHY = Recipe(hidden=(16, 16), lr=0.01, epochs=12, batch_size=32)


@dataclass(frozen=True)
class Training:
    """What a judge is given."""

    result: TrainResult
    data: TrainingData
    rows: StackRows
    target: TargetSpec

    def judged(self, columns: tuple[str, ...] = ()) -> Judgement:
        """What the doctor says."""
        return judge_training(self.result, self.data, self.rows, target=self.target, columns=columns)


def points(count: int = 480, *, seed: int = 0) -> tuple[Array, Array]:
    """Columns ``[n, 5]`` of spread 1, and two classes about equal that three of them tell."""
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(count, 5))
    return X, (X[:, 0] * X[:, 1] + X[:, 2] + 0.3 * generator.normal(size=count) > 0).astype(np.int64)


def trained(
    recipes: Recipe | list[Recipe],
    X: Array | None = None,
    y: Array | None = None,
    *,
    target: TargetSpec = CLASSES,
    checks: int = 120,
    learns: int | None = None,
    **table: Any,
) -> Training:
    """Train on all rows but the last ``checks``, which pick the epoch.

    Args:
        recipes: One or several.
        X: Columns; None: ``points``.
        y: Targets; None: theirs.
        target: What is learned.
        checks: Validation rows; 0 for none.
        learns: Rows to learn from; None: all others.
        table: More of ``TrainingData.of``.
    """
    if X is None or y is None:
        X, y = points()
    several = recipes if isinstance(recipes, list) else [recipes]
    data = TrainingData.of(X, y, **table)
    split = len(y) - checks
    learnt = np.arange(split if learns is None else learns)
    rows = StackRows((learnt,) * len(several), (np.arange(split, len(y)),) * len(several))
    return Training(train_members(several, data, rows, target=target), data, rows, target)


def codes_of(judgement: Judgement, *, least: Severity = Severity.WARNING) -> set[str]:
    """Codes of everything that was found, effects included, that is at least so grave."""
    order = (Severity.INFO, Severity.WARNING, Severity.ERROR)
    every = [each for root in judgement.findings for each in (root, *root.effects)]
    return {each.code for each in every if order.index(each.severity) >= order.index(least)}
