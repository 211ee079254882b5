"""Metrics of classes in order: how far off, not only whether."""

import numpy as np

from pellucid.evaluation.metrics.judged import Judged
from pellucid.evaluation.metrics.metric import Measure, Metric, mean_of, ratio
from pellucid.shapes import Floats

__all__ = ["CLASS_DISTANCE", "WEIGHTED_KAPPA"]


def _class_distance(rows: Judged) -> Measure:
    return mean_of(np.abs(rows.values - rows.truth).astype(np.float64))


def _weighted_kappa(rows: Judged) -> Measure:
    # Σ (i − j)²·E over the table that independence would give is E[i²] + E[j²] − 2·E[i]·E[j]. Counted from the middle
    # of the truth, no digits are lost where there are many classes.
    middle = round(float(rows.truth.mean()))
    true, said = (rows.truth - middle).astype(np.float64), (rows.values - middle).astype(np.float64)
    square = mean_of((true - said) ** 2)
    means, squares = (mean_of(true), mean_of(said)), (mean_of(true**2), mean_of(said**2))

    def measure(weights: Floats) -> Floats:
        expected = sum(mean(weights) for mean in squares) - 2 * means[0](weights) * means[1](weights)
        share: Floats = 1 - ratio(square(weights), np.asarray(expected))
        return share

    return measure


CLASS_DISTANCE = Metric(
    name="class_distance",
    title="class distance",
    formula="mean of |ŷ − y|, classes numbered in their order",
    purpose="By how many classes a decision is off on average.",
    source="Baccianella, Esuli, Sebastiani (2009), Evaluation measures for ordinal regression",
    aliases=("mean_absolute_class_error",),
    greater_is_better=False,
    unit="plain",
    tasks=("ordinal",),
    measure=_class_distance,
)
WEIGHTED_KAPPA = Metric(
    name="weighted_kappa",
    title="weighted kappa",
    formula="1 − Σ (i − j)²·Oᵢⱼ / Σ (i − j)²·Eᵢⱼ; O the confusion table, E the one of its margins if independent",
    purpose="Agreement beyond chance in which a miss counts by its squared distance: 1 perfect, 0 by chance.",
    source="Cohen (1968), Weighted kappa: nominal scale agreement with provision for scaled disagreement",
    aliases=("quadratic_weighted_kappa", "qwk"),
    greater_is_better=True,
    unit="plain",
    tasks=("ordinal",),
    measure=_weighted_kappa,
)
