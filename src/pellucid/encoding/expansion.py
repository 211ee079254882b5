"""Expansion: one column spread out into numbers, before scaling, and what was odd about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pellucid.shapes import Array, Codes, Floats

__all__ = ["Expansion", "no_columns"]


def no_columns(rows: int) -> Floats:
    """A matrix without columns, ``[n, 0]``."""
    return np.empty((rows, 0), dtype=np.float64)


@dataclass(frozen=True)
class Expansion:
    """What one column of a table became.

    Attributes:
        numbers: Numbers to scale and perhaps to embed, float64 ``[n, k]``; NaN where missing.
        passed: Indicators and one-hot columns, float64 ``[n, p]``; nothing missing.
        codes: Category numbers ``[n]``, None for a column that is not embedded.
        missing: Rows that hold nothing, or nothing readable; bool ``[n]``.
        marked: Whether the network can tell a missing value from others.
        unseen: Values that the training rows did not hold, with the number of their rows.
        unreadable: Values that are not what the column holds, with the number of their rows.
    """

    numbers: Floats
    passed: Floats
    codes: Codes | None
    missing: Array
    marked: bool
    unseen: Mapping[str, int] = field(default_factory=dict)
    unreadable: Mapping[str, int] = field(default_factory=dict)
