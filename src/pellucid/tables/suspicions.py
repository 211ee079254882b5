"""Things about the columns in use, and about the rows, that are legal but often mistakes."""

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from pellucid.printable import grouped
from pellucid.records import Finding, Severity
from pellucid.shapes import Codes
from pellucid.tables.duplicates import group_identical_rows, level_codes
from pellucid.tables.number_spellings import is_number
from pellucid.tables.policy import note
from pellucid.tables.table import Column, Table

__all__ = ["column_suspicions", "table_suspicions"]

_SENTINELS = (-99999.0, -9999.0, -999.0, -99.0, 999.0, 9999.0, 99999.0, 999999.0)
_NOT_LETTERS = re.compile(r"[\W_]+")


def column_suspicions(column: Column, encoding: str) -> list[Finding]:
    """Findings for one column that the network sees."""
    if encoding == "numeric" and column.storage == "number":
        return _sentinel(column)
    if encoding == "category":
        return _near_duplicates(column) + _mixed(column)
    return []


def _sentinel(column: Column) -> list[Finding]:
    """-999 and the like, when it stands far away from all other values."""
    values, counts = column.distinct
    finite = np.isfinite(values)
    values, counts = values[finite], counts[finite]
    if len(values) < 10:
        return []
    for value, count, rest in (
        (float(values[0]), int(counts[0]), values[1:]),
        (float(values[-1]), int(counts[-1]), values[:-1]),
    ):
        gap = min(abs(value - rest[0]), abs(value - rest[-1]))
        if value in _SENTINELS and count > 1 and gap > 0.5 * (rest[-1] - rest[0]):
            return [
                note(
                    "B032",
                    f"{column.name} is {value:g} in {grouped(count)} rows, far from all its other values; it "
                    "may stand for"
                    f" missing.",
                    fix="Leave these cells empty if it does.",
                    column=column.name,
                    severity=Severity.WARNING,
                    value=value,
                    count=count,
                )
            ]
    return []


def _near_duplicates(column: Column) -> list[Finding]:
    alike: dict[str, list[str]] = defaultdict(list)
    for level in column.distinct[0][:20_000]:
        # Letters and digits alone; a level of signs only ("+", "<") is compared as it is.
        alike[_NOT_LETTERS.sub("", level).casefold() or level].append(level)
    pairs = [levels for levels in alike.values() if len(levels) > 1]
    # Signs carry meaning where they are all that differs ("< 0", "> 0"): not a slip of spelling.
    pairs = [levels for levels in pairs if len({re.sub(r"[\s._'-]+", "", level).casefold() for level in levels}) == 1]
    if not pairs:
        return []
    shown = "; ".join(" and ".join(repr(level) for level in levels[:3]) for levels in pairs[:3])
    return [
        note(
            "B047",
            f"{column.name} has categories that differ in spelling alone: {shown}. They stay apart.",
            fix="Write them the same way.",
            column=column.name,
            pairs=pairs[:10],
        )
    ]


def _mixed(column: Column) -> list[Finding]:
    levels = column.distinct[0]
    numeric = [level for level in levels[:5_000] if is_number(level)]
    if not 0.1 * len(levels) <= len(numeric) < len(levels) or len(levels) < 5:
        return []
    word = next(level for level in levels if not is_number(level))
    message = (
        f"{column.name} mixes numbers such as {numeric[0]!r} with words such as {word!r} and is taken for a category."
    )
    return [note("B031", message, fix="Keep one of the two in a column of its own.", column=column.name)]


def table_suspicions(table: Table, targets: Sequence[Column], used: Sequence[Column]) -> list[Finding]:
    """Findings for the rows as a whole: repeated, contradictory, sorted by the target, fewer than the columns.

    Contradictions and order are looked for where there is one target.
    """
    findings: list[Finding] = []
    names = [column.name for column in used]
    groups = group_identical_rows(table, names)
    alike = group_identical_rows(table, [target.name for target in targets])
    both = np.unique(np.stack([groups, alike]), axis=1).shape[1]
    repeated = table.rows - both
    if repeated:
        plural = "s repeat" if repeated > 1 else " repeats"
        goal = "target" if len(targets) == 1 else "targets"
        message = f"{grouped(repeated)} row{plural} another in every column that is used, and in the {goal}."
        findings.append(note("B062", message, count=repeated))
    if len(targets) == 1:
        findings += _beside(targets[0], groups, both)
    if len(names) > table.rows:
        message = (
            f"{grouped(len(names))} columns for {grouped(table.rows)} rows: a network can learn these rows by heart."
        )
        findings.append(note("B072", message, fix="Add rows, or drop columns that can hardly matter."))
    return findings


def _beside(target: Column, groups: Codes, both: int) -> list[Finding]:
    """Rows that contradict one another, and rows sorted by the target."""
    findings: list[Finding] = []
    codes = level_codes(target)
    few = len(target.distinct[0]) <= 50
    if few and both > len(np.unique(groups)):
        findings += _conflicts(target.name, groups, codes)
    usable = codes[codes >= 0]
    changes = int(np.count_nonzero(np.diff(usable)))
    steps = np.diff(usable)
    in_order = changes < 0.02 * len(usable) if few else bool(np.all(steps >= 0) or np.all(steps <= 0))
    if len(usable) >= 50 and in_order and changes:
        message = f"The rows are sorted by {target.name}; they are drawn at random, so this does no harm here."
        findings.append(note("B061", message, severity=Severity.INFO))
    return findings


def _conflicts(target: str, groups: Codes, codes: Codes) -> list[Finding]:
    size = int(codes.max()) + 2
    counts = np.zeros((int(groups.max()) + 1, size), dtype=np.int64)
    np.add.at(counts, (groups, codes + 1), 1)
    known = counts[:, 1:]
    torn = (known > 0).sum(axis=1) > 1
    if not torn.any():
        return []
    rows = int(known[torn].sum())
    ceiling = float(known.max(axis=1).sum() / max(known.sum(), 1))
    message = f"{grouped(rows)} rows agree in every column that is used but not in {target}"
    if ceiling < 0.9995:
        message += f"; no model can be right on more than {ceiling * 100:.1f}\N{NARROW NO-BREAK SPACE}%"
    message += "."
    # Few such rows are in the nature of real tables; where they bound the accuracy, it must be known.
    severity = Severity.WARNING if ceiling < 0.95 else Severity.INFO
    return [note("B064", message, severity=severity, count=rows, ceiling=round(ceiling, 4))]
