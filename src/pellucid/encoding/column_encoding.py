"""ColumnEncoding: what all fitted columns have in common."""

from dataclasses import dataclass

import msgspec

from pellucid.encoding.expansion import Expansion
from pellucid.tables.table import Column

__all__ = ["ColumnEncoding", "Layout"]


@dataclass(frozen=True)
class Layout:
    """Which inputs of a network a column becomes.

    Attributes:
        numbers: Name of each number.
        passed: Name of each further dense column.
        levels: Rows of its embedding table, code 0 included; None for a column that is not embedded.
    """

    numbers: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    levels: int | None = None


class ColumnEncoding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="column"):
    """A fitted column; abstract.

    Attributes:
        name: The column of the table.
    """

    name: str

    @property
    def layout(self) -> Layout:
        """Which inputs it becomes."""
        raise NotImplementedError

    def expand(self, column: Column) -> Expansion:
        """Spread out the column of a table.

        Raises:
            DataError: If more than 5 % of the rows hold something else than in training (B068).
        """
        raise NotImplementedError

    @property
    def outputs(self) -> int:
        """How many inputs of the network it becomes, an embedded category counting as one."""
        layout = self.layout
        return len(layout.numbers) + len(layout.passed) + (layout.levels is not None)
