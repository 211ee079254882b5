"""Which rows a comparison may learn from and which only judge its choice; rows may hang together or follow in time."""

from dataclasses import dataclass, replace

import msgspec
import numpy as np

from pellucid.errors import UsageError
from pellucid.experiments.options import FitOptions
from pellucid.experiments.preparing import Decided, decide
from pellucid.shapes import Codes
from pellucid.tables import (
    Column,
    ColumnDecision,
    Table,
    choose_scheme,
    hold_out,
    how_drawn,
    joined_groups,
    level_codes,
    split_rows,
)
from pellucid.tables.policy import refuse

__all__ = ["Divided", "divide"]


@dataclass(frozen=True)
class Divided:
    """A decided table with the rows that no choice sees kept aside.

    Attributes:
        decided: Its ``train`` rows are what all folds are made of, its ``test`` rows judge the choice.
        scheme: How folds are drawn; no longer ``auto``.
        order: Where each row stands in time ``[n]``; None where nobody asked for it.
        drawn: How the test rows were drawn, for people.
    """

    decided: Decided
    scheme: str
    order: Codes | None
    drawn: str


def divide(table: Table, options: FitOptions, *, scheme: str, group: str | None, time: str | None) -> Divided:
    """Decide columns, task and rows.

    Args:
        table: As read.
        options: As for a fit.
        scheme: One of ``tables.SCHEMES``.
        group: Column whose equal values keep rows on one side of every division; networks do not see it.
        time: Column that says when each row happened: the latest rows judge.

    Raises:
        UsageError: If a column has two parts to play, or the scheme does not go with the rows.
        DataError: If the table is not what the task needs, or a row has no time (B034).
    """
    groups, times = _column(table, group, "group", options), _column(table, time, "time", options)
    if groups is not None and times is not None:
        raise UsageError(
            f"Folds by time divide by time alone, so that rows of one {group} would stand on both sides. Give"
            " --group or --order-by (time=…), not both."
        )
    hidden = () if groups is None else (groups.name,)
    decided = decide(table, _without(options, hidden))
    task = decided.target.task
    held = decided.groups
    if groups is not None:
        own = level_codes(groups.take(decided.origin))
        held = joined_groups(held, _alone(own))
        decided = replace(decided, columns=_told(decided, groups.name))
    grouped = len(np.unique(held)) < len(held)
    scheme = choose_scheme(scheme, task, grouped=grouped or scheme == "grouped", ordered=times is not None)
    if scheme == "grouped" and groups is None and not grouped:
        raise UsageError("Folds by group need groups, found none. Name the column that holds rows together: --group.")
    order = None if times is None else _order(times.take(decided.origin))
    every = np.arange(len(decided.values))
    if order is not None:
        train, test = hold_out(
            every, decided.values, task, share=options.test_size, seed=options.seed, groups=held, order=order
        )
        drawn = f"the latest by {time}"
    elif groups is not None:
        train, test = split_rows(decided.values, task, test_size=options.test_size, seed=options.seed, groups=held)
        drawn = f"{how_drawn(task)}, rows of one {group} together"
    else:
        train, test, drawn = decided.train, decided.test, how_drawn(task)
    return Divided(replace(decided, groups=held, train=train, test=test), scheme, order, drawn)


def _without(options: FitOptions, hidden: tuple[str, ...]) -> FitOptions:
    return msgspec.structs.replace(options, drop=(*options.drop, *hidden), group=None)


def _column(table: Table, name: str | None, part: str, options: FitOptions) -> Column | None:
    if name is None:
        return None
    column = table.column(name)
    if name in options.target:
        raise UsageError(f"Column {name!r} is the target and cannot be the {part} as well. Name another one.")
    return column


def _alone(codes: Codes) -> Codes:
    """Rows without a group stand for themselves."""
    missing = codes < 0
    found: Codes = np.where(missing, codes.max(initial=0) + 1 + np.cumsum(missing), codes)
    return found


def _told(decided: Decided, name: str) -> tuple[ColumnDecision, ...]:
    return tuple(replace(each, reason="holds rows together") if each.name == name else each for each in decided.columns)


def _order(times: Column) -> Codes:
    codes = level_codes(times)
    if (codes < 0).any():
        raise refuse(
            "B034",
            f"{int((codes < 0).sum())} of {len(codes)} usable rows have no {times.name}, and folds by time must place"
            " every row. Fill them in, or leave these rows out.",
        )
    return codes
