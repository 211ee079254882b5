"""Head: from a network's outputs to predictions, their mean over members, and what is decided from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from pellucid.catalogue import Chosen, Entry, Value
from pellucid.records import TargetSpec
from pellucid.shapes import Array, Floats

__all__ = ["Average", "ChosenHead", "Gives", "Head", "Numbers"]

Numbers: TypeAlias = Mapping[str, Value]
Gives: TypeAlias = Literal[
    "class_probabilities", "label_probabilities", "values", "quantiles", "scores", "vectors", "frames"
]
Predict: TypeAlias = Callable[[Floats, Numbers], Floats]
"""``(outputs float64 [m, o, b], numbers) → predictions [m, p, b]``."""
Average: TypeAlias = Callable[[Floats, Floats | None], Floats]
"""``(predictions [m, p, b], weights [m] or None) → [p, b]``; without weights all members count alike."""
Decide: TypeAlias = Callable[[Floats, Numbers], Array]
"""``(predictions [p, b], numbers) → decisions``, rows along the last axis."""


def mean(predictions: Floats, weights: Floats | None = None) -> Floats:
    """Mean over members ``[p, b]``, added up one member after the other.

    Args:
        predictions: ``[m, p, b]``.
        weights: How much each member counts ``[m]``, above 0; None: all alike, the same bits as ones.
    """
    if weights is None:
        weights = np.ones(len(predictions))
    total: Floats = predictions[0] * weights[0]
    for member, weight in zip(predictions[1:], weights[1:], strict=True):
        total += member * weight
    # Added up in the same order, so that members who agree on 1 give exactly 1.
    return total / sum(weights.tolist())


@dataclass(frozen=True, kw_only=True)
class Head(Entry):
    """One head.

    Rows lie along the last axis throughout, and sums run over classes and members one after the other, so that a row's
    predictions are the same bits whatever other rows come with it.

    Attributes:
        gives: What the predictions are.
        tasks: Tasks whose targets it predicts; see ``records.TargetSpec``.
        outputs: ``(target, numbers) → `` width of the network's output that it reads; 0: any width.
        predict: Outputs to predictions, member by member.
        average: Predictions of many members to one.
        decide: What a person is told: class numbers ``[b]``, labels 0 or 1 ``[t, b]``, or values ``[t, b]``.
        decision: The same in words.
    """

    gives: Gives
    tasks: tuple[str, ...]
    outputs: Callable[[TargetSpec, Numbers], int]
    predict: Predict
    average: Average = mean
    decide: Decide
    decision: str


class ChosenHead(Chosen[Head]):
    """A head with its numbers."""

    def predict(self, outputs: Floats) -> Floats:
        """Every member's predictions.

        Args:
            outputs: ``[m, o, b]``.

        Returns:
            ``[m, p, b]`` float64: p classes (two for a binary target), labels, values, quantiles, scores or directions.
        """
        return self.entry.predict(np.ascontiguousarray(outputs, dtype=np.float64), self.numbers)

    def ensemble(self, outputs: Floats, weights: Floats | None = None) -> Floats:
        """The members' predictions as one, ``[p, b]`` float64.

        Args:
            outputs: ``[m, o, b]``.
            weights: How much each member counts ``[m]``; None: all alike.
        """
        return self.entry.average(self.predict(outputs), weights)

    def decide(self, predictions: Floats) -> Array:
        """What is decided from predictions ``[p, b]``: class numbers int64 ``[b]``, labels int64 ``[t, b]``, or values.

        A tie goes to the first class.
        """
        return self.entry.decide(predictions, self.numbers)
