"""A boolean becomes −1 or +1, 0 where missing, and an indicator where training rows lacked it."""

import numpy as np

from pellucid.encoding.column_encoding import ColumnEncoding, Layout
from pellucid.encoding.expansion import Expansion, no_columns
from pellucid.encoding.reading import counted, read_booleans
from pellucid.tables.table import Column

__all__ = ["BooleanColumn", "fit_boolean"]


class BooleanColumn(ColumnEncoding, frozen=True, kw_only=True, tag="boolean"):
    """A column of two values.

    Attributes:
        false: The number that becomes −1.
        true: The number that becomes +1.
        spellings: How the two were written, if as words.
        indicator: Whether an input says that the value is missing.
    """

    false: float
    true: float
    spellings: tuple[str, str] | None
    indicator: bool

    @property
    def layout(self) -> Layout:
        """Which inputs it becomes."""
        return Layout(passed=(self.name, f"{self.name} missing") if self.indicator else (self.name,))

    def expand(self, column: Column) -> Expansion:
        """Spread out the column of a table.

        Raises:
            DataError: If more than 5 % of the rows hold neither of the two values (B068).
        """
        reading = read_booleans(column, self.spellings)
        values = reading.values
        missing = np.isnan(values)
        sign = (values == self.true).astype(np.float64) - (values == self.false)
        passed = np.column_stack([sign, missing]) if self.indicator else sign[:, None]
        return Expansion(
            numbers=no_columns(len(values)),
            passed=passed,
            codes=None,
            missing=missing,
            marked=self.indicator,
            unseen=counted(values, (sign == 0) & ~missing),
            unreadable=reading.unreadable,
        )


def fit_boolean(column: Column) -> BooleanColumn:
    """Learn from training rows which two numbers there are and whether an indicator is needed."""
    values = read_booleans(column, column.spellings).values
    found = np.unique(values[~np.isnan(values)])
    # A column that is boolean in the whole table may show one value, or none, in the training rows.
    false, true = (found[0], found[-1]) if len(found) == 2 else (0.0, 1.0)
    return BooleanColumn(
        name=column.name,
        false=float(false),
        true=float(true),
        spellings=column.spellings,
        indicator=bool(np.isnan(values).any()),
    )
