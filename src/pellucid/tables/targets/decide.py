"""Which task the target sets."""

from collections.abc import Sequence

import numpy as np

from pellucid.errors import UnknownNameError, UsageError
from pellucid.printable import grouped
from pellucid.shapes import Array
from pellucid.tables.policy import refuse
from pellucid.tables.table import Column
from pellucid.tables.targets.choosing import task_of_column, task_of_columns
from pellucid.tables.targets.classes import classes_target, ordinal_target
from pellucid.tables.targets.decision import SEVERAL, TASKS, TargetDecision, Task
from pellucid.tables.targets.labels import label_columns_target, label_text_target
from pellucid.tables.targets.numbers import count_target, numbers_target, quantile_target
from pellucid.tables.targets.sequences import sequence_target
from pellucid.tables.targets.shares import shares_target
from pellucid.tables.targets.units import check_group, embedding_target, no_target, ranking_target
from pellucid.tables.targets.wording import gap_findings, several_gaps_finding, usable_in

__all__ = ["LEVELS", "decide_target"]

LEVELS = (0.1, 0.5, 0.9)
"""Quantiles that are predicted where none are asked for: the middle, and a range that holds eight of ten."""


def decide_target(
    columns: Column | Sequence[Column],
    task: str | None = None,
    *,
    levels: Sequence[float] = (),
    order: Sequence[str] = (),
    group: Column | None = None,
) -> TargetDecision:
    """The task that a target sets.

    Args:
        columns: The target, or several: labels of yes or no, numbers, or the parts of a total.
        task: One of ``TASKS`` to insist on it, None to decide by the values: of one column words and booleans are
            classes, up to ten distinct numbers are too if they repeat, other numbers are to be predicted as numbers;
            several columns of yes or no are labels, of numbers a regression. Counts, quantiles, ordered classes and
            distributions must be asked for; levels ask for quantiles and an order for ordered classes.
        levels: Which quantiles, each between 0 and 1; empty for 0.1, 0.5 and 0.9.
        order: Classes from low to high; empty for numbers, which have an order.
        group: Column whose equal values hold rows together, for a ranking or sequences.

    Raises:
        UnknownNameError: If there is no such task.
        UsageError: If the task takes one target, none, levels, an order or a group and was given something else.
        DataError: B052 if all values are missing, B053 if there is one class or number, B055 if nearly every row has
            its own class, B056 if the values do not allow the task that was asked for, B058 if numbers exceed 1e150,
            B079 to B082 for labels, counts, shares and orders that are none, B086 and B087 for what cannot be ordered
            and for sequences with more than one text.
    """
    chosen = (columns,) if isinstance(columns, Column) else tuple(columns)
    asked = _asked(len(chosen), task, levels, order)
    check_group(asked, group)
    if asked == "reconstruction":
        return no_target()
    wanted = _levels(levels) if asked == "quantile" else ()
    usable = np.all([usable_in(column) for column in chosen], axis=0)
    missing = len(usable) - int(usable.sum())
    for column in chosen:
        _check_values(column, usable, several=len(chosen) > 1)
    if len(chosen) > 1:
        reason = "as asked"
        if asked is None:
            asked, reason = task_of_columns(chosen)
        findings = several_gaps_finding(chosen, missing)
        match asked:
            case "multilabel":
                return label_columns_target(chosen, usable, reason, missing, findings)
            case "distribution":
                return shares_target(chosen, usable, missing, findings)
            case _:
                return numbers_target(chosen, usable, reason, missing, findings)
    (column,) = chosen
    findings = gap_findings(column)
    labels, counts = column.take(np.flatnonzero(usable)).distinct
    match asked:
        case "multilabel":
            return label_text_target(column, missing, findings)
        case "ordinal":
            return ordinal_target(column, tuple(order), missing, findings)
        case "count":
            return count_target(column, usable, missing, findings)
        case "quantile":
            return quantile_target(column, usable, wanted, missing, findings)
        case "embedding":
            return embedding_target(column, missing, findings)
        case "ranking":
            return ranking_target(column, group, usable, findings)
        case "sequence":
            assert group is not None
            return sequence_target(column, group)
        case "binary" if len(labels) != 2:
            other = "multiclass or regression" if column.storage == "number" else "multiclass"
            raise refuse(
                "B056",
                f"The target {column.name!r} has {grouped(len(labels))} values, so it is not binary. Ask for {other}.",
            )
    reason = "as asked"
    if asked is None:
        asked, reason, notes = task_of_column(column, labels, counts)
        findings += notes
    if asked == "regression":
        return numbers_target(chosen, usable, reason, missing, findings)
    return classes_target(column, "binary" if len(labels) == 2 else "multiclass", reason, missing, findings)


def _asked(targets: int, task: str | None, levels: Sequence[float], order: Sequence[str]) -> Task | None:
    """The task that was asked for, also by levels or an order; None to decide by the values."""
    if task is not None and task not in TASKS:
        raise UnknownNameError("task", task, TASKS)
    asked = next((known for known in TASKS if known == task), None)
    if levels and asked not in (None, "quantile"):
        raise UsageError(f"Levels belong to the task quantile, and {task} was asked for. Leave out one of the two.")
    if order and asked not in (None, "ordinal"):
        raise UsageError(f"An order belongs to the task ordinal, and {task} was asked for. Leave out one of the two.")
    if twice := next((label for label in order if list(order).count(label) > 1), None):
        raise UsageError(f"The order names {twice!r} twice. Name every class once, from low to high.")
    if levels and order:
        raise UsageError("Levels ask for quantiles and an order for ordered classes. Leave out one of the two.")
    if asked is None and (levels or order):
        asked = "quantile" if levels else "ordinal"
    if asked == "reconstruction" and targets:
        raise UsageError(
            "A reconstruction has no target: what goes in shall come out. Leave out --target, or --drop the column."
        )
    if not targets and asked != "reconstruction":
        raise UsageError("There is no target. Name the column to predict, or several.")
    if targets > 1 and asked is not None and asked not in SEVERAL:
        raise UsageError(
            f"The task {asked} takes one target, found {targets}. Several targets are {', '.join(SEVERAL[:-1])} or"
            f" {SEVERAL[-1]}; fit a model for each otherwise."
        )
    if targets == 1 and asked == "distribution":
        raise UsageError("A distribution has a target column for each of its parts, found one. Name them all.")
    return asked


def _levels(levels: Sequence[float]) -> tuple[float, ...]:
    wanted = tuple(sorted(float(level) for level in levels)) or LEVELS
    if not all(0 < level < 1 for level in wanted):
        odd = next(level for level in wanted if not 0 < level < 1)
        raise UsageError(f"A quantile's level lies between 0 and 1, found {odd:g}. 0.5 is the median.")
    if len(set(wanted)) < len(wanted):
        raise UsageError(f"The levels {', '.join(f'{level:g}' for level in wanted)} name one twice. Leave one out.")
    return wanted


def _check_values(column: Column, usable: Array, *, several: bool) -> None:
    """Refuse what nothing can be learned from, whatever the task."""
    name = column.name
    if not len(column):
        raise refuse("B002", f"There are no rows, so there is nothing to learn {name!r} from.")
    own = usable_in(column)
    if not own.any():
        where = "its only row" if len(own) == 1 else f"any of its {grouped(len(own))} rows"
        raise refuse("B052", f"The target {name!r} has no values in {where}. Choose another column.")
    if not usable.any():
        raise refuse("B052", "No row has a value of every target. Choose other columns, or fit a model for each.")
    if len(column.take(np.flatnonzero(usable)).distinct[0]) == 1:
        only = column.as_text()[np.flatnonzero(usable)[0]]
        where = "every row that has all targets" if several else "every row"
        raise refuse(
            "B053",
            f"The target {name!r} is {only!r} in {where}, so there is nothing to predict. Choose another column, or add"
            " rows with other values.",
        )
    if column.storage == "date":
        raise refuse("B056", f"The target {name!r} is a date. Turn it into a number, such as days since a fixed day.")
