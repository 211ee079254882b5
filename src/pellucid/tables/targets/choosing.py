"""The task that values ask for where nobody said which."""

from collections.abc import Sequence

import numpy as np

from pellucid.printable import grouped
from pellucid.records import Finding
from pellucid.shapes import Array
from pellucid.tables.policy import note, refuse
from pellucid.tables.table import Column, number_text
from pellucid.tables.targets.classes import MANY_CLASSES
from pellucid.tables.targets.decision import Task
from pellucid.tables.targets.labels import says_yes_or_no
from pellucid.tables.targets.wording import words_of

__all__ = ["task_of_column", "task_of_columns"]

FEW_NUMBERS = 10
"""Up to so many distinct numbers are taken for classes."""


def task_of_column(column: Column, labels: Array, counts: Array) -> tuple[Task, str, list[Finding]]:
    """Task, reason and findings for one column.

    Args:
        column: The target.
        labels: Its distinct usable values, in order.
        counts: Rows of each.

    Raises:
        DataError: B055 if nearly every row has a word of its own.
    """
    name, rows, kinds = column.name, int(counts.sum()), len(labels)
    classes: Task = "binary" if kinds == 2 else "multiclass"
    if column.storage == "boolean":
        return "binary", "true or false", []
    if column.storage == "text":
        if kinds > MANY_CLASSES or (kinds > 20 and kinds > rows / 2):
            raise refuse(
                "B055",
                f"The target {name!r} has {grouped(kinds)} different words in {grouped(rows)} rows, so it is "
                "an id or a text rather than a class. Choose another column, or pass --task multiclass.",
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
            fix="Pass --task regression if they measure something, --task ordinal if their order counts.",
            column=name,
        )
        return classes, f"{kinds} different {what}", [doubt]
    notes = []
    if whole and kinds <= 30 and rows >= 20 * kinds:
        counting = ", --task count if they count something" if labels[0] >= 0 else ""
        notes = [
            note(
                "B056",
                f"{name} has {kinds} different integers ({span}), which are taken for a measure.",
                fix=f"Pass --task multiclass if they are classes{counting}.",
                column=name,
            )
        ]
    return "regression", f"{grouped(kinds)} different numbers", notes


def task_of_columns(columns: Sequence[Column]) -> tuple[Task, str]:
    """Task and reason for several columns.

    Raises:
        DataError: B056 if they are neither all yes or no nor all numbers.
    """
    if all(says_yes_or_no(column) for column in columns):
        return "multilabel", "several columns of yes or no"
    if all(column.storage == "number" for column in columns):
        return "regression", "several columns of numbers"
    # Words are odder than yes or no among numbers.
    odd = min((each for each in columns if each.storage != "number"), key=lambda each: each.storage == "boolean")
    if odd.storage == "date":
        what = "holds dates"
    elif odd.storage == "boolean":
        what = f"says {' or '.join(odd.spellings or ('false', 'true'))} beside numbers"
    else:
        what = f"holds words such as {words_of(odd)[0]!r}"
    raise refuse(
        "B056",
        f"Several targets are all yes or no, or all numbers; {odd.name!r} {what}. Fit a model of its own for it.",
    )
