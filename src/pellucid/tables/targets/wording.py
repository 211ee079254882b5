"""Numbers, counts and gaps of a target, in words."""

from collections.abc import Sequence

import numpy as np

from pellucid.printable import MINUS, grouped
from pellucid.records import Finding, Severity
from pellucid.shapes import Array
from pellucid.tables.policy import note
from pellucid.tables.table import Column

__all__ = [
    "counted_words",
    "gap_findings",
    "rows_of",
    "several_gaps_finding",
    "small_class_finding",
    "spaced",
    "usable_in",
    "words_of",
]


def spaced(value: float) -> str:
    """A number for people: thousands set apart, four digits that matter after the point, powers of ten from 1e15 on."""
    if abs(value) >= 1e15:
        text = f"{float(value):.2e}"
    elif float(value).is_integer() or abs(value) >= 1000:
        text = f"{float(value):,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    else:
        text = f"{float(value):.4g}"
    return text.replace("-", MINUS)


def rows_of(count: int) -> str:
    """``1 row``, ``12 rows``."""
    return f"{grouped(count)} row{'' if count == 1 else 's'}"


def usable_in(column: Column) -> Array:
    """Which rows hold a value to learn from, bool ``[n]``; infinities are none."""
    return np.isfinite(column.values) if column.storage == "number" else ~column.missing


def words_of(column: Column) -> list[str]:
    """The distinct usable values in order, as text."""
    usable = np.flatnonzero(usable_in(column))
    values = column.take(usable).distinct[0]
    if column.storage == "text":
        return [str(value) for value in values]
    first: dict[float, str] = {}
    for value, word in zip(column.values[usable], column.as_text()[usable], strict=True):
        first.setdefault(float(value), str(word))
    return [first[float(value)] for value in values]


def gap_findings(column: Column) -> list[Finding]:
    """Rows without a value, and rows with an infinite one."""
    name, rows = column.name, len(column)
    gaps = int(column.missing.sum())
    endless = rows - int(usable_in(column).sum()) - gaps
    findings = []
    if gaps:
        findings.append(
            note(
                "B052",
                f"{name} has no value in {grouped(gaps)} of {rows_of(rows)}; {_left_out(gaps)}.",
                fix="Fill them in, if they can be known.",
                column=name,
                # A few gaps are in order; many make one ask which rows they are.
                severity=Severity.INFO if gaps <= 0.05 * rows else Severity.WARNING,
                count=gaps,
            )
        )
    if endless:
        findings.append(
            note(
                "B035",
                f"{name} is infinite in {grouped(endless)} of {rows_of(rows)}; {_left_out(endless)}.",
                fix="Correct the values, if they can be known.",
                column=name,
                count=endless,
            )
        )
    return findings


def several_gaps_finding(columns: Sequence[Column], lost: int) -> list[Finding]:
    """Rows that lack at least one of several targets, which are left out whole."""
    if not lost:
        return []
    rows = len(columns[0])
    worst = max(columns, key=lambda column: int((~usable_in(column)).sum()))
    message = (
        f"{grouped(lost)} of {rows_of(rows)} {'lacks' if lost == 1 else 'lack'} at least one of the "
        f"{len(columns)} targets ({worst.name} in {grouped(int((~usable_in(worst)).sum()))}); {_left_out(lost)}."
    )
    severity = Severity.INFO if lost <= 0.05 * rows else Severity.WARNING
    return [note("B052", message, fix="Fill them in, if they can be known.", severity=severity, count=lost)]


def _left_out(count: int) -> str:
    return "it is left out" if count == 1 else "they are left out"


def small_class_finding(
    names: Sequence[str], counts: Sequence[int], *, what: str, plural: str, column: str | None
) -> list[Finding]:
    """Classes, labels … of fewer than ten rows."""
    small = [f"{label} ({count})" for label, count in zip(names, counts, strict=True) if count < 10]
    if not small:
        return []
    shown = ", ".join(small[:6]) + (", …" if len(small) > 6 else "")
    return [
        note(
            "B054",
            f"{grouped(len(small))} of {grouped(len(names))} {what if len(names) == 1 else plural}"
            f" {'has' if len(small) == 1 else 'have'} fewer than 10 rows: {shown}. Scores for"
            f" {'it' if len(small) == 1 else 'them'} mean little.",
            fix="Collect more rows of them, or join them.",
            column=column,
            classes=len(small),
        )
    ]


def counted_words(names: Sequence[str], counts: Sequence[int], *, numbers: bool) -> str:
    """``549 no, 342 yes``, the most frequent first; ``12 × 3`` where the names are numbers."""
    common = np.argsort(-np.asarray(counts), kind="stable")
    # A bare number beside a count reads like another count.
    form = "{} × {}" if numbers else "{} {}"
    parts = [form.format(spaced(counts[i]), names[i]) for i in common[:6]]
    if len(names) > 6:
        parts.append(f"{grouped(len(names) - 6)} more")
    return ", ".join(parts)
