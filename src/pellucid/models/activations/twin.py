"""What an activation is to the predictor: its value, and how it treats widths."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pellucid.shapes import Floats

__all__ = ["Numbers", "Twin", "Value"]

Numbers: TypeAlias = Mapping[str, Any]
"""Parameter → float32 number, word, whole number or list; learned numbers as arrays ``[m, 1, i, 1]``."""
Value: TypeAlias = Callable[[Floats, Numbers], Floats]


@dataclass(frozen=True)
class Twin:
    """One activation for prediction.

    Attributes:
        value: ``(x, numbers) → y``, float32, never changing x: element by element in any shape, or, where it works on
            ``true_widths``, from ``[…, i, 16]`` to ``[…, o, 16]``.
        true_widths: Whether a value depends on others of its row, so that padding must be cut off before.
        gives: ``(values that it takes, numbers) → values that it gives``, ValueError if it cannot take so many; None:
            as many.
    """

    value: Value
    true_widths: bool = False
    gives: Callable[[int, Numbers], int] | None = None
