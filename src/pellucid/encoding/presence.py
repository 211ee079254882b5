"""A column whose values are left out says at least whether there is one."""

import numpy as np

from pellucid.encoding.column_encoding import ColumnEncoding, Layout
from pellucid.encoding.expansion import Expansion, no_columns
from pellucid.tables.table import Column

__all__ = ["PresenceColumn"]


class PresenceColumn(ColumnEncoding, frozen=True, kw_only=True, tag="presence"):
    """1 where there is a value, 0 where there is none."""

    @property
    def layout(self) -> Layout:
        """Which inputs it becomes."""
        return Layout(passed=(f"{self.name} present",))

    def expand(self, column: Column) -> Expansion:
        """Spread out the column of a table."""
        missing = column.missing
        return Expansion(
            numbers=no_columns(len(missing)),
            passed=(~missing)[:, None].astype(np.float64),
            codes=None,
            missing=missing,
            marked=True,
        )
