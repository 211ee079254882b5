"""Which rows train and which judge, as a function of the seed alone."""

import numpy as np

from pellucid.errors import UsageError
from pellucid.shapes import Array, RowNumbers
from pellucid.tables.policy import refuse

__all__ = ["fold_rows", "split_rows"]

_SPLIT, _FOLDS = 1, 2  # streams, so that the folds do not repeat the order of the split


def split_rows(
    values: Array, task: str, *, test_size: float = 0.2, seed: int, groups: Array | None = None
) -> tuple[RowNumbers, RowNumbers]:
    """Row numbers for training and for the test, each sorted.

    Every class keeps its share on both sides as nearly as whole rows allow; a class with one row trains. Rows without a
    target (code < 0, or NaN) are on neither side.

    Args:
        values: Class codes int64 ``[n]``, or the numbers of a regression float64 ``[n]``.
        task: binary, multiclass or regression.
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
    random = np.random.default_rng([seed, _SPLIT])
    is_test = np.zeros(len(values), dtype=bool)
    # What rounding leaves over in one class is carried to the next, so that the total is right too.
    owed = 0.0
    for members in _by_stratum(usable, strata, groups, random):
        wanted = test_size * sum(len(rows) for rows in members) + owed
        taken = 0
        # At least one group of every class trains.
        for rows in members[:-1]:
            if taken + len(rows) / 2 > wanted:
                break
            is_test[rows] = True
            taken += len(rows)
        owed = wanted - taken
    test, train = np.flatnonzero(is_test), usable[~is_test[usable]]
    if not len(test) or not len(train):
        raise refuse(
            "B002",
            f"{len(usable)} usable rows cannot be split with --test-size {test_size:g}: one side would be empty.",
        )
    return train.astype(np.int64), test.astype(np.int64)


def fold_rows(
    values: Array, task: str, *, folds: int, seed: int, groups: Array | None = None
) -> list[tuple[RowNumbers, RowNumbers]]:
    """For each fold the positions that train and the positions that validate, sorted; every position validates once.

    Classes are dealt out evenly; one with fewer rows than folds is missing from some validation parts.

    Args:
        values: Class codes or numbers of the rows to be divided ``[n]``.
        task: binary, multiclass or regression.
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
    random = np.random.default_rng([seed, _FOLDS])
    fold = np.full(len(values), -1, dtype=np.int64)
    sizes = np.zeros(folds, dtype=np.int64)
    for members in _by_stratum(usable, strata, groups, random):
        here = np.zeros(folds, dtype=np.int64)
        for rows in members:
            # To the fold with fewest rows of this class, and among those the smallest: even in every class and in all.
            chosen = np.lexsort((sizes, here))[0]
            fold[rows] = chosen
            here[chosen] += len(rows)
            sizes[chosen] += len(rows)
    if (sizes == 0).any():
        raise refuse(
            "B002", f"{len(usable)} usable rows are too few for {folds} folds. Add rows, or ask for fewer members."
        )
    return [
        (usable[fold[usable] != k].astype(np.int64), np.flatnonzero(fold == k).astype(np.int64)) for k in range(folds)
    ]


def _prepare(values: Array, task: str, groups: Array | None) -> tuple[RowNumbers, Array, Array]:
    """Usable rows, and for all rows their stratum and their group."""
    if task == "regression":
        usable = np.flatnonzero(np.isfinite(values))
        strata = np.zeros(len(values), dtype=np.int64)
    else:
        usable = np.flatnonzero(values >= 0)
        strata = values
    return usable, strata, np.arange(len(values)) if groups is None else groups


def _by_stratum(
    usable: RowNumbers, strata: Array, groups: Array, random: np.random.Generator
) -> list[list[RowNumbers]]:
    """For each class its groups of rows in random order; a group of several classes belongs to its first row's."""
    if not len(usable):
        return []
    order = usable[np.argsort(groups[usable], kind="stable")]
    starts = np.flatnonzero(np.r_[True, np.diff(groups[order]) != 0])
    members = np.split(order, starts[1:])
    first = np.array([rows[0] for rows in members])
    found = []
    for stratum in np.unique(strata[usable]):
        mine = np.flatnonzero(strata[first] == stratum)
        if len(mine):
            found.append([members[number] for number in mine[random.permutation(len(mine))]])
    return found
