"""Plain models of an order: a line and boosting that predict relevance as a number, and a coin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pellucid.evaluation.baselines import numbers
from pellucid.evaluation.baselines.features import baseline_features
from pellucid.evaluation.baselines.fit import BOOSTING, Baseline
from pellucid.evaluation.baselines.judged import judged_baseline
from pellucid.evaluation.baselines.problem import Problem
from pellucid.shapes import Array, Floats, RowNumbers

if TYPE_CHECKING:  # types alone: judging need not wait until the readers are imported
    from pellucid.tables import ColumnDecision, Table

__all__ = ["fit_rankers"]


def fit_rankers(
    table: Table,
    decisions: Sequence[ColumnDecision],
    relevance: Floats,
    train: RowNumbers,
    test: RowNumbers,
    *,
    truth: Array,
    seed: int,
) -> list[Baseline]:
    """``majority`` (a coin), ``linear`` and ``boosting``, judged on the test rows.

    Args:
        table: All rows.
        decisions: One per column; the columns are those that the network uses.
        relevance: Of all rows ``[n]``.
        train: Rows to learn from.
        test: Rows to judge on.
        truth: Their relevance and group, as ``judge`` takes them.
        seed: Of the boosting and of the intervals.
    """
    features = baseline_features(table, decisions, train)
    problem = Problem("regression", features, relevance[train], train, test, 0, (), seed)
    answers = (
        ("majority", "a coin", lambda: np.zeros(len(test))),
        ("linear", "ridge regression of relevance", lambda: numbers.ridge(problem).values),
        ("boosting", f"{BOOSTING} of relevance", lambda: numbers.boosting(problem).values),
    )
    return [judged_baseline("ranking", truth, *answer, seed=seed) for answer in answers]
