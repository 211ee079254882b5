"""What members learn from: encoded rows or units of rows, and which of them each member gets."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pellucid.experiments.preparing import Prepared
from pellucid.records import TargetSpec
from pellucid.shapes import RowNumbers
from pellucid.tables import fold_rows
from pellucid.tables.policy import refuse
from pellucid.training import StackRows, TrainingData

__all__ = ["Lesson", "folds", "row_lesson"]

# Fewer folds would leave each member too few rows to learn from, more would choose epochs on too few.
_LEAST_FOLDS, _MOST_FOLDS = 5, 8


@dataclass(frozen=True)
class Lesson:
    """Everything that training needs beside the recipe.

    Attributes:
        data: Encoded rows, and the targets of the units.
        units: Each member's units, of those that learn and those that pick its epoch.
        rows: The rows that these are made of, rows of the decided table.
        target: What is to be learned.
    """

    data: TrainingData
    units: StackRows
    rows: StackRows
    target: TargetSpec


def row_lesson(prepared: Prepared, members: int, seed: int) -> Lesson:
    """Every row is a unit; each member learns from all folds but one.

    Args:
        prepared: Encoded rows; only the training rows are touched.
        members: How many.
        seed: Decides the folds.
    """
    data = TrainingData.of(
        prepared.encoded.numbers,
        prepared.targets,
        codes=prepared.encoded.codes,
        numeric=prepared.encoding.numeric,
        categories=prepared.encoding.categories,
    )
    pairs = list(folds(prepared, members, seed))
    rows = StackRows(tuple(learns for learns, _ in pairs), tuple(checks for _, checks in pairs))
    return Lesson(data, rows, rows, prepared.spec)


def folds(prepared: Prepared, members: int, seed: int) -> Iterator[tuple[RowNumbers, RowNumbers]]:
    """For each member the rows that it learns from, all folds but one, and those of the one, which picks its epoch.

    Beyond eight members the folds are drawn anew.

    Raises:
        DataError: B002 if a single row, or group of rows, is left to learn from.
    """
    decided = prepared.decided
    own = decided.train
    values, groups = decided.values[own], decided.groups[own]
    kinds = len(np.unique(groups))
    if kinds < 2:
        raise refuse(
            "B002",
            f"Only {kinds} row{' or group of rows' if len(own) > kinds else ''} is left to learn from beside the test"
            " rows, and another one is needed to check on. Give more rows, or a smaller --test-size.",
        )
    count = min(max(min(members, _MOST_FOLDS), _LEAST_FOLDS), kinds)
    for member in range(members):
        if member % count == 0:
            drawn = fold_rows(values, decided.target.task, folds=count, seed=seed + member // count, groups=groups)
        learns, checks = drawn[member % count]
        yield own[learns], own[checks]
