"""Which task a target sets, its classes, and its values as codes or numbers."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from pellucid.errors import UnknownNameError
from pellucid.printable import grouped
from pellucid.records import Finding, Severity
from pellucid.shapes import Array
from pellucid.tables.policy import note, refuse
from pellucid.tables.table import Column, number_text

__all__ = ["TASKS", "TargetDecision", "Task", "decide_target", "target_values"]

Task: TypeAlias = Literal["binary", "multiclass", "regression"]
TASKS: tuple[Task, ...] = ("binary", "multiclass", "regression")

BEYOND = 1e150
"""Squares of larger numbers are no numbers any more, and a regression is judged by squares."""
FEW_NUMBERS = 10
"""Up to so many distinct numbers are taken for classes."""
MANY_CLASSES = 1_000
UNSEEN = -2


@dataclass(frozen=True)
class TargetDecision:
    """What the target asks for.

    Attributes:
        name: The target column.
        task: binary, multiclass or regression.
        classes: Labels in order (numbers by size, words by letter); empty for a regression.
        counts: Rows of each class; empty for a regression.
        reason: Why that task, in a few words.
        note: The target in a few words for people: ``549 no, 342 yes``.
        missing: Rows without a target, which the caller drops.
        findings: What a person should know.
    """

    name: str
    task: Task
    classes: tuple[str, ...]
    counts: tuple[int, ...]
    reason: str
    note: str
    missing: int
    findings: tuple[Finding, ...]


def decide_target(column: Column, task: str | None = None) -> TargetDecision:
    """The task that a target sets.

    Args:
        column: The target.
        task: One of ``TASKS`` to insist on it, None to decide by the values: words and booleans are classes, up to ten
            distinct numbers are too if they repeat, other numbers are to be predicted as numbers.

    Raises:
        UnknownNameError: If there is no such task.
        DataError: B052 if all values are missing, B053 if there is one class or number, B055 if nearly every row has
            its own class, B056 if the values do not allow the task that was asked for, B058 if the numbers of a
            regression exceed 1e150.
    """
    if task is not None and task not in TASKS:
        raise UnknownNameError("task", task, TASKS)
    usable = _usable(column)
    missing = len(column) - int(usable.sum())
    name = column.name
    if not len(column):
        raise refuse("B002", f"There are no rows, so there is nothing to learn {name!r} from.")
    if missing == len(column):
        where = "its only row" if missing == 1 else f"any of its {grouped(missing)} rows"
        raise refuse("B052", f"The target {name!r} has no values in {where}. Choose another column.")
    findings = _left_out_findings(column)
    labels, counts = column.take(np.flatnonzero(usable)).distinct
    if len(labels) == 1:
        only = column.as_text()[np.flatnonzero(usable)[0]]
        raise refuse(
            "B053",
            f"The target {name!r} is {only!r} in every row, so there is nothing to predict. Choose another column,"
            f" or add"
            " rows with other values.",
        )
    if column.storage == "date":
        raise refuse("B056", f"The target {name!r} is a date. Turn it into a number, such as days since a fixed day.")
    chosen, reason, notes = _choose(column, labels, counts, task)
    findings += notes
    if chosen == "regression":
        values = column.values[usable]
        largest = float(np.abs(values).max())
        if largest > BEYOND:
            raise refuse(
                "B058",
                f"The target {name!r} holds numbers as large as {_spaced(largest)}; beyond 1e150 their squares, by"
                " which a regression is judged, cannot be computed. Write it in a larger unit, or as its logarithm.",
            )
        findings += _regression_findings(name, values)
        low, middle, high = (_spaced(v) for v in (values.min(), np.median(values), values.max()))
        text = f"{low} to {high}, median {middle}"
        return TargetDecision(name, chosen, (), (), reason, text, missing, tuple(findings))
    return _classes(column, chosen, labels, counts, reason, missing, findings)


def _usable(column: Column) -> Array:
    return np.isfinite(column.values) if column.storage == "number" else ~column.missing


def _left_out_findings(column: Column) -> list[Finding]:
    """Rows without a target, and rows with an infinite one."""
    name, rows = column.name, len(column)
    gaps = int(column.missing.sum())
    endless = rows - int(_usable(column).sum()) - gaps
    findings = []
    if gaps:
        findings.append(
            note(
                "B052",
                f"{name} has no value in {grouped(gaps)} of {_rows(rows)}; {_left_out(gaps)}.",
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
                f"{name} is infinite in {grouped(endless)} of {_rows(rows)}; {_left_out(endless)}.",
                fix="Correct the values, if they can be known.",
                column=name,
                count=endless,
            )
        )
    return findings


def _left_out(count: int) -> str:
    return "it is left out" if count == 1 else "they are left out"


def _rows(count: int) -> str:
    return f"{grouped(count)} row{'' if count == 1 else 's'}"


def _choose(column: Column, labels: Array, counts: Array, task: str | None) -> tuple[Task, str, list[Finding]]:
    """Task, reason, findings."""
    name, rows, kinds = column.name, int(counts.sum()), len(labels)
    if task == "regression":
        if column.storage != "number":
            raise refuse(
                "B056",
                f"The target {name!r} holds words such as {_words(column)[0]!r}, so it cannot be a regression."
                " Leave the task to the column, or choose another one.",
            )
        return "regression", "as asked", []
    if task == "binary" and kinds != 2:
        raise refuse(
            "B056",
            f"The target {name!r} has {grouped(kinds)} values, so it is not binary. Ask for multiclass or regression.",
        )
    classes: Task = "binary" if kinds == 2 else "multiclass"
    if task is not None:
        return ("binary" if task == "binary" else "multiclass"), "as asked", []
    if column.storage == "boolean":
        return "binary", "true or false", []
    if column.storage == "text":
        if kinds > MANY_CLASSES or (kinds > 20 and kinds > rows / 2):
            raise refuse(
                "B055",
                f"The target {name!r} has {grouped(kinds)} different words in {grouped(rows)} rows, so it is "
                "an id or a text"
                f" rather than a"
                " class. Choose another column, or pass --task multiclass.",
            )
        return classes, f"{grouped(kinds)} words", []
    whole = bool(np.all(labels == np.round(labels)))
    span = f"{number_text(float(labels[0]))} to {number_text(float(labels[-1]))}"
    if kinds == 2:
        return "binary", "two numbers", []
    if kinds <= FEW_NUMBERS and rows >= 5 * kinds:
        what = "integers" if whole else "numbers"
        doubt = note(
            "B056",
            f"{name} has {kinds} different {what} ({span}), which are taken for classes.",
            fix="Pass --task regression if they measure something.",
            column=name,
        )
        return classes, f"{kinds} different {what}", [doubt]
    notes = []
    if whole and kinds <= 30 and rows >= 20 * kinds:
        notes = [
            note(
                "B056",
                f"{name} has {kinds} different integers ({span}), which are taken for a measure.",
                fix="Pass --task multiclass if they are classes.",
                column=name,
            )
        ]
    return "regression", f"{grouped(kinds)} different numbers", notes


def _classes(
    column: Column, task: Task, labels: Array, counts: Array, reason: str, missing: int, findings: list[Finding]
) -> TargetDecision:
    names = _words(column)
    small = [f"{label} ({count})" for label, count in zip(names, counts, strict=True) if count < 10]
    if small:
        shown = ", ".join(small[:6]) + (", …" if len(small) > 6 else "")
        findings.append(
            note(
                "B054",
                f"{grouped(len(small))} of {grouped(len(names))} classes {'has' if len(small) == 1 else 'have'} fewer"
                f" than 10 rows: {shown}. Scores for {'it' if len(small) == 1 else 'them'} mean little.",
                fix="Collect more rows of them, or join them.",
                column=column.name,
                classes=len(small),
            )
        )
    common = np.argsort(-counts, kind="stable")
    # A bare number beside a count reads like another count.
    form = "{} × {}" if column.storage == "number" else "{} {}"
    parts = [form.format(_spaced(counts[i]), names[i]) for i in common[:6]]
    if len(names) > 6:
        parts.append(f"{grouped(len(names) - 6)} more")
    return TargetDecision(
        column.name,
        task,
        tuple(names),
        tuple(int(count) for count in counts),
        reason,
        ", ".join(parts),
        missing,
        tuple(findings),
    )


def _words(column: Column) -> list[str]:
    """The labels in order, as text."""
    usable = np.flatnonzero(_usable(column))
    values = column.take(usable).distinct[0]
    first: dict[float, str] = {}
    if column.storage == "text":
        return [str(value) for value in values]
    for value, word in zip(column.values[usable], column.as_text()[usable], strict=True):
        first.setdefault(float(value), str(word))
    return [first[float(value)] for value in values]


def _regression_findings(name: str, values: Array) -> list[Finding]:
    findings = []
    low, quarter, middle, three_quarters, high = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
    spread = three_quarters - quarter
    if spread == 0 or max(high - middle, middle - low) > 20 * spread:
        findings.append(
            note(
                "B057",
                f"{name} has a long tail: half of its values lie within {_spaced(spread)}, the farthest"
                f" {_spaced(max(high - middle, middle - low))} from the median.",
                fix="Predict its logarithm if only ratios matter.",
                column=name,
            )
        )
    capped = int(np.sum(values == high))
    if len(values) >= 100 and capped > max(10, 0.02 * len(values)) and len(np.unique(values)) > 50:
        message = f"{grouped(capped)} rows share the largest {name}, {_spaced(high)}, as if it had been cut off there."
        findings.append(note("B057", message, column=name, count=capped))
    if np.abs(values).max() > np.finfo(np.float32).max:
        findings.append(
            note("B058", f"{name} exceeds single precision and is scaled in double precision.", column=name)
        )
    return findings


def _spaced(value: float) -> str:
    """A number for people: thousands set apart, four digits that matter after the point, powers of ten from 1e15 on."""
    if abs(value) >= 1e15:
        return f"{float(value):.2e}"
    if float(value).is_integer() or abs(value) >= 1000:
        return f"{float(value):,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return f"{float(value):.4g}"


def target_values(column: Column, decision: TargetDecision) -> Array:
    """The target as numbers ``[n]``.

    Returns:
        For classes int64 codes, −1 where missing and −2 for a label that the decision does not know; for a regression
        float64 with NaN where missing or infinite.

    Raises:
        DataError: B068 if a regression target is not a column of numbers.
    """
    if decision.task == "regression":
        if column.storage not in ("number", "boolean"):
            raise refuse("B068", f"The target {column.name!r} holds no numbers here; it did when the model was made.")
        return np.where(np.isfinite(column.values), column.values, np.nan)
    codes = {label: code for code, label in enumerate(decision.classes)}
    known = zip(column.as_text(), _usable(column), strict=True)
    return np.array([codes.get(label, UNSEEN) if usable else -1 for label, usable in known], dtype=np.int64)
