"""Metrics of probabilities: how much was given to what came true, and whether it can be taken at its word."""

import numpy as np

from pellucid.evaluation.metrics.judged import Judged
from pellucid.evaluation.metrics.metric import Measure, Metric, mean_of
from pellucid.shapes import Array, Floats

__all__ = ["BRIER", "CALIBRATION_ERROR", "KL_DIVERGENCE", "LOG_LOSS", "row_label_losses", "row_log_loss"]

EPSILON = np.finfo(np.float64).eps
"""Probabilities are kept so far from 0 and 1, so that certainty in the wrong class costs a finite 36."""
BINS = 15
"""As in Guo et al.; equal widths."""


def row_log_loss(truth: Array, probabilities: Floats) -> Floats:
    """−ln of the probability given to the true class ``[n]``, kept finite by one machine epsilon."""
    given = np.asarray(probabilities, dtype=np.float64)[np.arange(len(truth)), truth]
    losses: Floats = -np.log(np.clip(given, EPSILON, 1 - EPSILON))
    return losses


def row_label_losses(truth: Array, probabilities: Floats) -> Floats:
    """−ln of the probability given to what is true of each label ``[n, t]``, kept finite as above."""
    given = np.where(truth == 1, probabilities, 1 - np.asarray(probabilities, dtype=np.float64))
    losses: Floats = -np.log(np.clip(given, EPSILON, 1 - EPSILON))
    return losses


def _log_loss(rows: Judged) -> Measure | None:
    if rows.probabilities is None:
        return None
    if rows.task == "multilabel":
        return mean_of(row_label_losses(rows.truth, rows.probabilities).mean(axis=1))
    return mean_of(row_log_loss(rows.truth, rows.probabilities))


def _brier(rows: Judged) -> Measure | None:
    if rows.probabilities is None:
        return None
    probabilities = np.asarray(rows.probabilities, dtype=np.float64)
    if rows.task == "binary":
        return mean_of((probabilities[:, 1] - rows.truth) ** 2)
    if rows.task == "multilabel":
        return mean_of(((probabilities - rows.truth) ** 2).mean(axis=1))
    truth = rows.truth if rows.task == "distribution" else np.eye(probabilities.shape[1])[rows.truth]
    return mean_of(((probabilities - truth) ** 2).sum(axis=1))


def _calibration_error(rows: Judged) -> Measure | None:
    if rows.probabilities is None:
        return None
    probabilities = np.asarray(rows.probabilities, dtype=np.float64)
    if rows.task == "multilabel":
        # Every label of every row is a statement of its own: that it holds, with this probability.
        sure, right = probabilities, rows.truth.astype(np.float64)
    else:
        said = probabilities.argmax(axis=1)
        sure, right = probabilities.max(axis=1)[:, None], (said == rows.truth).astype(np.float64)[:, None]
    # The k-th bin holds ((k − 1)/15, k/15]; 0 itself goes to the first.
    bins = np.clip(np.ceil(sure * BINS).astype(np.int64) - 1, 0, BINS - 1)
    gaps = np.stack([((right - sure) * (bins == place)).mean(axis=1) for place in range(BINS)], axis=1)

    def measure(weights: Floats) -> Floats:
        error: Floats = np.abs(weights @ gaps).sum(axis=-1) / weights.sum(axis=-1)
        return error

    return measure


def _kl_divergence(rows: Judged) -> Measure:
    assert rows.probabilities is not None
    said = np.clip(rows.probabilities, EPSILON, None)
    # 0·ln 0 is 0: a class that has no share costs nothing here.
    true = np.where(rows.truth > 0, rows.truth, 1.0)
    return mean_of((rows.truth * (np.log(true) - np.log(said))).sum(axis=1))


LOG_LOSS = Metric(
    name="log_loss",
    title="log loss",
    formula="mean of −ln p(true class); of labels the mean over rows and labels",
    purpose="How much probability was given to what came true; being sure and wrong costs most.",
    source="Good (1952), Rational decisions",
    aliases=("cross_entropy",),
    greater_is_better=False,
    unit="plain",
    tasks=("binary", "multiclass", "ordinal", "multilabel"),
    measure=_log_loss,
)
BRIER = Metric(
    name="brier",
    title="Brier score",
    formula="mean of (p − y)² for two classes, of Σ (pₖ − yₖ)² for more and for shares, over labels their mean",
    purpose="Squared distance of the probabilities from what came true; bounded, so single rows cannot rule it.",
    source="Brier (1950), Verification of forecasts expressed in terms of probability",
    aliases=("brier_score",),
    greater_is_better=False,
    unit="loss",
    tasks=("binary", "multiclass", "ordinal", "multilabel", "distribution"),
    measure=_brier,
)
CALIBRATION_ERROR = Metric(
    name="calibration_error",
    title="calibration error",
    formula="Σ over 15 bins of the top probability of (rows in the bin / n)·|share right − mean probability|; of "
    "labels by each label's probability",
    purpose="Whether rows said with 80 % come true 8 times in 10.",
    source="Guo, Pleiss, Sun, Weinberger (2017), On calibration of modern neural networks, eq. (3)",
    aliases=("expected_calibration_error", "ece"),
    greater_is_better=False,
    unit="share",
    tasks=("binary", "multiclass", "ordinal", "multilabel"),
    measure=_calibration_error,
    passes=lambda rows: BINS,
)
KL_DIVERGENCE = Metric(
    name="kl_divergence",
    title="KL divergence",
    formula="mean of Σ yₖ·ln(yₖ / pₖ)",
    purpose="How far predicted shares are from the true ones, in nats; 0 where they agree.",
    source="Kullback, Leibler (1951), On information and sufficiency",
    aliases=("kullback_leibler", "kl"),
    greater_is_better=False,
    unit="loss",
    tasks=("distribution",),
    measure=_kl_divergence,
)
