"""The columns on the screen: used, left out and why, and what happens where values are missing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pellucid.cli.layout import Ink, cells, joined, wrapped
from pellucid.evaluation import format_count, plural
from pellucid.printable import printable
from pellucid.records import ColumnRecord

if TYPE_CHECKING:
    from pellucid.experiments.watching import DataSummary

__all__ = ["column_lines"]

LABEL = 10
INDENT = "  "
MOST_LINES = 4


def column_lines(summary: "DataSummary", *, width: int, ink: Ink) -> list[str]:
    """One group of lines each for used, left out and missing; groups with nothing in them are not shown."""
    features = [column for column in summary.columns if column.kind != "target"]
    rows = summary.source.rows
    used = [column for column in features if column.used]
    lines = _used(used, summary.inputs, width=width, ink=ink)
    left_out = [column for column in features if not column.used]
    if left_out:
        lines += _group("left out", _reasons(left_out, rows), width=width, ink=ink)
    gaps = [column for column in used if column.missing and column.kind != "text"]
    if gaps:
        words = [f"{printable(column.name)} {_share(column.missing, rows)}" for column in gaps]
        words = [word + "," for word in words[:-1]] + words[-1:]
        lines += _group("missing", [*words, "→", "kept, the network is told"], width=width, ink=ink)
    return lines


def _group(label: str, words: Sequence[str], *, width: int, ink: Ink) -> list[str]:
    start = INDENT + label.ljust(LABEL)
    lines = wrapped(words, width, first=start, rest=" " * len(start), most=MOST_LINES)
    return [lines[0].replace(label, ink.quiet(label), 1), *lines[1:]]


def _used(columns: Sequence[ColumnRecord], inputs: int, *, width: int, ink: Ink) -> list[str]:
    words = joined([column.name for column in columns if column.kind != "text"])
    # Of a text column that is used the network sees only whether it is there.
    words += [f" {printable(column.name)} (present or not)" for column in columns if column.kind == "text"]
    lines = _group("used", words or ["nothing"], width=width, ink=ink)
    total = f"{plural(len(columns), 'column')} → {plural(inputs, 'input')}"
    # The label may be dyed, and dye takes no cells.
    taken = cells(lines[-1]) if len(lines) > 1 else len(INDENT) + LABEL + cells(" ".join(words))
    if taken + 3 + cells(total) <= width:
        return [*lines[:-1], lines[-1] + " " * (width - taken - cells(total)) + total]
    return [*lines, " " * (len(INDENT) + LABEL) + total]


def _reasons(columns: Sequence[ColumnRecord], rows: int) -> list[str]:
    """Names that share a reason stand together before it."""
    groups: dict[str, list[ColumnRecord]] = {}
    for column in columns:
        groups.setdefault(_reason(column, rows), []).append(column)
    words: list[str] = []
    for reason, members in groups.items():
        if reason == "text":
            counts = [format_count(member.distinct) for member in members]
            reason = f"text, {' and '.join(counts) if len(counts) < 3 else 'mostly different'} values"
        words += [*joined([member.name for member in members]), *f"({printable(reason)}) ".split(" ")[:-1]]
        words[-1] += " "
    words[-1] = words[-1].rstrip()
    return words


def _reason(column: ColumnRecord, rows: int) -> str:
    if column.missing == rows:
        return "all missing"
    if column.kind in {"id", "constant", "text"}:
        return column.kind
    return column.reason


def _share(missing: int, rows: int) -> str:
    return f"{missing * 100 / rows:.0f} %" if missing * 5 >= rows else format_count(missing)
