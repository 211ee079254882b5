"""Which rows train and which judge, as a function of the seed alone.

Rows of classes are drawn class by class, so that each keeps its share. Rows with several labels are drawn by the rarest
label that they have: the frequent ones come out even by their number, a rare one only so (the order in which Sechidis
et al. 2011, "On the stratification of multi-label data", deal out labels). All others are drawn at random.
"""

import heapq
from collections.abc import Iterator

import numpy as np

from pellucid.errors import UsageError
from pellucid.shapes import Array, RowNumbers
from pellucid.tables.policy import refuse
from pellucid.tables.targets.decision import CLASS_TASKS
from pellucid.tables.targets.values import usable_rows

__all__ = ["deal_out", "fold_rows", "how_drawn", "part_of", "row_strata", "split_rows"]

_SPLIT, _FOLDS = 1, 2  # streams, so that the folds do not repeat the order of the split


def split_rows(
    values: Array, task: str, *, test_size: float = 0.2, seed: int, groups: Array | None = None
) -> tuple[RowNumbers, RowNumbers]:
    """Row numbers for training and for the test, each sorted.

    Every class keeps its share on both sides as nearly as whole rows allow; a class with one row trains. Rows without a
    target (code < 0, or NaN) are on neither side.

    Args:
        values: As ``target_values`` gives them: class codes int64 ``[n]``, or numbers float64 ``[n]`` or ``[n, t]``.
        task: One of ``TASKS``.
        test_size: Share of the rows for the test; 0 < size < 1.
        seed: Decides the drawing, alone.
        groups: Rows with equal numbers land on one side ``[n]``; None: every row stands for itself.

    Raises:
        UsageError: If the share is not between 0 and 1.
        DataError: B002 if one of the sides would be empty.
    """
    if not 0.0 < test_size < 1.0:
        raise UsageError(f"--test-size is the share of rows kept for judging, between 0 and 1, not {test_size:g}.")
    usable, strata, groups = _prepare(values, task, groups)
    is_test = part_of(usable, strata, groups, share=test_size, random=np.random.default_rng([seed, _SPLIT]))
    test, train = np.flatnonzero(is_test), usable[~is_test[usable]]
    if not len(test) or not len(train):
        raise refuse(
            "B002",
            f"{len(usable)} usable rows cannot be split with --test-size {test_size:g}: one side would be empty."
            + _whole(groups[usable]),
        )
    return train.astype(np.int64), test.astype(np.int64)


def _whole(groups: Array) -> str:
    """What to do where few groups are the reason."""
    count = len(np.unique(groups))
    if count == len(groups):
        return ""
    return f" They are {count} group{'' if count == 1 else 's'} of rows that stay together; more of them are needed."


def fold_rows(
    values: Array, task: str, *, folds: int, seed: int, groups: Array | None = None
) -> list[tuple[RowNumbers, RowNumbers]]:
    """For each fold the positions that train and the positions that validate, sorted; every position validates once.

    Classes are dealt out evenly; one with fewer rows than folds is missing from some validation parts.

    Args:
        values: Class codes or numbers of the rows to be divided ``[n]`` or ``[n, t]``.
        task: One of ``TASKS``.
        folds: How many; ≥ 2.
        seed: Decides the drawing, alone.
        groups: Rows with equal numbers validate together ``[n]``.

    Raises:
        UsageError: If there are fewer than two folds.
        DataError: B002 if there are fewer rows than folds.
    """
    if folds < 2:
        raise UsageError(f"At least 2 folds are needed, not {folds}.")
    usable, strata, groups = _prepare(values, task, groups)
    fold = deal_out(usable, strata, groups, folds=folds, random=np.random.default_rng([seed, _FOLDS]))
    sizes = np.bincount(fold[usable], minlength=folds)
    if (sizes == 0).any():
        raise refuse(
            "B002", f"{len(usable)} usable rows are too few for {folds} folds. Add rows, or ask for fewer members."
        )
    return [
        (usable[fold[usable] != k].astype(np.int64), np.flatnonzero(fold == k).astype(np.int64)) for k in range(folds)
    ]


def part_of(usable: RowNumbers, strata: Array, groups: Array, *, share: float, random: np.random.Generator) -> Array:
    """Which rows are drawn for a part of this size, bool ``[n]``; every stratum keeps at least one group outside.

    Args:
        usable: Rows that are drawn from, sorted.
        strata: Rows with equal numbers are drawn from together ``[n]``.
        groups: Rows with equal numbers are drawn together ``[n]``.
        share: Of the usable rows.
        random: Decides the drawing.
    """
    drawn = np.zeros(len(strata), dtype=bool)
    # What rounding leaves over in one class is carried to the next, so that the total is right too.
    owed = 0.0
    for rows, sizes in _by_stratum(usable, strata, groups, random):
        wanted = share * len(rows) + owed
        # Whole groups until half of the next one would be too much; at least one group of every class trains.
        before = np.cumsum(sizes) - sizes
        count = min(int(np.searchsorted(before + sizes / 2, wanted, side="right")), len(sizes) - 1)
        drawn[rows[: before[count]]] = True
        owed = wanted - float(before[count])
    return drawn


def deal_out(
    usable: RowNumbers, strata: Array, groups: Array, *, folds: int, random: np.random.Generator
) -> RowNumbers:
    """The fold of every row, −1 for rows that are not usable ``[n]``; folds are even in every stratum and in all.

    Args:
        usable: Rows that are dealt out, sorted.
        strata: Rows with equal numbers are dealt out evenly ``[n]``.
        groups: Rows with equal numbers go to one fold ``[n]``.
        folds: How many; some stay empty where there are fewer groups.
        random: Decides the drawing.
    """
    fold = np.full(len(strata), -1, dtype=np.int64)
    sizes = np.zeros(folds, dtype=np.int64)
    for rows, group_sizes in _by_stratum(usable, strata, groups, random):
        # To the fold with fewest rows of this class, and among those the smallest: even in every class and in all.
        heap = [(0, int(size), number) for number, size in enumerate(sizes)]
        heapq.heapify(heap)
        dealt = np.empty(len(group_sizes), dtype=np.int64)
        for position, count in enumerate(group_sizes.tolist()):
            here, size, number = heap[0]
            dealt[position] = number
            heapq.heapreplace(heap, (here + count, size + count, number))
        fold[rows] = np.repeat(dealt, group_sizes)
        sizes = np.bincount(fold[fold >= 0], minlength=folds)
    return fold


def _prepare(values: Array, task: str, groups: Array | None) -> tuple[RowNumbers, Array, Array]:
    """Usable rows, and for all rows their stratum and their group."""
    usable = np.flatnonzero(usable_rows(values))
    return usable, row_strata(values, task), np.arange(len(values)) if groups is None else groups


def row_strata(values: Array, task: str) -> Array:
    """Rows with equal numbers shall be spread evenly ``[n]``: classes, or each row's rarest label; else all alike."""
    if task in CLASS_TASKS or task == "embedding":
        return values
    return _rarest_labels(values) if task == "multilabel" else np.zeros(len(values), dtype=np.int64)


def _rarest_labels(values: Array) -> Array:
    """The rarest label of each row, counted from 1, 0 for a row without any ``[n]``."""
    has = values == 1
    rarity = has.sum(axis=0)
    strata: Array = np.where(has.any(axis=1), np.where(has, rarity, len(values) + 1).argmin(axis=1) + 1, 0)
    return strata


def how_drawn(task: str, *, grouped: bool = False) -> str:
    """How rows are drawn for this task, in words; ``grouped``: by a column that holds rows together."""
    if task in CLASS_TASKS or task == "embedding":
        return "at random, stratified by class"
    if grouped:
        return "at random, group by group"
    return "at random, stratified by each row's rarest label" if task == "multilabel" else "at random"


def _by_stratum(
    usable: RowNumbers, strata: Array, groups: Array, random: np.random.Generator
) -> Iterator[tuple[RowNumbers, RowNumbers]]:
    """For each class its rows, group after group in random order, and the sizes of these groups.

    A group of several classes belongs to that of its first row.
    """
    if not len(usable):
        return
    order = usable[np.argsort(groups[usable], kind="stable")]
    starts = np.flatnonzero(np.r_[True, np.diff(groups[order]) != 0])
    sizes = np.diff(np.r_[starts, len(order)])
    stratum_of_group = strata[order[starts]]
    for stratum in np.unique(stratum_of_group):
        mine = random.permutation(np.flatnonzero(stratum_of_group == stratum))
        # Positions start, start + 1, … of each group, one group after the other.
        ends = np.cumsum(sizes[mine])
        positions = np.arange(ends[-1]) + np.repeat(starts[mine] - (ends - sizes[mine]), sizes[mine])
        yield order[positions], sizes[mine]
