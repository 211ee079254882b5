"""Metrics of vectors that shall lie near each other where labels agree: what a row's nearest neighbours are."""

import numpy as np

from pellucid.evaluation.metrics.judged import Judged
from pellucid.evaluation.metrics.metric import Measure, Metric, mean_of
from pellucid.shapes import Array

__all__ = ["FIVE_NEAREST_RIGHT", "NEAREST_RIGHT", "NEIGHBOURS", "PRECISION_AT_TEN", "most_of"]

NEIGHBOURS = 10
"""How many neighbours the metrics look at."""


def most_of(neighbours: Array) -> Array:
    """The most frequent class among each row's neighbours ``[n, k]``, nearest first; of ties the nearest one's."""
    votes = (neighbours[:, :, None] == neighbours[:, None, :]).sum(axis=2)
    most: Array = neighbours[np.arange(len(neighbours)), votes.argmax(axis=1)]
    return most


def _nearest_right(rows: Judged) -> Measure:
    return mean_of((rows.values[:, 0] == rows.truth).astype(np.float64))


def _five_nearest_right(rows: Judged) -> Measure:
    return mean_of((most_of(rows.values[:, :5]) == rows.truth).astype(np.float64))


def _precision_at_ten(rows: Judged) -> Measure:
    return mean_of((rows.values[:, :NEIGHBOURS] == rows.truth[:, None]).mean(axis=1))


NEAREST_RIGHT = Metric(
    name="nearest_right",
    title="nearest right",
    formula="share of the rows whose nearest neighbour has their class",
    purpose="What nearest-neighbour classification by the vectors gets right.",
    source="Cover & Hart (1967), Nearest neighbor pattern classification",
    aliases=("one_nearest_neighbour", "recall_at_1"),
    greater_is_better=True,
    unit="share",
    tasks=("embedding",),
    measure=_nearest_right,
    counts_rows=True,
)
FIVE_NEAREST_RIGHT = Metric(
    name="five_nearest_right",
    title="5 nearest right",
    formula="share of the rows of whose class most of the 5 nearest neighbours are; of ties the nearest one's class",
    purpose="As the nearest one, less at the mercy of a single odd row.",
    source="Cover & Hart (1967), Nearest neighbor pattern classification",
    aliases=("five_nearest_neighbours",),
    greater_is_better=True,
    unit="share",
    tasks=("embedding",),
    measure=_five_nearest_right,
    counts_rows=True,
)
PRECISION_AT_TEN = Metric(
    name="precision_at_10",
    title="precision at 10",
    formula="mean share of the 10 nearest neighbours that have the row's class",
    purpose="How pure a row's surroundings are, for finding rows that are alike.",
    source="Manning, Raghavan, Schütze (2008), Introduction to information retrieval, § 8.4",
    greater_is_better=True,
    unit="share",
    tasks=("embedding",),
    measure=_precision_at_ten,
)
