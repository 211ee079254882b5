"""Distributions: several columns whose rows divide a total among them."""

from collections.abc import Sequence

import numpy as np

from pellucid.printable import grouped
from pellucid.records import Finding
from pellucid.shapes import Array, Floats
from pellucid.tables.policy import note, refuse
from pellucid.tables.table import Column
from pellucid.tables.targets.decision import TargetDecision, joined_names
from pellucid.tables.targets.wording import rows_of, spaced, words_of

__all__ = ["share_values", "shares_target"]

ROUNDING = 0.02
"""Sums that differ by no more than this share of the total are taken for rounded ones: 33.3 + 33.3 + 33.3."""


def shares_target(columns: Sequence[Column], usable: Array, missing: int, findings: list[Finding]) -> TargetDecision:
    """Shares of one total, or whole numbers of which every row has its own total.

    Args:
        columns: At least two.
        usable: Rows in which all of them have a value, bool ``[n]``.
        missing: Rows without a whole target.
        findings: So far.

    Raises:
        DataError: B081 for words, for a part below 0, and for shares that do not sum to the same total; B053 if every
            row is divided alike.
    """
    for column in columns:
        if column.storage not in ("number", "boolean"):
            raise refuse(
                "B081",
                f"The target {column.name!r} holds {words_of(column)[0]!r}; the parts of a distribution are numbers."
                " Choose other columns, or another task.",
            )
    values = np.stack([column.values[usable] for column in columns], axis=1)
    rows = np.flatnonzero(usable)
    if (values < 0).any():
        row, part = np.argwhere(values < 0)[0]
        raise refuse(
            "B081",
            f"The target {columns[part].name!r} is {spaced(float(values[row, part]))} in row {int(rows[row]) + 1}; the"
            " parts of a distribution are 0 or more. Correct the values, or ask for regression.",
        )
    sums = values.sum(axis=1)
    empty = int((sums == 0).sum())
    if empty:
        message = f"{rows_of(empty)} of the targets {'sums' if empty == 1 else 'sum'} to 0 and cannot be divided."
        findings.append(note("B052", f"{message} They are left out.", count=empty))
    total = _total(values[sums > 0], sums[sums > 0], rows[sums > 0])
    shares = values[sums > 0] / sums[sums > 0, None]
    if len(shares) and np.ptp(shares, axis=0).max() == 0:
        raise refuse("B053", "The targets are divided alike in every row, so there is nothing to predict.")
    names = tuple(column.name for column in columns)
    means = ", ".join(f"{share:.2f} {name}" for name, share in zip(names[:6], shares.mean(axis=0), strict=False))
    more = f", {grouped(len(names) - 6)} more" if len(names) > 6 else ""
    whole = f" of {spaced(total)}" if total != 1 else ""
    return TargetDecision(
        name=joined_names(names),
        task="distribution",
        classes=names,
        counts=(),
        reason="as asked",
        note=f"{len(names)} shares{whole}, on average {means}{more}",
        missing=missing + empty,
        findings=tuple(findings),
        columns=names,
        total=total,
    )


def _total(values: Floats, sums: Floats, rows: Array) -> float:
    """What every row sums to, 1 where they are counts with totals of their own."""
    if not len(sums):
        raise refuse("B052", "The targets sum to 0 in every row, so there is nothing to divide. Choose other columns.")
    middle = float(np.median(sums))
    # 1 and 100 are meant even where rounding has spoilt them; another total is the one that most rows have.
    known = next((total for total in (1.0, 100.0) if abs(middle - total) <= ROUNDING * total), 0.0)
    total = known or middle
    off = np.abs(sums - total) > ROUNDING * total
    if not off.any() and (known or not _counts(values) or np.ptp(sums) == 0):
        return total
    if _counts(values):
        return 1.0
    first = int(np.argmax(off))
    found = (
        f"The targets sum to {spaced(float(sums[first]))} in row {int(rows[first]) + 1}"
        f" ({grouped(int(off.sum()))} such rows), elsewhere to {spaced(total)}"
        if 2 * int(off.sum()) < len(sums)
        else f"The targets sum to {spaced(float(sums.min()))} in one row and to {spaced(float(sums.max()))} in another"
    )
    raise refuse(
        "B081",
        f"{found}. Shares sum to the same total in every"
        " row (counts may have a total of their own). Correct the values, or ask for regression.",
    )


def _counts(values: Floats) -> bool:
    return bool(np.all(values == np.floor(values)))


def share_values(columns: Sequence[Column], decision: TargetDecision) -> Floats:
    """Shares that sum to 1, float64 ``[n, parts]``; NaN in a row without a whole target.

    Raises:
        DataError: B068 if a column holds no numbers, B081 if a part is below 0 or the rows have different totals.
    """
    for column in columns:
        if column.storage not in ("number", "boolean"):
            raise refuse("B068", f"The target {column.name!r} holds no numbers here; it did when the model was made.")
    values = np.stack([np.asarray(column.values, dtype=np.float64) for column in columns], axis=1)
    values[~np.isfinite(values).all(axis=1)] = np.nan
    if (values < 0).any():
        part = int(np.argwhere(values < 0)[0][1])
        raise refuse("B081", f"The target {decision.columns[part]!r} is below 0, and shares are not.")
    sums = values.sum(axis=1, keepdims=True)
    whole = np.flatnonzero(sums[:, 0] > 0)
    if len(whole):
        _total(values[whole], sums[whole, 0], whole)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Floats = values / np.where(sums > 0, sums, np.nan)
    return shares
