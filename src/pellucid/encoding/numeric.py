"""A number becomes itself and, where training rows lacked it, an indicator."""

import numpy as np

from pellucid.encoding.column_encoding import ColumnEncoding, Layout
from pellucid.encoding.expansion import Expansion, no_columns
from pellucid.encoding.reading import read_numbers
from pellucid.tables.table import Column

__all__ = ["NumericColumn", "fit_numeric"]


class NumericColumn(ColumnEncoding, frozen=True, kw_only=True, tag="numeric"):
    """A column of numbers.

    Attributes:
        indicator: Whether an input says that the value is missing.
    """

    indicator: bool

    @property
    def layout(self) -> Layout:
        """Which inputs it becomes."""
        return Layout(numbers=(self.name,), passed=(f"{self.name} missing",) if self.indicator else ())

    def expand(self, column: Column) -> Expansion:
        """Spread out the column of a table.

        Raises:
            DataError: If more than 5 % of the rows hold no number (B068).
        """
        reading = read_numbers(column)
        missing = np.isnan(reading.values)
        return Expansion(
            numbers=reading.values[:, None],
            passed=missing[:, None].astype(np.float64) if self.indicator else no_columns(len(missing)),
            codes=None,
            missing=missing,
            marked=self.indicator,
            unreadable=reading.unreadable,
        )


def fit_numeric(column: Column) -> NumericColumn:
    """Learn from training rows whether an indicator is needed."""
    return NumericColumn(name=column.name, indicator=bool(np.isnan(read_numbers(column).values).any()))
