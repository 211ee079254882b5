"""Problem and Answer: what a plain model is given, and what it says about the test rows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from pellucid.evaluation.baselines.features import BaselineFeatures
from pellucid.shapes import Array, Floats, RowNumbers

__all__ = ["Answer", "Problem", "Rival", "folds_of"]

FOLDS = 5


class Answer(NamedTuple):
    """Test predictions in the form that ``judge`` takes.

    Attributes:
        values: Class codes, labels, numbers, rates or quantiles.
        probabilities: Of classes, labels or shares; None where there are none.
    """

    values: Array
    probabilities: Floats | None


@dataclass(frozen=True)
class Problem:
    """Rows to learn from and rows to predict.

    Attributes:
        task: What is to be predicted.
        features: Of all rows, as a linear model and as trees take them.
        learned: Truth of the training rows, ``[n]`` or ``[n, t]``.
        train_rows: Their numbers.
        test_rows: Rows to predict.
        classes: How many there are; 0 without classes.
        levels: Of quantiles.
        seed: Of whatever is drawn.
    """

    task: str
    features: BaselineFeatures
    learned: Array
    train_rows: RowNumbers
    test_rows: RowNumbers
    classes: int
    levels: tuple[float, ...]
    seed: int

    @property
    def lines(self) -> tuple[Floats, Floats]:
        """Inputs of a linear model: training rows, test rows."""
        return self.features.linear[self.train_rows], self.features.linear[self.test_rows]

    @property
    def trees(self) -> tuple[Floats, Floats]:
        """Inputs of trees: training rows, test rows."""
        return self.features.trees[self.train_rows], self.features.trees[self.test_rows]

    @property
    def columns(self) -> int:
        """Target columns, labels or shares."""
        return self.learned.shape[1] if self.learned.ndim == 2 else 1

    def thinned(self, most: int) -> "Problem":
        """The problem with at most so many training rows, drawn by the seed."""
        if len(self.train_rows) <= most:
            return self
        kept = np.sort(np.random.default_rng(self.seed).permutation(len(self.train_rows))[:most])
        return replace(self, train_rows=self.train_rows[kept], learned=self.learned[kept])

    def column(self, place: int) -> "Problem":
        """The problem of one target column alone."""
        return replace(self, learned=self.learned[:, place])


class Rival(NamedTuple):
    """A plain model: what people call it, and how it comes to its answer."""

    title: str
    fit: Callable[[Problem], Answer]


def folds_of(learned: Array, seed: int) -> list[Array]:
    """Masks ``[n]`` of the held-out rows, every class dealt out evenly; empty folds are left out."""
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(learned))
    order = order[np.argsort(learned[order], kind="stable")]
    fold = np.empty(len(learned), dtype=np.int64)
    fold[order] = np.arange(len(learned)) % FOLDS
    return [fold == place for place in range(FOLDS) if (fold == place).any()]
