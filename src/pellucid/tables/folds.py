"""Cross-validation as lists of rows: which rows of a table train and which test, fold after fold.

In every random scheme rows with equal group numbers (copies of one row, rows of one patient) stay on one side. By time,
each fold trains on all that came before it and tests on what came next (an expanding window; Hyndman and
Athanasopoulos, "Forecasting: Principles and Practice", 3rd edition 2021, section 5.10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from pellucid.errors import UnknownNameError, UsageError
from pellucid.shapes import Array, Codes, RowNumbers
from pellucid.tables.policy import refuse
from pellucid.tables.splits import deal_out, part_of, row_strata
from pellucid.tables.targets.decision import CLASS_TASKS
from pellucid.tables.targets.values import usable_rows

__all__ = ["SCHEMES", "Fold", "Scheme", "choose_scheme", "cross_validation", "hold_out", "joined_groups"]

Scheme: TypeAlias = Literal["auto", "k_fold", "stratified", "grouped", "time"]
SCHEMES: tuple[Scheme, ...] = ("auto", "k_fold", "stratified", "grouped", "time")
"""How rows are dealt out: at random, class by class, group by group or by time; ``auto`` takes what the rows need."""

_CROSS, _HELD = 3, 4  # streams of their own, beside those of the split and of the members' folds
_STRATIFIED = (*CLASS_TASKS, "multilabel", "embedding")


@dataclass(frozen=True, eq=False)
class Fold:
    """One fold of one repeat.

    Attributes:
        repeat: Counted from 0.
        number: Of the fold within its repeat, counted from 0; by time the earliest comes first.
        train: Positions that train, sorted.
        test: Positions that test, sorted.
    """

    repeat: int
    number: int
    train: RowNumbers
    test: RowNumbers


def cross_validation(
    values: Array,
    task: str,
    *,
    scheme: str = "auto",
    folds: int = 5,
    repeats: int = 1,
    seed: int,
    groups: Array | None = None,
    order: Array | None = None,
) -> tuple[Fold, ...]:
    """All folds, repeat after repeat; a repeat depends on the seed and its own number alone.

    Each usable row tests once per repeat, except by time, where the earliest block only trains. Rows without a target
    are in no fold. A class with fewer rows than folds is missing from some tests.

    Args:
        values: As ``target_values`` gives them ``[n]`` or ``[n, t]``.
        task: One of ``TASKS``.
        scheme: One of ``SCHEMES``: ``k_fold`` looks at no target, ``stratified`` deals out classes (or each row's
            rarest label) evenly, ``grouped`` deals out groups, ``time`` goes by ``order``; see ``choose_scheme`` for
            ``auto``.
        folds: How many; ≥ 2.
        repeats: How often all folds are drawn anew; ≥ 1, and 1 by time, where nothing is drawn.
        seed: Decides the drawing, alone; ≥ 0.
        groups: Rows with equal numbers stay on one side ``[n]``; None: every row stands for itself. By time it is the
            time that divides, and groups are not looked at.
        order: When each row happened: numbers, dates or words that sort ``[n]``. Rows of equal time stay together.

    Raises:
        UsageError: If an argument is out of its range, or does not go with the scheme or the task.
        UnknownNameError: If there is no such scheme; offers the nearest.
        DataError: B002 if there are fewer rows, groups or points in time than are needed, B034 if a row has no time.
    """
    groups, order = _of_every_row(groups, "groups", values), _of_every_row(order, "order", values)
    usable = np.flatnonzero(usable_rows(values)).astype(np.int64)
    known = None if groups is None else groups[usable]
    grouped = known is not None and len(np.unique(known)) < len(known)
    scheme = choose_scheme(scheme, task, grouped=grouped or scheme == "grouped", ordered=order is not None)
    if scheme == "grouped" and groups is None:
        raise UsageError("Folds by group need groups, found none. Name the column that holds rows together.")
    _check_whole("folds", folds, 2)
    _check_whole("repeats", repeats, 1)
    _check_whole("seed", seed, 0)
    if scheme == "time":
        assert order is not None
        if repeats > 1:
            raise UsageError(
                f"Folds by time are fixed by the time alone, so that all {repeats} repeats would be the same."
                " Ask for 1 repeat, or for more folds."
            )
        return _by_time(usable, order, folds)
    strata = row_strata(values, task) if scheme == "stratified" else np.zeros(len(values), dtype=np.int64)
    groups = np.arange(len(values)) if groups is None else groups
    _check_enough(usable, groups, folds)
    found = []
    for repeat in range(repeats):
        random = np.random.default_rng([seed, _CROSS, repeat])
        fold = deal_out(usable, strata, groups, folds=folds, random=random)
        for number in range(folds):
            train = usable[fold[usable] != number]
            found.append(Fold(repeat, number, train, np.flatnonzero(fold == number).astype(np.int64)))
    return tuple(found)


def choose_scheme(scheme: str, task: str, *, grouped: bool = False, ordered: bool = False) -> str:
    """The scheme that ``auto`` stands for; any other as it is, once it is clear that it goes with the rows.

    ``auto`` is ``time`` where an order is given, else ``stratified`` for classes and labels (groups then stay together
    all the same), else ``grouped`` where there are groups, else ``k_fold``.

    Args:
        scheme: One of ``SCHEMES``.
        task: One of ``TASKS``.
        grouped: Whether some rows stay together.
        ordered: Whether it is known when each row happened.

    Raises:
        UsageError: If the scheme does not go with the task, or with what is known of the rows.
        UnknownNameError: If there is no such scheme; offers the nearest.
    """
    if scheme not in SCHEMES:
        raise UnknownNameError("cross-validation scheme", scheme, SCHEMES)
    if scheme == "auto":
        if ordered:
            return "time"
        return "stratified" if task in _STRATIFIED else "grouped" if grouped else "k_fold"
    if scheme == "time" and not ordered:
        raise UsageError("Folds by time need to know when each row happened, found no order. Name the column of times.")
    if scheme != "time" and ordered:
        raise UsageError(f"An order of the rows belongs to the scheme time, found {scheme}. Leave one of them out.")
    if scheme == "stratified" and task not in _STRATIFIED:
        raise UsageError(
            f"Stratified folds keep the shares of classes, and the task {task} has none. Use k_fold"
            f"{', or grouped' if grouped else ''}."
        )
    return scheme


def hold_out(
    train: RowNumbers,
    values: Array,
    task: str,
    *,
    share: float,
    seed: int,
    groups: Array | None = None,
    order: Array | None = None,
) -> tuple[RowNumbers, RowNumbers]:
    """Divide a fold's training rows into those that learn and those that pick the epoch, each sorted.

    Classes and labels keep their shares, groups stay together; where an order is given, the latest rows pick.

    Args:
        train: Positions of the fold's training rows.
        values: Of all rows, as in ``cross_validation``.
        task: One of ``TASKS``.
        share: Of the training rows, for picking; 0 < share < 1.
        seed: Decides the drawing, alone; ≥ 0.
        groups: Of all rows.
        order: Of all rows.

    Raises:
        UsageError: If an argument is out of its range.
        DataError: B002 if one of the sides would be empty, B034 if a row has no time.
    """
    if not 0 < share < 1:
        raise UsageError(f"The share of rows that pick the epoch lies between 0 and 1, found {share:g}.")
    _check_whole("seed", seed, 0)
    groups, order = _of_every_row(groups, "groups", values), _of_every_row(order, "order", values)
    rows = np.unique(np.asarray(train, dtype=np.int64))
    if order is not None:
        times, starts = _moments(rows, order)
        # Rows of a single point in time cannot be divided: the cut behind it leaves nothing to pick by.
        cut = _cuts(starts, [(1 - share) * len(rows)])[0] if len(starts) > 1 else 1
        picks = times >= cut
    else:
        own = np.arange(len(values)) if groups is None else groups
        picks = _drawn(rows, row_strata(values, task), own, share, seed)
    if picks.all() or not picks.any():
        kinds = "points in time" if order is not None else "rows" if groups is None else "groups of rows"
        raise refuse(
            "B002",
            f"{len(rows)} training rows cannot be divided so that a share of {share:g} picks the epoch: one side would"
            f" be empty. More {kinds} are needed, or another share.",
        )
    return rows[~picks], rows[picks]


def _drawn(rows: RowNumbers, strata: Array, groups: Array, share: float, seed: int) -> Array:
    """Which of the rows are drawn, bool; of few large groups one is drawn where the share alone would draw none."""
    for own in (strata, np.zeros_like(groups)):
        # Only where every class is a single group are classes not looked at.
        for wanted in (share, *(larger for larger in (0.3, 0.5, 0.7, 0.9, 0.999) if larger > share)):
            random = np.random.default_rng([seed, _HELD])
            drawn: Array = part_of(rows, own, groups, share=wanted, random=random)[rows]
            if drawn.any():
                return drawn
    return drawn


def joined_groups(*groups: Array) -> Codes:
    """Groups that hold together whatever one of these holds together ``[n]``: copies of rows, and a user's own groups.

    Args:
        groups: Group numbers, each ``[n]``; at least one.
    """
    joined = np.unique(groups[0], return_inverse=True)[1].reshape(-1).astype(np.int64)
    others = [np.unique(each, return_inverse=True)[1].reshape(-1) for each in groups[1:]]
    while True:
        before = joined.copy()
        for other in others:
            # The least number in each of the other's groups goes to all of the group, and then to all of its company.
            least = np.full(other.max(initial=-1) + 1, len(joined), dtype=np.int64)
            np.minimum.at(least, other, joined)
            company = np.full(joined.max(initial=-1) + 1, len(joined), dtype=np.int64)
            np.minimum.at(company, joined, least[other])
            joined = company[joined]
        if (joined == before).all():
            return np.unique(joined, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _by_time(usable: RowNumbers, order: Array, folds: int) -> tuple[Fold, ...]:
    """One block of rows more than folds, in the order of time; each block but the first tests what came before it."""
    times, starts = _moments(usable, order)
    if len(starts) < folds + 1:
        raise refuse(
            "B002",
            f"{folds} folds by time need {folds + 1} points in time, found {len(starts)} in {len(usable)} usable rows."
            " Ask for fewer folds, or for finer times.",
        )
    cuts = _cuts(starts, len(usable) * np.arange(1, folds + 1) / (folds + 1))
    ends = [*cuts[1:], len(starts)]
    return tuple(
        Fold(0, number, usable[times < start], usable[(times >= start) & (times < end)])
        for number, (start, end) in enumerate(zip(cuts, ends, strict=True))
    )


def _moments(rows: RowNumbers, order: Array) -> tuple[Codes, Codes]:
    """The number of each row's point in time, and how many rows lie before each point."""
    own = order[rows]
    missing = np.isnat(own) if own.dtype.kind in "mM" else own != own if own.dtype.kind == "f" else _absent(own)
    if missing.any():
        raise refuse(
            "B034",
            f"{int(missing.sum())} of {len(rows)} usable rows have no time, and folds by time must place every row."
            " Fill them in, leave these rows out, or choose another scheme.",
        )
    _, times, counts = np.unique(own, return_inverse=True, return_counts=True)
    return times.reshape(-1).astype(np.int64), (np.cumsum(counts) - counts).astype(np.int64)


def _absent(values: Array) -> Array:
    return np.array([value is None for value in values], dtype=bool)


def _cuts(starts: Codes, wanted: Sequence[float] | Array) -> list[int]:
    """Rising points in time, each as near as can be to so many rows before it; the first point is none of them."""
    cuts: list[int] = []
    for left, rows in zip(range(len(wanted) - 1, -1, -1), wanted, strict=True):
        low = cuts[-1] + 1 if cuts else 1
        high = len(starts) - left  # each later cut needs a point of its own
        cuts.append(low + int(np.abs(starts[low:high] - rows).argmin()))
    return cuts


def _of_every_row(given: Any, name: str, values: Array) -> Array | None:
    if given is None:
        return None
    found = np.asarray(given)
    if found.shape != (len(values),):
        raise UsageError(f"{name} has one entry for each of {len(values)} rows, found the shape {list(found.shape)}.")
    return found


def _check_whole(name: str, value: Any, least: int) -> None:
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        raise UsageError(f"Cross-validation needs {name} ≥ {least} and whole, found {name}={value!r}.")


def _check_enough(usable: RowNumbers, groups: Array, folds: int) -> None:
    kinds = len(np.unique(groups[usable]))
    if kinds >= folds:
        return
    held = f" in {kinds} group{'' if kinds == 1 else 's'} that stay together" if kinds < len(usable) else ""
    raise refuse(
        "B002", f"{len(usable)} usable rows{held} are too few for {folds} folds. Add rows, or ask for fewer folds."
    )
