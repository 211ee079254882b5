"""Expression: what an entry of the registry is, and what it becomes once its numbers are chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from pellucid.catalogue import Chosen, Entry, Value
from pellucid.encoding.expressions.line import constant
from pellucid.printable import grouped
from pellucid.shapes import Array, Floats
from pellucid.tables.policy import refuse

if TYPE_CHECKING:
    from pellucid.encoding.expressions import FittedExpression

__all__ = ["ChosenExpression", "Expression", "Fit"]

Fit: TypeAlias = Callable[[Floats, Mapping[str, Value]], "FittedExpression"]
"""``(values, numbers) → fitted``: finite values that the expression takes, at least two of them different."""


def everything(values: Floats) -> Array:
    """Every number is taken."""
    return np.ones(values.shape, dtype=bool)


@dataclass(frozen=True, kw_only=True)
class Expression(Entry):
    """One re-expression.

    Attributes:
        inverse: The way back, as text.
        comes_back: What the inverse of a mean of re-expressed values is, in the user's unit.
        domain: Which numbers it takes, in words.
        takes: The same: values ``[n]`` → bool ``[n]``.
        fit: Learns its numbers from training rows.
    """

    inverse: str
    comes_back: str
    domain: str = "every number"
    takes: Callable[[Floats], Array] = everything
    fit: Fit


class ChosenExpression(Chosen[Expression]):
    """A re-expression with its numbers."""

    def check(self, values: Floats, name: str) -> None:
        """Refuse a column with numbers that the expression does not take.

        Args:
            values: ``[n]``; NaN and ±∞ are left aside.
            name: The column.

        Raises:
            DataError: B083, with the first such number and how many there are.
        """
        outside = np.isfinite(values) & ~self.entry.takes(values)
        if outside.any():
            first = int(np.argmax(outside))
            raise refuse(
                "B083",
                f"{self.name} takes {self.entry.domain}, and {name!r} is {values[first]:g} in row {first + 1}"
                f" ({grouped(int(outside.sum()))} such rows). Choose power, which takes every number, or correct the"
                " values.",
            )

    def fit(self, values: Floats) -> "FittedExpression":
        """Learn from training rows.

        Args:
            values: float64 ``[n]``; NaN, ±∞ and what the expression does not take are left out. Equal values, or
                none, become 0 (``none`` leaves them as they are).
        """
        known = values[np.isfinite(values)]
        known = known[self.entry.takes(known)]
        if not len(known):
            return constant(0.0)
        if known.min() == known.max() and self.name != "none":
            return constant(float(known[0]))
        return self.entry.fit(known, self.numbers)
