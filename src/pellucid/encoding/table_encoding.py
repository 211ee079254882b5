"""TableEncoding: everything that was learned about turning a table into numbers, as plain data."""

from itertools import chain

import msgspec

from pellucid.encoding.boolean import BooleanColumn
from pellucid.encoding.category import CodedColumn, HashedColumn, OneHotColumn, PairColumn
from pellucid.encoding.date import DateColumn
from pellucid.encoding.expressions import FittedExpression
from pellucid.encoding.numeric import NumericColumn
from pellucid.encoding.preparation import Preparation
from pellucid.encoding.presence import PresenceColumn
from pellucid.tables.notation import Notation

__all__ = ["EncodedColumn", "TableEncoding"]

EncodedColumn = (
    NumericColumn | BooleanColumn | PresenceColumn | DateColumn | PairColumn | OneHotColumn | CodedColumn | HashedColumn
)


class TableEncoding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fitted encoding.

    The dense columns stand in this order: first the numbers of all columns, then what passes beside them (indicators,
    booleans, one-hot columns); codes to be embedded stand apart.

    Attributes:
        preparation: The options it was fitted with.
        columns: In the table's order.
        expressions: One per dense column, in dense order.
        notations: How columns of text were written where one row alone would not tell, by name; the target's too, so
            that tables to come are read as the training table was.
    """

    preparation: Preparation
    columns: tuple[EncodedColumn, ...]
    expressions: tuple[FittedExpression, ...]
    notations: dict[str, Notation] = {}

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError("a column is encoded twice")
        wanted, found = self.numeric + self.passed, len(self.expressions)
        if found != wanted:
            raise ValueError(f"{wanted} dense columns need as many re-expressions, not {found}")

    @property
    def numeric(self) -> int:
        """How many dense columns are numbers; they come first."""
        return sum(len(column.layout.numbers) for column in self.columns)

    @property
    def passed(self) -> int:
        """How many dense columns follow them."""
        return sum(len(column.layout.passed) for column in self.columns)

    @property
    def categories(self) -> tuple[int, ...]:
        """Rows of each embedding table, code 0 (missing or unseen) included."""
        return tuple(column.layout.levels for column in self.columns if column.layout.levels is not None)

    @property
    def input_names(self) -> tuple[str, ...]:
        """Name of each dense column, in dense order."""
        layouts = [column.layout for column in self.columns]
        return tuple(chain(*(layout.numbers for layout in layouts), *(layout.passed for layout in layouts)))

    @property
    def coded_names(self) -> tuple[str, ...]:
        """Name of each embedded column, in the order of ``categories``."""
        return tuple(column.name for column in self.columns if column.layout.levels is not None)
