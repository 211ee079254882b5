"""Metrics of predicted quantiles: pinball loss, and whether they hold what they promise."""

import numpy as np

from pellucid.evaluation.metrics.judged import Judged
from pellucid.evaluation.metrics.metric import Measure, Metric, mean_of
from pellucid.shapes import Floats

__all__ = ["COVERAGE", "CROSSING", "PINBALL", "middle_level", "pinball_losses"]


def middle_level(levels: tuple[float, ...]) -> int:
    """Place of the level nearest ½, the lower of two."""
    return int(np.argmin(np.abs(np.asarray(levels) - 0.5)))


def pinball_losses(truth: Floats, values: Floats, levels: tuple[float, ...]) -> Floats:
    """Pinball losses ``[n, q]``: τ·(y − ŷ) where the truth lies above, (1 − τ)·(ŷ − y) where below."""
    short = truth[:, None] - values
    level = np.asarray(levels)
    losses: Floats = np.maximum(level * short, (level - 1) * short)
    return losses


def _pinball(rows: Judged) -> Measure:
    return mean_of(pinball_losses(rows.truth, rows.values, rows.levels).mean(axis=1))


def _coverage(rows: Judged) -> Measure | None:
    if len(rows.levels) < 2:
        return None
    inside = (rows.values[:, 0] <= rows.truth) & (rows.truth <= rows.values[:, -1])
    return mean_of(inside.astype(np.float64))


def _nominal(rows: Judged) -> float | None:
    # Rounded, so that 0.95 − 0.05 reads 0.9.
    return round(rows.levels[-1] - rows.levels[0], 12) if len(rows.levels) > 1 else None


def _crossing(rows: Judged) -> Measure | None:
    if len(rows.levels) < 2:
        return None
    steps: Floats = np.diff(rows.values, axis=1).min(axis=1)
    return mean_of(np.where(steps < 0, 1.0, 0.0))


PINBALL = Metric(
    name="pinball",
    title="pinball loss",
    formula="mean over rows and levels τ of max(τ·(y − ŷ), (τ − 1)·(y − ŷ))",
    purpose="Error of quantiles in the target's unit; each level's own quantile minimises it, ½ is half the MAE.",
    source="Koenker, Bassett (1978), Regression quantiles",
    aliases=("quantile_loss",),
    greater_is_better=False,
    unit="target",
    tasks=("quantile",),
    measure=_pinball,
)
COVERAGE = Metric(
    name="coverage",
    title="coverage",
    formula="share of rows with ŷ(lowest level) ≤ y ≤ ŷ(highest level)",
    purpose="Whether the widest interval holds as many rows as its levels promise; less is too sure, more too vague.",
    source="Gneiting, Balabdaoui, Raftery (2007), Probabilistic forecasts, calibration and sharpness",
    greater_is_better=None,
    unit="share",
    tasks=("quantile",),
    measure=_coverage,
    aim=_nominal,
    counts_rows=True,
)
CROSSING = Metric(
    name="crossing",
    title="crossing",
    formula="share of rows in which a higher level's quantile lies below a lower level's",
    purpose="Quantiles that contradict one another; 0 where the output cannot cross.",
    source="Chernozhukov, Fernández-Val, Galichon (2010), Quantile and probability curves without crossing",
    greater_is_better=False,
    unit="share",
    tasks=("quantile",),
    measure=_crossing,
)
