"""What each column is taken for, whether the network sees it, and why."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import msgspec
import numpy as np

from pellucid.errors import UsageError
from pellucid.printable import grouped
from pellucid.records import Finding
from pellucid.tables.duplicates import affine_pairs, equal_earlier
from pellucid.tables.leaks import find_leaks
from pellucid.tables.policy import note, refuse
from pellucid.tables.suspicions import column_suspicions, table_suspicions
from pellucid.tables.table import Column, Table

__all__ = ["MIN_ROWS", "ColumnDecision", "Encoding", "Kind", "decide_columns", "looks_like_id_name"]

Kind: TypeAlias = Literal["numeric", "boolean", "category", "date", "text", "id", "constant", "target"]
Encoding: TypeAlias = Literal["numeric", "boolean", "category", "date", "presence", "none"]

MIN_ROWS = 10
HASH_ABOVE = 1_000
NUMBERS_ROWS = "numbers the rows"
MANY_ALIKE = 8
"""More findings of one code are told as one."""
_ID_NAME = re.compile(
    r"(?:^|[_\s.-])(?:id|ids|uuid|guid|key|idx|index|rownum|row_number|serial)$|^(?:id|index)\b", re.I
)
_CAMEL_ID = re.compile(r"[a-z](?:Id|ID)$")
_ORDER_NAME = re.compile(r"^(?:unnamed: \d+|index|idx|row|row_?(?:number|num|id)|nr|no|number|#)$", re.I)


@dataclass(frozen=True)
class ColumnDecision:
    """What was decided about one column.

    Attributes:
        name: The column.
        kind: What it is taken for.
        reason: Why, in a few words.
        used: Whether the network sees it.
        encoding: How it becomes numbers; ``presence`` keeps only whether there is a value; ``none`` if not used.
        missing: Missing values among all rows.
        distinct: Distinct values among all rows, missing ones not counted.
    """

    name: str
    kind: Kind
    reason: str
    used: bool
    encoding: Encoding
    missing: int
    distinct: int


def decide_columns(
    table: Table, target: str | Sequence[str], *, drop: Sequence[str] = ()
) -> tuple[tuple[ColumnDecision, ...], tuple[Finding, ...]]:
    """A decision for every column in file order, and what a person should know about them.

    Args:
        table: As read.
        target: The column to predict, or several; none for a reconstruction.
        drop: Columns that the network must not see.

    Raises:
        UnknownColumnError: If a target or a column to drop is not there; names the nearest.
        UsageError: If a target is named twice, or is to be dropped.
        DataError: B002 for fewer than ten rows, B021 if several columns bear the target's name, B001 if no feature is
            left.
    """
    targets = (target,) if isinstance(target, str) else tuple(target)
    goals = _goals(table, targets, drop)
    if table.rows < MIN_ROWS:
        raise refuse(
            "B002",
            f"{table.name} has {grouped(table.rows)} row{'' if table.rows == 1 else 's'}; at least {MIN_ROWS} are"
            " needed to train and to judge.",
        )

    findings: list[Finding] = []
    decisions: dict[str, ColumnDecision] = {}
    twins = equal_earlier([column for column in table if column.name not in (*targets, *drop)])
    for column in table:
        if column.name in targets:
            decisions[column.name] = _decision(column, "target", "what is predicted", "none")
            continue
        decision, notes = _decide(column)
        if column.name in drop:
            decision, notes = replace(decision, reason="left out as asked", used=False, encoding="none"), []
        elif column.name in twins and decision.used:
            twin = twins[column.name]
            decision = replace(decision, reason=f"same as {twin}", used=False, encoding="none")
            notes = [
                note("B038", f"{column.name} holds the same values as {twin} and is left out.", column=column.name)
            ]
        decisions[column.name] = decision
        findings += notes

    used = [column for column in table if decisions[column.name].used]
    if not used and (rescued := _rescued(table, [decisions[name] for name in table.names], drop)):
        only, decision, found = rescued
        decisions[only.name], used = decision, [only]
        findings = [each for each in findings if (each.code, each.column) != ("B039", only.name)] + [found]
    if not used:
        raise refuse(
            "B001",
            f"No column of {table.name} is left to {_purpose(targets)}: every other one is an"
            " id, constant, free text or dropped. Add a column that says something about the rows.",
        )
    # Squares of numbers beyond 1e150 overflow: no two such columns can be compared, and that is no news on a screen.
    with np.errstate(over="ignore", invalid="ignore"):
        pairs, leaks = (
            list(affine_pairs(used)),
            [
                leak
                for goal in goals
                for leak in find_leaks(used, {c.name: decisions[c.name].encoding for c in used}, goal)
            ],
        )
    for one, other in pairs:
        findings.append(
            note("B038", f"{other} is {one} in another unit; both are kept.", fix=f"--drop {other}", column=other)
        )
    for column in used:
        findings += column_suspicions(column, decisions[column.name].encoding)
    findings += table_suspicions(table, goals, used)
    findings += leaks
    return tuple(decisions[name] for name in table.names), tuple(_gathered(findings))


def _purpose(targets: Sequence[str]) -> str:
    return f"predict {', '.join(map(repr, targets))} from" if targets else "learn from"


def _rescued(
    table: Table, decisions: Sequence[ColumnDecision], drop: Sequence[str]
) -> tuple[Column, ColumnDecision, Finding] | None:
    """The first column that numbers the rows without a name that says so: where nothing else is left, it may measure.

    Time steps, doses and positions on a line run 0, 1, 2 … as row numbers do.
    """
    for decision in decisions:
        name = decision.name
        if decision.reason.startswith(NUMBERS_ROWS) and name not in drop:
            if looks_like_id_name(name) or _ORDER_NAME.match(name):
                continue
            column = table.column(name)
            found = note(
                "B039",
                f"{name} numbers the rows; it is kept as a number, because no other column is left.",
                column=name,
            )
            return column, _decision(column, "numeric", f"{grouped(decision.distinct)} integers", "numeric"), found
    return None


def _gathered(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, those of one code about many columns as one: a picture has hundreds of constant pixels."""
    alike: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        alike[finding.code].append(finding)
    gathered = []
    for finding in findings:
        same = alike[finding.code]
        if len(same) <= MANY_ALIKE:
            gathered.append(finding)
        elif finding is same[0]:
            names = [str(other.column) for other in same]
            shown = ", ".join(names[1:6])
            message = f"{finding.message} The same holds for {grouped(len(same) - 1)} more columns: {shown}, …"
            evidence = {"columns": names, "count": len(same)}
            gathered.append(msgspec.structs.replace(finding, message=message, column=None, evidence=evidence))
    return gathered


def looks_like_id_name(name: str) -> bool:
    """Whether a column's name ends as names of keys do: id, PassengerId, user_key."""
    return bool(_CAMEL_ID.search(name) or _ID_NAME.search(name))


def _goals(table: Table, targets: Sequence[str], drop: Sequence[str]) -> list[Column]:
    """The target columns, each there once and not dropped."""
    goals = [table.column(name) for name in targets]
    for name in drop:
        table.column(name)
    for place, name in enumerate(targets):
        if name in targets[:place]:
            raise UsageError(f"Column {name!r} is named as a target twice. Name it once.")
        if name in drop:
            raise UsageError(f"Column {name!r} is the target and cannot be dropped as well.")
        for finding in table.findings:
            if finding.code == "B021" and name in (finding.evidence.get("original"), finding.column):
                raise refuse(
                    "B021",
                    f"Several columns of {table.name} are called {name!r}, so the target is not clear. Rename them.",
                )
    return goals


def _decision(column: Column, kind: Kind, reason: str, encoding: Encoding) -> ColumnDecision:
    return ColumnDecision(
        name=column.name,
        kind=kind,
        reason=reason,
        used=encoding != "none",
        encoding=encoding,
        missing=int(column.missing.sum()),
        distinct=len(column.distinct[0]),
    )


def _decide(column: Column) -> tuple[ColumnDecision, list[Finding]]:
    rows, missing, distinct = len(column), int(column.missing.sum()), len(column.distinct[0])
    name = column.name
    if distinct == 0:
        found = note(
            "B036",
            f"{name} has no values and is left out.",
            fix="If it should have some, look at how the file was made.",
            column=name,
        )
        return _decision(column, "constant", "no values", "none"), [found]
    if distinct == 1:
        value = column.as_text()[~column.missing][0]
        if _tells_by_absence(missing, rows):
            return _decision(column, "constant", f"{value!r} or nothing", "presence"), []
        found = note("B037", f"{name} is always {value!r} and is left out.", column=name)
        return _decision(column, "constant", f"always {value!r}", "none"), [found]
    match column.storage:
        case "boolean":
            return _decision(column, "boolean", _boolean_reason(column), "boolean"), []
        case "date":
            return _decision(column, "date", f"{grouped(distinct)} dates", "date"), [_order_note(name)]
        case "number":
            return _decide_number(column)
        case _:
            return _decide_text(column)


def _boolean_reason(column: Column) -> str:
    no, yes = column.spellings or ("false", "true")
    return f"{no} or {yes}"


def _order_note(name: str) -> Finding:
    return note(
        "B045",
        f"{name} is a date: if later rows are to be predicted from earlier ones, a random split judges too kindly.",
        column=name,
    )


def _tells_by_absence(missing: int, rows: int) -> bool:
    return 0.05 * rows <= missing <= 0.95 * rows


def _decide_number(column: Column) -> tuple[ColumnDecision, list[Finding]]:
    name, rows = column.name, len(column)
    values = column.values
    distinct = column.distinct[0]
    whole = bool(np.all(np.isfinite(distinct)) and np.all(distinct == np.round(distinct)))
    if whole and len(distinct) == rows:
        step = np.diff(values)
        if rows >= MIN_ROWS and values[0] in (0, 1) and np.all(step == 1):
            found = note("B039", f"{name} numbers the rows and is left out.", column=name)
            return _decision(column, "id", f"{NUMBERS_ROWS} {values[0]:.0f} to {values[-1]:.0f}", "none"), [found]
        if looks_like_id_name(name) or _ORDER_NAME.match(name):
            found = note("B040", f"{name} is different in every row, as its name says, and is left out.", column=name)
            return _decision(column, "id", "a different number in every row", "none"), [found]
    if len(distinct) == 2 and set(distinct.tolist()) == {0.0, 1.0}:
        return _decision(column, "boolean", "0 or 1", "boolean"), []
    notes = []
    if whole and looks_like_id_name(name) and len(distinct) > 20:
        repeated = f"{grouped(len(distinct))} values in {grouped(rows)} rows"
        if len(distinct) > 0.3 * rows:
            message = (
                f"{name} looks like an id that repeats ({repeated}); it is left out, and rows of one id may"
                f" be split apart."
            )
            return _decision(column, "id", f"named as an id, {repeated}", "none"), [note("B065", message, column=name)]
        message = (
            f"{name} looks like an id that repeats ({repeated}); it is kept as a number, rows of one id may"
            f" be split apart."
        )
        notes.append(note("B065", message, fix=f"--drop {name}", column=name))
    return _decision(
        column, "numeric", f"{grouped(len(distinct))} {'integers' if whole else 'numbers'}", "numeric"
    ), notes


def _decide_text(column: Column) -> tuple[ColumnDecision, list[Finding]]:
    name, rows = column.name, len(column)
    levels, counts = column.distinct
    present, missing = int(counts.sum()), int(column.missing.sum())
    share = len(levels) / present
    words = np.mean([level.count(" ") + 1 for level in levels[:1000]])
    length = np.mean([len(level) for level in levels[:1000]])
    many = (len(levels) > 20 and share > 0.3) or (len(levels) >= 10 and share > 0.8)
    if not (many or (words >= 6 and length > 40 and len(levels) > 100)):
        notes = []
        if len(levels) > HASH_ABOVE:
            message = f"{name} has {grouped(len(levels))} categories, so they share a fixed number of buckets."
            notes.append(note("B042", message, column=name))
        return _decision(column, "category", f"{grouped(len(levels))} words", "category"), notes

    code_like = words < 1.5 and length <= 40
    if len(levels) == present and (code_like or looks_like_id_name(name)) and missing == 0:
        kind: Kind = "id"
        reason = f"a different code in each of {grouped(rows)} rows"
        found = note("B040", f"{name} is different in every row, as an id is, and is left out.", column=name)
    else:
        kind = "text"
        reason = f"text, {grouped(len(levels))} values in {grouped(present)} rows"
        found = note(
            "B043",
            f"{name} is text with {grouped(len(levels))} values in {grouped(present)} rows, and text is not read.",
            column=name,
        )
    if _tells_by_absence(missing, rows):
        held = f"{grouped(len(levels))} values in {grouped(present)} rows"
        reason = f"{missing / rows * 100:.0f}\N{NARROW NO-BREAK SPACE}% missing, {held}; kept as present or missing"
        gaps = f"{grouped(missing)} of {grouped(rows)} missing"
        message = f"{name} is text, of which only whether there is a value is kept ({gaps})."
        return _decision(column, kind, reason, "presence"), [note("B043", message, column=name)]
    return _decision(column, kind, reason, "none"), [found]
