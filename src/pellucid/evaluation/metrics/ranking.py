"""Metrics of scores that put the rows of a group in order.

Several groups are resampled whole: rows of one group are no independent witnesses. Within one group rows are resampled,
and every pair counts by the product of its rows' weights.
"""

import numpy as np

from pellucid.evaluation.metrics.judged import Judged
from pellucid.evaluation.metrics.metric import Measure, Metric, ratio
from pellucid.shapes import Array, Floats, RowNumbers

__all__ = ["NDCG", "PAIRS_RIGHT", "judged_places"]

MOST_OF_A_GROUP = 2000
"""Rows of one group that are judged: every pair of them is looked at, which costs their square."""


def judged_places(groups: Array) -> RowNumbers:
    """Places of the rows to judge, in order: all, but of a large group 2 000 that are evenly spread over it.

    Args:
        groups: A number for each row ``[n]``.
    """
    order = np.argsort(groups, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    kept = [
        part if len(part) <= MOST_OF_A_GROUP else part[np.linspace(0, len(part) - 1, MOST_OF_A_GROUP).astype(np.int64)]
        for part in parts
    ]
    return np.sort(np.concatenate(kept))


def _pairs(relevance: Floats, scores: Floats) -> tuple[Floats, Floats]:
    """Which row shall stand above which, and how far it does (1, ½ for a tie, 0); ``[n, n]`` each."""
    above = (relevance[:, None] > relevance[None, :]).astype(np.float64)
    right = (scores[:, None] > scores[None, :]) + 0.5 * (scores[:, None] == scores[None, :])
    return above, above * right


def _pairs_right(rows: Judged) -> Measure:
    if rows.units == rows.rows:
        above, right = _pairs(rows.truth[:, 0], rows.values)
        return lambda weights: ratio(((weights @ right) * weights).sum(-1), ((weights @ above) * weights).sum(-1))
    sums = np.array([[part.sum() for part in _pairs(*own)] for own in _by_group(rows)])
    return lambda weights: ratio(weights @ sums[:, 1], weights @ sums[:, 0])


def _ndcg(rows: Judged) -> Measure:
    if rows.units == rows.rows:
        return lambda weights: _gain(rows.truth[:, 0], rows.values, weights)
    each = np.array([float(_gain(*own, np.ones(len(own[0])))) for own in _by_group(rows)])
    defined = np.isfinite(each).astype(np.float64)
    gained = np.where(np.isfinite(each), each, 0.0)
    return lambda weights: ratio(weights @ gained, weights @ defined)


def _by_group(rows: Judged) -> list[tuple[Floats, Floats]]:
    """Relevance and score of every group's rows."""
    order = np.argsort(rows.truth[:, 1], kind="stable")
    ends = np.flatnonzero(np.diff(rows.truth[order, 1])) + 1
    return [(rows.truth[own, 0], rows.values[own]) for own in np.split(order, ends)]


def _gain(relevance: Floats, scores: Floats, weights: Floats) -> Floats:
    """NDCG of one group whose rows are repeated by whole weights ``[..., n]``."""
    places = int(weights.sum(axis=-1).max()) + 1
    # discount[p] is what the first p places count together.
    discount = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(2, places + 2)))])
    # The least relevant row that was drawn gains nothing.
    least = np.where(weights > 0, relevance, np.inf).min(axis=-1)
    total = np.rint(weights.sum(axis=-1)).astype(np.int64)
    nothing = least * discount[total]
    found = _discounted(relevance, scores, weights, discount) - nothing
    ideal = _discounted(relevance, relevance, weights, discount) - nothing
    # Where all that were drawn are equally relevant, ideal is a rounding error.
    return ratio(found, np.where(ideal > 1e-12 * np.abs(nothing) + 1e-300, ideal, 0.0))


def _discounted(relevance: Floats, key: Floats, weights: Floats, discount: Array) -> Floats:
    """Discounted gain when rows stand in the order of a key, largest first; ties share the places that they take."""
    order = np.argsort(-key, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(key[order]) != 0])
    own = weights[..., order]
    size = np.add.reduceat(own, starts, axis=-1)
    gain = np.add.reduceat(own * relevance[order], starts, axis=-1)
    end = np.rint(np.cumsum(size, axis=-1)).astype(np.int64)
    begin = end - np.rint(size).astype(np.int64)
    shared: Floats = np.where(size > 0, gain / np.where(size > 0, size, 1.0), 0.0) * (discount[end] - discount[begin])
    found: Floats = shared.sum(axis=-1)
    return found


def _passes(rows: Judged) -> int:
    return max(1, rows.rows // 8) if rows.units == rows.rows else 1


PAIRS_RIGHT = Metric(
    name="pairs_right",
    title="pairs right",
    formula="Σ [s_i > s_j] + ½·[s_i = s_j] over the pairs of a group with y_i > y_j, divided by their number",
    purpose="Share of the pairs of a group's rows that stand in the right order; 0.5 by chance.",
    source="Kendall (1938), A new measure of rank correlation: (1 + tau) / 2 without ties",
    aliases=("concordance",),
    greater_is_better=True,
    unit="share",
    tasks=("ranking",),
    measure=_pairs_right,
    passes=_passes,
)
NDCG = Metric(
    name="ndcg",
    title="NDCG",
    formula="Σ g_i / log₂(1 + place_i), divided by the same for the best order; g: relevance above the group's least",
    purpose="How well the most relevant rows stand at the top, mean over the groups; 1 for the best order.",
    source="Järvelin & Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques; ties share their places: "
    "McSherry & Najork (2008)",
    greater_is_better=True,
    unit="plain",
    tasks=("ranking",),
    measure=_ndcg,
    passes=lambda rows: 4 if rows.units == rows.rows else 1,
)
