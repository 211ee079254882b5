"""Single features that give the target away."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from pellucid.records import Finding
from pellucid.shapes import Array, Codes
from pellucid.tables.duplicates import level_codes
from pellucid.tables.policy import note
from pellucid.tables.table import Column

__all__ = ["find_leaks"]

GIVES_AWAY = 0.99
MAX_ROWS = 20_000
MAX_LEVELS = 100
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def find_leaks(columns: Sequence[Column], encodings: Mapping[str, str], target: Column) -> list[Finding]:
    """Findings for features that alone, or within the levels of one category, tell the target almost exactly.

    Scores are R² for a target of numbers, else the mean recall of the classes with each row judged without itself.
    """
    usable = np.flatnonzero(np.isfinite(target.values) if target.storage == "number" else ~target.missing)
    if len(usable) > MAX_ROWS:
        usable = usable[np.linspace(0, len(usable) - 1, MAX_ROWS).astype(np.int64)]
    goal = target.take(usable)
    findings: list[Finding] = []
    if len(usable) < 20 or len(goal.distinct[0]) < 2:
        return findings
    is_number = target.storage == "number" and len(goal.distinct[0]) > 10
    rows = [column.take(usable) for column in columns]
    companions = [
        (column.name, level_codes(column))
        for column in rows
        if encodings[column.name] == "category" and len(column.distinct[0]) <= MAX_LEVELS
    ]
    wanted = goal.values if is_number else level_codes(goal)
    for column in rows:
        score, beside = _score(column, wanted, is_number, companions)
        if score >= GIVES_AWAY:
            within = f" within each {beside}" if beside else ""
            findings.append(
                note(
                    "B059",
                    f"{column.name} alone tells {target.name} almost exactly{within} (score {score:.3f}).",
                    fix=f"If it is not known when predicting: --drop {column.name}",
                    column=column.name,
                    score=round(float(score), 4),
                    within=beside,
                )
            )
        elif _names_target(column.name, target.name):
            findings.append(
                note(
                    "B060",
                    f"{column.name} bears the target's name and may be computed from it.",
                    fix=f"If it is not known when predicting: --drop {column.name}",
                    column=column.name,
                )
            )
    return findings


def _score(
    column: Column, wanted: Array, is_number: bool, companions: Sequence[tuple[str, Codes]]
) -> tuple[float, str]:
    """Best score of the column, and the companion it needs for it, if any."""
    if column.storage == "text":
        codes = level_codes(column)
        return (_r2_of_means(codes, wanted) if is_number else _recall_of_levels(codes, wanted)), ""
    numbers = column.values.astype(np.float64)
    if column.storage == "date":
        numbers = np.where(column.missing, np.nan, column.values.astype(np.int64).astype(np.float64))
    present = np.isfinite(numbers)
    if present.sum() < max(20, 0.5 * len(numbers)) or len(np.unique(numbers[present])) < 2:
        return 0.0, ""
    if not is_number:
        return _recall_of_neighbours(numbers[present], wanted[present]), ""
    x, y = numbers[present], wanted[present]
    alone = max(_r2_of_line(x, y), _r2_of_line(_ranks(x), _ranks(y)))
    if alone >= GIVES_AWAY:
        return alone, ""
    best, beside = alone, ""
    for name, codes in companions:
        score = _r2_of_lines(x, y, codes[present])
        if score > best and score >= GIVES_AWAY:
            best, beside = score, name
    return best, beside


def _r2_of_line(x: Array, y: Array) -> float:
    x, y = x - x.mean(), y - y.mean()
    divisor = float((x @ x) * (y @ y))
    return float(x @ y) ** 2 / divisor if divisor > 0 and np.isfinite(divisor) else 0.0


def _ranks(values: Array) -> Array:
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - counts / 2)[which]


def _r2_of_lines(x: Array, y: Array, codes: Codes) -> float:
    """Share of the variance within the levels that one straight line per level explains; 0 if most levels are small.

    What the levels explain by their means alone does not count, and each line pays for its slope. Levels of fewer than
    five rows are left aside: a line fits them whatever they hold.
    """
    large = np.bincount(codes + 1)[codes + 1] >= 5
    if large.mean() < 0.8:
        return 0.0
    x, y, codes = x[large], y[large], codes[large]
    order = np.argsort(codes, kind="stable")
    left, total, lines = 0.0, 0.0, 0
    for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        inside = y[rows] - y[rows].mean()
        spread = float(inside @ inside)
        total += spread
        left += spread * (1 - _r2_of_line(x[rows], y[rows]))
        lines += 1
    free = len(y) - 2 * lines
    return 1 - (left / free) / (total / (len(y) - lines)) if free > 0 and total > 0 else 0.0


def _r2_of_means(codes: Codes, y: Array) -> float:
    """R² of each row's level mean, taken over the level's other rows."""
    codes = codes + 1
    counts, sums = np.bincount(codes), np.bincount(codes, weights=y)
    alone = counts[codes] < 2
    means = np.where(alone, y.mean(), (sums[codes] - y) / np.maximum(counts[codes] - 1, 1))
    total = float(((y - y.mean()) ** 2).sum())
    return 1 - float(((y - means) ** 2).sum()) / total if total > 0 else 0.0


def _recall_of_levels(codes: Codes, classes: Codes) -> float:
    """Mean recall when each row gets the most frequent class among the other rows of its level."""
    size = int(classes.max()) + 1
    counts = np.bincount((codes + 1) * size + classes, minlength=(int(codes.max()) + 2) * size).reshape(-1, size)
    others = counts[codes + 1]
    others[np.arange(len(codes)), classes] -= 1
    guess = np.where(others.sum(axis=1) > 0, others.argmax(axis=1), -1)
    return _mean_recall(guess, classes)


def _recall_of_neighbours(x: Array, classes: Codes) -> float:
    """Mean recall when a row is right if either neighbour in sorted order has its class.

    Chance stays far below: a row in a stretch where a share p has its class is right 1 − (1 − p)² of the time, so that
    the mean over such a stretch stays below its purity. Few different values are judged as levels.
    """
    values, which = np.unique(x, return_inverse=True)
    if len(values) <= 0.2 * len(x):
        return _recall_of_levels(which, classes)
    order = np.argsort(x, kind="stable")
    sorted_classes = classes[order]
    before, after = np.r_[-1, sorted_classes[:-1]], np.r_[sorted_classes[1:], -1]
    right = (before == sorted_classes) | (after == sorted_classes)
    guess: Codes = np.where(right, sorted_classes, -1).astype(np.int64)
    return _mean_recall(guess, sorted_classes)


def _mean_recall(guess: Codes, classes: Codes) -> float:
    counts = np.bincount(classes)
    right = np.bincount(classes, weights=guess == classes)
    return float((right[counts > 0] / counts[counts > 0]).mean())


def _names_target(name: str, target: str) -> bool:
    mine, theirs = ({word.lower() for word in _WORD.findall(text)} for text in (name, target))
    return len(target) >= 3 and bool(theirs) and theirs < mine
