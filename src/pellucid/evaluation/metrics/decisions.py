"""Metrics of decided classes and labels: which was said, not how surely."""

import numpy as np

from pellucid.evaluation.metrics.judged import Judged
from pellucid.evaluation.metrics.metric import Measure, Metric, mean_of, ratio
from pellucid.shapes import Floats

__all__ = [
    "ACCURACY",
    "BALANCED_ACCURACY",
    "EXACT_MATCH",
    "F1",
    "LABELS_RIGHT",
    "LARGEST_SHARE",
    "MATTHEWS_CORRELATION",
]


def _accuracy(rows: Judged) -> Measure:
    return mean_of((rows.truth == rows.values).astype(np.float64))


def _labels_right(rows: Judged) -> Measure:
    return mean_of((rows.truth == rows.values).mean(axis=1))


def _exact_match(rows: Judged) -> Measure:
    return mean_of((rows.truth == rows.values).all(axis=1).astype(np.float64))


def _largest_share(rows: Judged) -> Measure:
    assert rows.probabilities is not None
    said = rows.probabilities.argmax(axis=1)
    # Where two true shares are equally large, either is right.
    right = rows.truth[np.arange(rows.rows), said] == rows.truth.max(axis=1)
    return mean_of(right.astype(np.float64))


def _memberships(rows: Judged) -> tuple[Floats, Floats]:
    """Who belongs to which class (or has which label), truly and as said: 0 or 1, ``[n, c]`` each."""
    if rows.task == "multilabel":
        return rows.truth.astype(np.float64), rows.values.astype(np.float64)
    codes = np.union1d(rows.truth, rows.values)
    return (rows.truth[:, None] == codes).astype(np.float64), (rows.values[:, None] == codes).astype(np.float64)


def _classes(rows: Judged) -> int:
    return rows.truth.shape[1] if rows.task == "multilabel" else int(max(rows.truth.max(), rows.values.max())) + 1


def _mean_over(shares: Floats) -> Floats:
    """The mean over the last axis of what is defined there."""
    defined = ~np.isnan(shares)
    return ratio(np.where(defined, shares, 0.0).sum(axis=-1), defined.sum(axis=-1).astype(np.float64))


def _balanced_accuracy(rows: Judged) -> Measure:
    true, said = _memberships(rows)

    def measure(weights: Floats) -> Floats:
        return _mean_over(ratio(weights @ (true * said), weights @ true))

    return measure


def _f1(rows: Judged) -> Measure:
    true, said = _memberships(rows)

    def measure(weights: Floats) -> Floats:
        # 2·TP / (2·TP + FP + FN); a class that neither occurs nor is said has none.
        return _mean_over(ratio(2 * (weights @ (true * said)), weights @ true + weights @ said))

    return measure


def _matthews(rows: Judged) -> Measure:
    true, said = _memberships(rows)
    right = (true * said).sum(axis=1)

    def measure(weights: Floats) -> Floats:
        # Gorodkin's formula with s = Σw, c = Σw·[right], t and p the weights of each class, true and said.
        s, c, t, p = weights.sum(axis=-1), weights @ right, weights @ true, weights @ said
        covariance = c * s - (t * p).sum(axis=-1)
        spread = np.sqrt((s**2 - (p**2).sum(axis=-1)) * (s**2 - (t**2).sum(axis=-1)))
        return np.where(spread > 0, covariance / np.where(spread > 0, spread, 1.0), 0.0)

    return measure


ACCURACY = Metric(
    name="accuracy",
    title="accuracy",
    formula="share of rows with ŷ = y",
    purpose="How often the class is right; says little where one class is rare.",
    source="common",
    greater_is_better=True,
    unit="share",
    tasks=("binary", "multiclass", "ordinal"),
    measure=_accuracy,
    counts_rows=True,
)
BALANCED_ACCURACY = Metric(
    name="balanced_accuracy",
    title="balanced accuracy",
    formula="mean over classes of (rows rightly said to be of the class / rows of the class)",
    purpose="Accuracy in which every class counts alike, however rare; classes without a row are left out.",
    source="Brodersen, Ong, Stephan, Buhmann (2010), The balanced accuracy and its posterior distribution",
    greater_is_better=True,
    unit="share",
    tasks=("binary", "multiclass", "ordinal"),
    measure=_balanced_accuracy,
    passes=_classes,
)
F1 = Metric(
    name="f1",
    title="F1 (macro)",
    formula="mean over classes of 2·TP / (2·TP + FP + FN)",
    purpose="Balance of finding a class and being right when it is said; every class, or label, counts alike.",
    source="van Rijsbergen (1979), Information Retrieval, 2nd ed., chapter 7; macro average",
    aliases=("f1_macro", "f_score"),
    greater_is_better=True,
    unit="plain",
    tasks=("binary", "multiclass", "ordinal", "multilabel"),
    measure=_f1,
    passes=_classes,
)
MATTHEWS_CORRELATION = Metric(
    name="matthews_correlation",
    title="MCC",
    formula="(c·s − Σ tₖ·pₖ) / √((s² − Σ pₖ²)·(s² − Σ tₖ²)); s rows, c right ones, tₖ truly of class k, pₖ said to be",
    purpose="Correlation of truth and decision that no class ratio flatters: 1 perfect, 0 no better than chance, and 0 "
    "where all rows are of one class or all are said to be.",
    source="Gorodkin (2004), Comparing two K-category assignments by a K-category correlation coefficient",
    aliases=("mcc",),
    greater_is_better=True,
    unit="plain",
    tasks=("binary", "multiclass", "ordinal"),
    measure=_matthews,
    passes=_classes,
)
LABELS_RIGHT = Metric(
    name="labels_right",
    title="labels right",
    formula="mean over rows and labels of [ŷ = y]; 1 − Hamming loss",
    purpose="How often one label is right; rare labels are right by never being said.",
    source="Schapire, Singer (1999), Improved boosting algorithms using confidence-rated predictions, section 7.1",
    aliases=("hamming_accuracy",),
    greater_is_better=True,
    unit="share",
    tasks=("multilabel",),
    measure=_labels_right,
)
EXACT_MATCH = Metric(
    name="exact_match",
    title="exact match",
    formula="share of rows with all labels right",
    purpose="How often a row's whole set of labels is right.",
    source="common",
    aliases=("subset_accuracy",),
    greater_is_better=True,
    unit="share",
    tasks=("multilabel",),
    measure=_exact_match,
    counts_rows=True,
)
LARGEST_SHARE = Metric(
    name="largest_share",
    title="largest right",
    formula="share of rows in which the largest predicted share belongs to a largest true one",
    purpose="How often the foremost part of a distribution is right.",
    source="common",
    greater_is_better=True,
    unit="share",
    tasks=("distribution",),
    measure=_largest_share,
    counts_rows=True,
)
