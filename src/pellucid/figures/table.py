"""A figure's numbers at a few places, and how a column of them is written."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pellucid.printable import MINUS, THIN, format_number

__all__ = ["Cell", "Table"]

Cell = float | int | str
"""What a table holds in one place."""

_DIGITS = 4


@dataclass(frozen=True)
class Table:
    """``rows`` under ``columns``."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def numeric(self) -> tuple[bool, ...]:
        """Whether a column holds numbers only, column by column."""
        return tuple(all(isinstance(cell, int | float) for cell in column) for column in self._across())

    def texts(self) -> list[list[str]]:
        """The cells as people read them, row by row."""
        columns = [
            _written([float(cell) for cell in column]) if numeric else [_alone(cell) for cell in column]
            for column, numeric in zip(self._across(), self.numeric(), strict=True)
        ]
        return [list(row) for row in zip(*columns, strict=True)]

    def _across(self) -> list[tuple[Cell, ...]]:
        return [tuple(row[place] for row in self.rows) for place in range(len(self.columns))]


def _alone(cell: Cell) -> str:
    return format_number(cell, digits=_DIGITS) if isinstance(cell, float) else str(cell)


def _written(values: Sequence[float]) -> list[str]:
    """Equally many decimals: as many as the largest needs for four digits, no idle zeros.

    A number that would round to nothing, though it is not 0, is written with its power of ten.
    """
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest >= 1e9 or 0 < largest < 1e-3:
        return [format_number(value, digits=_DIGITS) if value else "0" for value in values]
    place = math.floor(math.log10(largest)) if largest else 0
    decimals = max(0, _DIGITS - 1 - place)
    while decimals and all(_is_idle(value, decimals) for value in values):
        decimals -= 1
    return [_fixed(value, decimals) for value in values]


def _is_idle(value: float, decimals: int) -> bool:
    """Whether the last of so many decimals says nothing."""
    return not math.isfinite(value) or round(abs(value) * 10**decimals) % 10 == 0


def _fixed(value: float, decimals: int) -> str:
    text = f"{abs(value):,.{decimals}f}".replace(",", THIN)
    is_nothing = not float(text.replace(THIN, "")) if math.isfinite(value) else True
    if not math.isfinite(value) or (is_nothing and value):
        return format_number(value, digits=2)
    return text if is_nothing or value > 0 else MINUS + text
