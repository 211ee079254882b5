"""Factors as levels: names as they are, numbers as they are where few, else in bins of equal counts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from pellucid.printable import format_number
from pellucid.shapes import Array

__all__ = ["Factor", "Level", "factor_of", "is_numeric"]

Level: TypeAlias = str | int | float | bool | None
"""What a recipe says of one factor; None where the factor does not apply."""


@dataclass(frozen=True)
class Factor:
    """One varied factor.

    Attributes:
        name: Of the factor.
        codes: Which level each variant has ``[v]``, counted from 0.
        labels: The levels in words.
        binned: Whether a level is a range of numbers.
    """

    name: str
    codes: Array
    labels: tuple[str, ...]
    binned: bool = False


def is_numeric(levels: Sequence[Level]) -> bool:
    """Whether every level is a finite number (a truth value is not)."""
    return all(isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in levels)


def factor_of(name: str, levels: Sequence[Level], *, most: int | None = None) -> Factor:
    """A factor's levels, numbers ascending and names in the order in which they appear.

    Bins go by rank, so that lr and log lr give the same ones and need no choice of scale.

    Args:
        name: Of the factor.
        levels: Of every variant ``[v]``.
        most: Numeric factors with more values than this are binned into so many; None bins nothing.
    """
    if not is_numeric(levels):
        # By words: 1, True and "1" are equal or not by accident of their types.
        words = [_word(one) for one in levels]
        labels = tuple(dict.fromkeys(words))
        return Factor(name, np.array([labels.index(word) for word in words]), labels)
    numbers = np.array([float(one) for one in levels])  # type: ignore[arg-type]  # is_numeric has seen to it
    values, codes = np.unique(numbers, return_inverse=True)
    if most is None or len(values) <= most:
        return Factor(name, codes, tuple(_word(value) for value in values.tolist()))
    edges = np.quantile(numbers, np.arange(1, most) / most)
    codes = np.searchsorted(edges, numbers, side="right")
    # Values that many variants share can leave a bin empty.
    kept, codes = np.unique(codes, return_inverse=True)
    ranges = [numbers[codes == code] for code in range(len(kept))]
    return Factor(name, codes, tuple(_range(float(each.min()), float(each.max())) for each in ranges), binned=True)


def _word(level: Level) -> str:
    return f"{level:g}" if isinstance(level, float) else "none" if level is None else str(level)


def _range(low: float, high: float) -> str:
    return format_number(low) if low == high else f"{format_number(low)} to {format_number(high)}"
