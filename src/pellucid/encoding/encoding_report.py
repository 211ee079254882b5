"""What an encoding met in a table: filled gaps, unseen categories, infinities, unreadable cells."""

from collections.abc import Mapping
from dataclasses import dataclass

from pellucid.printable import grouped, printable, quoted
from pellucid.records import Finding
from pellucid.tables.policy import note

__all__ = ["ColumnReport", "EncodingReport"]

_EXAMPLES = 5


@dataclass(frozen=True)
class ColumnReport:
    """One column.

    Attributes:
        name: The column.
        missing: Rows without a (readable) value.
        marked: Whether the network can tell them from others; if not, they look like an average row.
        unseen: Values that the training rows did not hold → rows.
        infinite: Rows with an infinite value, one beyond float32, or one that the re-expression does not take (0 in a
            logarithm); they got the nearest training value.
        unreadable: Values that are not what the column holds → rows; they count as missing.
    """

    name: str
    missing: int
    marked: bool
    unseen: Mapping[str, int]
    infinite: int
    unreadable: Mapping[str, int]

    def findings(self, rows: int) -> list[Finding]:
        """What is worth knowing, in words."""
        name = printable(self.name, limit=200)
        found: list[Finding] = []
        if self.unreadable:
            cells = sum(self.unreadable.values())
            found.append(
                note(
                    "B030",
                    f"{_cells(cells)} of {name} could not be read ({_examples(self.unreadable)}) and "
                    f"{'counts' if cells == 1 else 'count'} as missing.",
                    fix="Correct the values, or empty the cells.",
                    column=self.name,
                    rows=cells,
                    examples=_first(self.unreadable),
                )
            )
        if self.missing and not self.marked:
            found.append(
                note(
                    "B034",
                    f"{name} is missing in {grouped(self.missing)} of {grouped(rows)} rows, but never was in "
                    "the training rows; "
                    "these rows are predicted as if the value were an average one.",
                    column=self.name,
                    rows=self.missing,
                )
            )
        if self.unseen:
            cells = sum(self.unseen.values())
            found.append(
                note(
                    "B066",
                    f"{name} holds {grouped(len(self.unseen))} "
                    f"{'value' if len(self.unseen) == 1 else 'values'} that the "
                    f"training rows did not ({_examples(self.unseen)}), in {grouped(cells)} of {grouped(rows)} "
                    "rows; each counts as "
                    "unknown.",
                    fix="Check the spelling; if the values are right, train again on a table that holds them.",
                    column=self.name,
                    rows=cells,
                    examples=_first(self.unseen),
                )
            )
        if self.infinite:
            found.append(
                note(
                    "B035",
                    f"{_cells(self.infinite)} of {name} {'is' if self.infinite == 1 else 'are'} infinite or beyond "
                    "what can be computed with, and got the nearest training value.",
                    fix="Correct the values, or empty the cells.",
                    column=self.name,
                    rows=self.infinite,
                )
            )
        return found


@dataclass(frozen=True)
class EncodingReport:
    """All columns.

    Attributes:
        rows: Rows encoded.
        columns: One entry per encoded column, in the encoding's order.
    """

    rows: int
    columns: tuple[ColumnReport, ...]

    def findings(self) -> tuple[Finding, ...]:
        """What is worth knowing, column after column."""
        return tuple(finding for column in self.columns for finding in column.findings(self.rows))


def _cells(count: int) -> str:
    return "1 value" if count == 1 else f"{grouped(count)} values"


def _first(values: Mapping[str, int]) -> list[str]:
    return sorted(values, key=lambda value: (-values[value], value))[:_EXAMPLES]


def _examples(values: Mapping[str, int]) -> str:
    shown = ", ".join(quoted(value, limit=40) for value in _first(values))
    return f"{shown}, …" if len(values) > _EXAMPLES else shown
