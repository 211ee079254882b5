"""The raw table as the baselines see it: every used column, encoded on the training rows alone.

Deliberately not the network's own encoding: the rivals get what suits them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pellucid.shapes import Array, Floats, RowNumbers

if TYPE_CHECKING:  # types alone: judging need not wait until the readers are imported
    from pellucid.tables import Column, ColumnDecision, Table

__all__ = ["BaselineFeatures", "baseline_features"]

MOST_LEVELS = 254
"""Own levels of a category; the histogram trees take 255 in all, and one is kept for "other"."""
MOST_CELLS = 20_000_000
"""One-hot cells for the linear model (160 MB of float64); beyond, categories keep fewer own levels there."""


@dataclass(frozen=True)
class BaselineFeatures:
    """Inputs of the two fitted baselines.

    Attributes:
        linear: ``[n, p]`` float64 without NaN: numbers with the median filled in, standardised, with an indicator where
            training rows had gaps; categories one-hot.
        trees: ``[n, q]`` float64 with NaN for missing: numbers as they are, categories as codes.
        categorical: ``[q]``, which columns of ``trees`` are codes.
    """

    linear: Floats
    trees: Floats
    categorical: Array


def baseline_features(table: Table, decisions: Sequence[ColumnDecision], train_rows: RowNumbers) -> BaselineFeatures:
    """Encode the columns that the network sees as well.

    Args:
        table: All rows.
        decisions: One per column; those not used are skipped.
        train_rows: The rows that medians, scales and levels come from; at least one.
    """
    used = [decision for decision in decisions if decision.used and decision.kind != "target"]
    categories = [d for d in used if _is_category(table.column(d.name), d)]
    affordable = MOST_CELLS // max(1, table.rows * len(categories))
    levels = max(8, min(MOST_LEVELS, affordable))
    linear: list[Floats] = []
    trees: list[Floats] = []
    categorical: list[bool] = []
    for decision in used:
        column = table.column(decision.name)
        if _is_category(column, decision):
            codes = _codes(column, train_rows, MOST_LEVELS)
            trees.append(np.where(codes < 0, np.nan, codes)[:, None])
            categorical.append(True)
            shown = codes if levels == MOST_LEVELS else _codes(column, train_rows, levels)
            linear.append(_one_hot(shown, train_rows))
        elif decision.encoding == "presence":
            present = (~column.missing).astype(np.float64)[:, None]
            linear.append(present)
            trees.append(present)
            categorical.append(False)
        elif column.storage == "date":
            for_line, for_trees = _dates(column)
            linear.append(_standardised(for_line, train_rows))
            trees.append(for_trees)
            categorical.extend([False] * for_trees.shape[1])
        else:
            numbers = _finite(column.values[:, None].astype(np.float64), train_rows)
            linear.append(_standardised(numbers, train_rows))
            trees.append(numbers)
            categorical.append(False)
    nothing = np.zeros((table.rows, 0))
    return BaselineFeatures(
        linear=np.concatenate([nothing, *linear], axis=1),
        trees=np.concatenate([nothing, *trees], axis=1),
        categorical=np.array(categorical, dtype=bool),
    )


def _is_category(column: Column, decision: ColumnDecision) -> bool:
    # Text with two levels may be encoded as a boolean by the network; for the rivals it is a category like any other.
    return decision.encoding == "category" or (column.storage == "text" and decision.encoding == "boolean")


def _codes(column: Column, train_rows: RowNumbers, most: int) -> Array:
    """Codes ``[n]``: 0… by training frequency, ``most`` for other levels if training rows hold any, −1 missing."""
    missing = column.missing
    counts = Counter(column.values[row] for row in train_rows if not missing[row])
    ranked = sorted(counts, key=lambda level: (-counts[level], str(level)))
    code_of = {level: code for code, level in enumerate(ranked[:most])}
    other = most if len(ranked) > most else -1
    return np.array(
        [-1 if gone else code_of.get(value, other) for value, gone in zip(column.values, missing, strict=True)],
        dtype=np.int64,
    )


def _one_hot(codes: Array, train_rows: RowNumbers) -> Floats:
    # −1 (missing or never seen) is a column of its own only if training rows can teach its weight.
    known = np.unique(codes[train_rows])
    columns: Floats = (codes[:, None] == known).astype(np.float64)
    return columns


def _finite(numbers: Floats, train_rows: RowNumbers) -> Floats:
    """Infinities become the largest or smallest finite training value; missing stays NaN."""
    train = numbers[train_rows]
    train = train[np.isfinite(train)]
    low, high = (train.min(), train.max()) if len(train) else (0.0, 0.0)
    return np.where(np.isposinf(numbers), high, np.where(np.isneginf(numbers), low, numbers))


def _standardised(numbers: Floats, train_rows: RowNumbers) -> Floats:
    """Zero mean and unit spread on the training rows, medians in the gaps, an indicator for each column with gaps."""
    gaps = np.isnan(numbers)
    parts = []
    for place in range(numbers.shape[1]):
        values, gap = numbers[:, place], gaps[:, place]
        seen = values[train_rows][~gap[train_rows]]
        median = np.median(seen) if len(seen) else 0.0
        filled = np.where(gap, median, values)
        train = filled[train_rows]
        spread = train.std()
        # A spread that is rounding dust (a constant such as 0.1) would blow up whatever differs at test time.
        usable = spread > 1e-10 * max(1e-300, float(np.abs(train).max()))
        parts.append((filled - train.mean()) / spread if usable else np.zeros(len(values)))
        if gap[train_rows].any():
            parts.append(gap.astype(np.float64))
    return np.stack(parts, axis=1)


def _dates(column: Column) -> tuple[Floats, Floats]:
    """Elapsed days, then cyclic month, weekday and hour for a line, plain month, weekday and hour for trees."""
    moments = column.values.astype("datetime64[us]")
    gone = np.isnat(moments)
    days = moments.astype("datetime64[D]")
    month = (days.astype("datetime64[M]").astype(np.int64) % 12).astype(np.float64)
    weekday = ((days.astype(np.int64) + 3) % 7).astype(np.float64)  # 1970-01-01 was a Thursday, Monday is 0
    hour = (moments - days) / np.timedelta64(1, "h")
    elapsed = (moments - np.datetime64("1970-01-01", "us")) / np.timedelta64(1, "D")
    cycles = [
        turn(2 * np.pi * part / length)
        for part, length in ((month, 12), (weekday, 7), (hour, 24))
        for turn in (np.sin, np.cos)
    ]
    line, trees = np.stack([elapsed, *cycles], axis=1), np.stack([elapsed, month, weekday, hour], axis=1)
    line[gone], trees[gone] = np.nan, np.nan
    return line, trees
