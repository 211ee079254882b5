"""A date becomes days since 1970 and positions in the year, the week and the day, each on a circle."""

import math
from typing import Literal, TypeAlias

import numpy as np

from pellucid.encoding.column_encoding import ColumnEncoding, Layout
from pellucid.encoding.expansion import Expansion, no_columns
from pellucid.encoding.reading import read_dates
from pellucid.shapes import Array, Codes, Floats
from pellucid.tables.table import Column

__all__ = ["Cycle", "DateColumn", "fit_date"]

Cycle: TypeAlias = Literal["year", "week", "day"]

_CYCLES: tuple[Cycle, ...] = ("year", "week", "day")
_LENGTHS: dict[Cycle, tuple[int, float]] = {"year": (366, 365.25), "week": (7, 7.0), "day": (1440, 1440.0)}
_MICROSECONDS_PER_DAY = 86_400_000_000


def _circle(steps: int, length: float) -> Floats:
    angles = [2 * math.pi * step / length for step in range(steps)]
    return np.array([[math.sin(angle), math.cos(angle)] for angle in angles])


# Looked up, not computed per row: the same date gives the same bits wherever it stands in the table.
_CIRCLES = {cycle: _circle(*_LENGTHS[cycle]) for cycle in _CYCLES}


class DateColumn(ColumnEncoding, frozen=True, kw_only=True, tag="date"):
    """A column of dates.

    Attributes:
        cycles: Circles that the training rows showed more than one point of.
        indicator: Whether an input says that the value is missing.
    """

    cycles: tuple[Cycle, ...]
    indicator: bool

    def __post_init__(self) -> None:
        if len(set(self.cycles)) != len(self.cycles):
            raise ValueError("a cycle is named twice")

    @property
    def layout(self) -> Layout:
        """Which inputs it becomes."""
        circles = [f"{self.name} {wave} of {cycle}" for cycle in self.cycles for wave in ("sine", "cosine")]
        return Layout(
            numbers=(f"{self.name} in days", *circles), passed=(f"{self.name} missing",) if self.indicator else ()
        )

    def expand(self, column: Column) -> Expansion:
        """Spread out the column of a table.

        Raises:
            DataError: If more than 5 % of the rows hold no date (B068).
        """
        reading = read_dates(column)
        missing = np.isnat(reading.values)
        moments = np.where(missing, np.datetime64(0, "us"), reading.values)
        numbers = np.column_stack(
            [
                moments.astype(np.int64) / _MICROSECONDS_PER_DAY,
                *(_CIRCLES[cycle][_position(moments, cycle)] for cycle in self.cycles),
            ]
        )
        numbers[missing] = np.nan
        return Expansion(
            numbers=numbers,
            passed=missing[:, None].astype(np.float64) if self.indicator else no_columns(len(missing)),
            codes=None,
            missing=missing,
            marked=self.indicator,
            unreadable=reading.unreadable,
        )


def fit_date(column: Column) -> DateColumn:
    """Learn from training rows which cycles vary and whether an indicator is needed."""
    moments = read_dates(column).values
    known = moments[~np.isnat(moments)]
    return DateColumn(
        name=column.name,
        cycles=tuple(cycle for cycle in _CYCLES if len(np.unique(_position(known, cycle))) > 1),
        indicator=len(known) < len(moments),
    )


def _position(moments: Array, cycle: Cycle) -> Codes:
    """Day of the year from 0, day of the week from Monday, or minute of the day."""
    days = moments.astype("datetime64[D]")
    position: Codes
    match cycle:
        case "year":
            position = (days - moments.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
        case "week":
            position = (days.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
        case "day":
            position = (moments.astype("datetime64[m]") - days).astype(np.int64)
    return position
