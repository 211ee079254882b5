"""Penalty: what an entry of the registry is, and what it becomes once its numbers are chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor

from pellucid.catalogue import Chosen, Entry, Parameter, Value
from pellucid.errors import UsageError

__all__ = ["ChosenPenalty", "Numbers", "Penalty", "number", "on", "strength"]

Numbers: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class Penalty(Entry):
    """One way to hold a network back. Those that a recipe sets by another field are listed to be found and explained.

    Attributes:
        recipe: The field of a recipe that sets it, as it is written there.
        parts: ``numbers → (a, b)`` of a·|p| + ½·b·p², summed over the parameters; None where it is no such sum.
        limit: ``numbers →`` the largest norm of a unit's incoming weights; None where it sets none.
        activity: ``numbers →`` strength of the L1 norm of hidden values; None where it looks at none.
    """

    recipe: str
    parts: Callable[[Numbers], tuple[float, float]] | None = None
    limit: Callable[[Numbers], float] | None = None
    activity: Callable[[Numbers], float] | None = None

    @property
    def is_penalty(self) -> bool:
        """Whether a recipe's field ``penalty`` takes it."""
        return any((self.parts, self.limit, self.activity))


class ChosenPenalty(Chosen[Penalty]):
    """A penalty with its numbers."""

    @property
    def parts(self) -> tuple[float, float]:
        """Strengths (a, b) of a·|p| + ½·b·p²; zeros where it is no such sum."""
        return self.entry.parts(self.numbers) if self.entry.parts else (0.0, 0.0)

    @property
    def limit(self) -> float:
        """Largest norm of a unit's incoming weights; ∞ where it sets none."""
        return self.entry.limit(self.numbers) if self.entry.limit else float("inf")

    @property
    def activity(self) -> float:
        """Strength of the L1 norm of hidden values; 0 where it looks at none."""
        return self.entry.activity(self.numbers) if self.entry.activity else 0.0

    def value(self, values: Any) -> Tensor:
        """What each parameter (or hidden value) adds to the loss, element by element.

        Raises:
            UsageError: If the penalty adds nothing to a loss.
        """
        x, a, b = self._summed(values)
        return a * x.abs() + 0.5 * b * x.square()

    def gradient(self, values: Any) -> Tensor:
        """What it adds to each parameter's gradient, element by element; 0 at 0.

        Raises:
            UsageError: If the penalty adds nothing to a loss.
        """
        x, a, b = self._summed(values)
        return a * torch.sign(x) + b * x

    def _summed(self, values: Any) -> tuple[Tensor, float, float]:
        if self.entry.parts is None and self.entry.activity is None:
            raise UsageError(f"{self.name} adds nothing to the loss, so it has neither value nor gradient.")
        a, b = self.parts
        x = values if isinstance(values, Tensor) else torch.as_tensor(values, dtype=torch.float64)
        return x, a + self.activity, b


def number(numbers: Numbers, name: str) -> float:
    """One of the numbers as a float."""
    value = numbers[name]
    assert isinstance(value, int | float)
    return float(value)


def strength(default: float) -> Parameter:
    """How strong it is, per unit of the loss."""
    return Parameter(name="strength", default=default, meaning="how strong it is, in units of the loss", low=0)


def on(*words: str, default: str = "weights") -> Parameter:
    """Which parameters it looks at."""
    return Parameter(
        name="on",
        default=default,
        meaning="which parameters: weights of all layers, all parameters, biases, embeddings of categories, or the "
        "weights of the first layer, of every layer into hidden units, or of the last layer"
        if "all" in words
        else "whose incoming weights: units of all layers, of the first, of every hidden one, or of the last",
        kind="word",
        words=words,
    )
