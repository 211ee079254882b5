"""Plain models of nearness: nearest neighbours by the columns themselves, by principal components, and no nearness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pellucid.evaluation.baselines.features import baseline_features
from pellucid.evaluation.baselines.fit import Baseline
from pellucid.evaluation.baselines.judged import judged_baseline
from pellucid.evaluation.metrics.neighbours import NEIGHBOURS
from pellucid.shapes import Array, Codes, Floats, RowNumbers

if TYPE_CHECKING:  # types alone: judging need not wait until the readers are imported
    from pellucid.tables import ColumnDecision, Table

__all__ = ["fit_nearest", "nearest_classes"]

CELLS = 4_000_000
"""Distances held at a time."""


def nearest_classes(
    reference: Floats, codes: Codes, queries: Floats, *, neighbours: int = NEIGHBOURS, alone: bool = False
) -> Codes:
    """Classes of the reference rows that lie nearest to each query, nearest first; of equals the first row's first.

    Args:
        reference: ``[r, d]``.
        codes: Class numbers ``[r]``.
        queries: ``[n, d]``.
        neighbours: How many, as far as there are so many.
        alone: The queries are the reference rows, and none is its own neighbour.

    Returns:
        int64 ``[n, k]``.
    """
    count = min(neighbours, len(reference) - alone)
    found = np.empty((len(queries), count), dtype=np.int64)
    squares = (reference**2).sum(axis=1)
    step = max(1, CELLS // len(reference))
    for start in range(0, len(queries), step):
        own = queries[start : start + step]
        # |q|² is the same for all reference rows and decides nothing.
        distance = squares - 2 * (own @ reference.T)
        if alone:
            distance[np.arange(len(own)), np.arange(start, start + len(own))] = np.inf
        found[start : start + step] = codes[np.argsort(distance, axis=1, kind="stable")[:, :count]]
    return found


def fit_nearest(
    table: Table,
    decisions: Sequence[ColumnDecision],
    codes: Codes,
    train: RowNumbers,
    test: RowNumbers,
    *,
    components: int,
    classes: Sequence[str],
    seed: int,
) -> list[Baseline]:
    """``neighbours``, ``principal`` and ``majority``, judged on the test rows.

    Args:
        table: All rows.
        decisions: One per column; the columns are those that the network uses, standardised, categories one-hot.
        codes: Class numbers of all rows ``[n]``.
        train: Rows to learn from, among which neighbours are looked for.
        test: Rows to judge on.
        components: Principal components, as many as the vectors have values.
        classes: Labels.
        seed: Of the intervals.
    """
    columns = baseline_features(table, decisions, train).linear
    learned, truth = codes[train], codes[test]
    count = min(components, columns.shape[1], len(train))

    def principal() -> Array:
        from sklearn.decomposition import PCA

        model = PCA(count, random_state=0).fit(columns[train])
        return nearest_classes(model.transform(columns[train]), learned, model.transform(columns[test]))

    most = int(np.bincount(learned).argmax())
    answers = (
        ("neighbours", "the columns themselves", lambda: nearest_classes(columns[train], learned, columns[test])),
        ("principal", f"{count} principal components", principal),
        ("majority", f'always "{classes[most]}"', lambda: np.full((len(test), 1), most)),
    )
    return [judged_baseline("embedding", truth, *answer, seed=seed) for answer in answers]
