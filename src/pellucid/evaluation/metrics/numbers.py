"""Metrics of predicted numbers and counts."""

import numpy as np

from pellucid.evaluation.metrics.judged import Judged
from pellucid.evaluation.metrics.metric import Measure, Metric, mean_of, ratio
from pellucid.evaluation.metrics.quantiles import middle_level
from pellucid.shapes import Floats

__all__ = [
    "MAE",
    "MAPE",
    "MEAN_R2",
    "MEDIAN_ABSOLUTE_ERROR",
    "POISSON_DEVIANCE",
    "R2",
    "RMSE",
    "poisson_deviances",
]


def _errors(rows: Judged) -> Floats:
    """Prediction − truth ``[n]``; of quantiles that of the level nearest the middle."""
    values = rows.values[:, middle_level(rows.levels)] if rows.task == "quantile" else rows.values
    errors: Floats = values - rows.truth
    return errors


def _rmse(rows: Judged) -> Measure:
    squares = _errors(rows) ** 2
    # Of rows that were reconstructed all columns count alike.
    mean_square = mean_of(squares.mean(axis=1) if squares.ndim == 2 else squares)

    def measure(weights: Floats) -> Floats:
        root: Floats = np.sqrt(mean_square(weights))
        return root

    return measure


def _mae(rows: Judged) -> Measure:
    return mean_of(np.abs(_errors(rows)))


def _median_absolute_error(rows: Judged) -> Measure:
    sizes = np.abs(_errors(rows))
    order = np.argsort(sizes, kind="stable")
    sizes = sizes[order]

    def measure(weights: Floats) -> Floats:
        # The median of the rows repeated by their weights: the first value past half of the weight, and where half is
        # met exactly the mean of that value and the next one that has any weight.
        ordered = np.cumsum(weights[..., order], axis=-1)
        half = ordered[..., -1:] / 2
        lower, upper = (ordered < half).sum(axis=-1), (ordered <= half).sum(axis=-1)
        last = len(sizes) - 1
        median: Floats = (sizes[np.minimum(lower, last)] + sizes[np.minimum(upper, last)]) / 2
        return median

    return measure


def _mape(rows: Judged) -> Measure:
    # Divided by nothing an error has no share: with such a row in the draw the metric is undefined.
    none = rows.truth == 0
    mean = mean_of(np.abs(_errors(rows)) / np.where(none, 1.0, np.abs(rows.truth)))

    def measure(weights: Floats) -> Floats:
        share: Floats = np.where(weights @ none.astype(np.float64) > 0, np.nan, mean(weights))
        return share

    return measure


def _r2(rows: Judged) -> Measure:
    truth = rows.truth
    mean_square = mean_of(_errors(rows) ** 2)
    # The variance is taken around the plain mean: E[d²] − E[d]² would otherwise cancel for targets far from zero.
    deviation = truth - truth.mean()
    first, second = mean_of(deviation), mean_of(deviation**2)

    def measure(weights: Floats) -> Floats:
        # R² = 1 − Σw(ŷ−y)² / Σw(y−ȳ)²; undefined for a constant truth.
        square = second(weights)
        variance = square - first(weights) ** 2
        constant = variance <= 1e-12 * square if truth.max() > truth.min() else np.ones(np.shape(square), dtype=bool)
        with np.errstate(divide="ignore", invalid="ignore"):
            score: Floats = np.where(constant, np.nan, 1 - mean_square(weights) / variance)
        return score

    return measure


def _mean_r2(rows: Judged) -> Measure:
    parts = [_r2(rows.target(place)) for place in range(rows.targets)] if rows.targets > 1 else [_r2(rows)]

    def measure(weights: Floats) -> Floats:
        scores = np.stack([part(weights) for part in parts])
        defined = ~np.isnan(scores)
        return ratio(np.where(defined, scores, 0.0).sum(axis=0), defined.sum(axis=0).astype(np.float64))

    return measure


def poisson_deviances(truth: Floats, rates: Floats) -> Floats:
    """Each row's deviance 2·(y·ln(y/μ) − y + μ), of the shape given.

    Rates below one machine epsilon count as that: a network that was trained by squares can say less than 0.
    """
    rates = np.maximum(rates, np.finfo(np.float64).eps)
    # y·ln y is 0 at y = 0.
    relative = np.log(np.where(truth > 0, truth, 1.0)) - np.log(rates)
    deviances: Floats = 2 * (truth * relative - truth + rates)
    return deviances


def _poisson_deviance(rows: Judged) -> Measure:
    deviances = poisson_deviances(rows.truth, rows.values)
    return mean_of(deviances if deviances.ndim == 1 else deviances.mean(axis=1))


RMSE = Metric(
    name="rmse",
    title="RMSE",
    formula="√(mean of (ŷ − y)²)",
    purpose="Size of the errors in the target's unit, large ones counting more; the mean minimises it.",
    source="common",
    aliases=("root_mean_squared_error",),
    greater_is_better=False,
    unit="target",
    tasks=("regression", "count", "reconstruction"),
    measure=_rmse,
)
MAE = Metric(
    name="mae",
    title="MAE",
    formula="mean of |ŷ − y|; of quantiles that of the level nearest ½",
    purpose="Size of the errors in the target's unit, each counting by its size; the median minimises it.",
    source="common",
    aliases=("mean_absolute_error",),
    greater_is_better=False,
    unit="target",
    tasks=("regression", "count", "quantile"),
    measure=_mae,
)
MEDIAN_ABSOLUTE_ERROR = Metric(
    name="median_absolute_error",
    title="median error",
    formula="median of |ŷ − y|",
    purpose="The size that half of the errors stay below; a few wild rows do not change it.",
    source="common",
    greater_is_better=False,
    unit="target",
    tasks=("regression", "count", "quantile"),
    measure=_median_absolute_error,
)
MAPE = Metric(
    name="mape",
    title="MAPE",
    formula="mean of |ŷ − y| / |y|; undefined where a true value is 0",
    purpose="Size of the errors as a share of the truth; rewards predicting too little.",
    source="de Myttenaere, Golden, Le Grand, Rossi (2016), Mean absolute percentage error for regression models",
    aliases=("mean_absolute_percentage_error",),
    greater_is_better=False,
    unit="share",
    tasks=("regression", "count", "quantile"),
    measure=_mape,
)
R2 = Metric(
    name="r2",
    title="R²",
    formula="1 − Σ(ŷ − y)² / Σ(y − ȳ)²; undefined for a constant truth",
    purpose="Share of the variance that is explained: 1 perfect, 0 no better than the mean of these rows.",
    source="common",
    aliases=("r_squared",),
    greater_is_better=True,
    unit="plain",
    tasks=("regression", "count"),
    measure=_r2,
)
MEAN_R2 = Metric(
    name="mean_r2",
    title="mean R²",
    formula="mean over targets of 1 − Σ(ŷ − y)² / Σ(y − ȳ)²; constant ones are left out",
    purpose="One number for several targets of different units.",
    source="common",
    greater_is_better=True,
    unit="plain",
    tasks=("regression",),
    measure=_mean_r2,
    passes=lambda rows: rows.targets,
)
POISSON_DEVIANCE = Metric(
    name="poisson_deviance",
    title="Poisson deviance",
    formula="mean of 2·(y·ln(y/μ) − y + μ); of several targets their mean",
    purpose="How far counts are from their predicted rates μ, by the spread that a rate implies; 0 where all are met.",
    source="McCullagh, Nelder (1989), Generalized Linear Models, 2nd ed., section 2.3",
    greater_is_better=False,
    unit="loss",
    tasks=("count",),
    measure=_poisson_deviance,
)
