"""Area under the ROC curve, of two classes, many classes or labels, for any row weights."""

import numpy as np

from pellucid.evaluation.metrics.judged import Judged
from pellucid.evaluation.metrics.metric import Measure, Metric
from pellucid.shapes import Array, Floats

__all__ = ["ROC_AUC", "one_against_rest"]


def _roc_auc(rows: Judged) -> Measure | None:
    """For many classes, or labels, the mean of one-against-the-rest over those that occur."""
    if rows.probabilities is None:
        return None
    truth, probabilities = rows.truth, np.asarray(rows.probabilities, dtype=np.float64)
    if rows.task == "binary":
        return one_against_rest(truth == 1, probabilities[:, 1])
    if rows.task == "multilabel":
        chosen = [(truth[:, place] == 1, probabilities[:, place]) for place in range(truth.shape[1])]
    else:
        chosen = [(truth == code, probabilities[:, code]) for code in range(probabilities.shape[1])]
    parts = [one_against_rest(positive, scores) for positive, scores in chosen if positive.any()]

    def measure(weights: Floats) -> Floats:
        # Summed class by class, so that a chunk of resamples never holds [resamples, n, classes].
        total, occurring = np.zeros(weights.shape[:-1]), np.zeros(weights.shape[:-1])
        for part in parts:
            area = part(weights)
            defined = ~np.isnan(area)
            total += np.where(defined, area, 0.0)
            occurring += defined
        with np.errstate(divide="ignore", invalid="ignore"):
            mean: Floats = np.where(occurring > 0, total / occurring, np.nan)
        return mean

    return measure


def one_against_rest(positive: Array, scores: Floats) -> Measure:
    """The area for rows that are positive or not ``[n]`` and their scores ``[n]``."""
    # AUC = P(score⁺ > score⁻) + ½ P(score⁺ = score⁻) over weighted pairs (Mann & Whitney 1947): with the negatives in
    # order and C their cumulative weight, a positive has ½(C[first tie] + C[past the last tie]) of them below it.
    rows_up, rows_down = np.flatnonzero(positive), np.flatnonzero(~positive)
    rows_down = rows_down[np.argsort(scores[rows_down], kind="stable")]
    first_tie = np.searchsorted(scores[rows_down], scores[rows_up], side="left")
    past_tie = np.searchsorted(scores[rows_down], scores[rows_up], side="right")

    def measure(weights: Floats) -> Floats:
        up, down = weights[..., rows_up], weights[..., rows_down]
        below = np.zeros((*down.shape[:-1], down.shape[-1] + 1))
        np.cumsum(down, axis=-1, out=below[..., 1:])
        won = (up * (below[..., first_tie] + below[..., past_tie])).sum(axis=-1) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            pairs = up.sum(axis=-1) * below[..., -1]
            area: Floats = np.where(pairs > 0, won / pairs, np.nan)
        return area

    return measure


def _passes(rows: Judged) -> int:
    return 1 if rows.task == "binary" or rows.probabilities is None else rows.probabilities.shape[1]


ROC_AUC = Metric(
    name="roc_auc",
    title="ROC AUC",
    formula="P(p⁺ > p⁻) + ½·P(p⁺ = p⁻); of several classes or labels the mean of each against the rest",
    purpose="How well the probabilities put rows in order, whatever the threshold: 0.5 is chance; classes and labels "
    "without a row on either side are left out.",
    source="Hanley, McNeil (1982), The meaning and use of the area under a receiver operating characteristic curve",
    aliases=("auc",),
    greater_is_better=True,
    unit="plain",
    tasks=("binary", "multiclass", "multilabel"),
    measure=_roc_auc,
    passes=_passes,
)
