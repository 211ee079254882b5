"""Every metric once more, from scikit-learn or straight from its definition."""

from collections import Counter
from collections.abc import Callable
from functools import cache

import numpy as np
from made_up_judgements import Case
from sklearn import metrics as oracle

BINS = 15


def middle(made: Case) -> np.ndarray:
    return made.values[:, made.levels.index(0.5)] if made.task == "quantile" else made.values


def per_label(score: Callable[..., float], made: Case, weights: np.ndarray) -> float:
    assert made.probabilities is not None
    pairs = zip(made.truth.T, made.probabilities.T, strict=True)
    return float(np.mean([score(truth, said, weights) for truth, said in pairs]))


def log_loss(made: Case, w: np.ndarray) -> float:
    if made.task == "multilabel":
        return per_label(lambda y, p, w: oracle.log_loss(y, p, sample_weight=w), made, w)
    assert made.probabilities is not None
    labels = range(made.probabilities.shape[1])
    return oracle.log_loss(made.truth, made.probabilities, sample_weight=w, labels=labels)


def roc_auc(made: Case, w: np.ndarray) -> float:
    assert made.probabilities is not None
    scores = made.probabilities[:, 1] if made.task == "binary" else made.probabilities
    return oracle.roc_auc_score(made.truth, scores, sample_weight=w, multi_class="ovr", average="macro")


def brier(made: Case, w: np.ndarray) -> float:
    assert made.probabilities is not None
    if made.task == "multilabel":
        return per_label(lambda y, p, w: oracle.brier_score_loss(y, p, sample_weight=w), made, w)
    if made.task == "distribution":
        return float(np.average(((made.probabilities - made.truth) ** 2).sum(axis=1), weights=w))
    said = made.probabilities[:, 1] if made.task == "binary" else made.probabilities
    labels = range(made.probabilities.shape[1])
    return oracle.brier_score_loss(made.truth, said, sample_weight=w, labels=labels)


def calibration_error(made: Case, w: np.ndarray) -> float:
    """Guo et al. (2017), eq. (3), bin after bin."""
    assert made.probabilities is not None
    if made.task == "multilabel":
        sure, right = made.probabilities.ravel(), made.truth.ravel()
        w = np.repeat(w, made.truth.shape[1])
    else:
        sure, right = made.probabilities.max(axis=1), made.probabilities.argmax(axis=1) == made.truth
    total = 0.0
    for place in range(BINS):
        inside = (place / BINS < sure) & (sure <= (place + 1) / BINS)
        if inside.any():
            gap = np.average(right[inside], weights=w[inside]) - np.average(sure[inside], weights=w[inside])
            total += w[inside].sum() / w.sum() * abs(gap)
    return total


def pairs_right(relevance: np.ndarray, scores: np.ndarray) -> float:
    """Kendall's tau without its tie corrections, pair after pair."""
    counted = [
        0.5 + 0.5 * np.sign(scores[i] - scores[j])
        for i in range(len(scores))
        for j in range(len(scores))
        if relevance[i] > relevance[j]
    ]
    return float(np.mean(counted))


def ndcg(relevance: np.ndarray, scores: np.ndarray) -> float:
    return float(oracle.ndcg_score([relevance - relevance.min()], [scores]))


def edits(made: Case) -> np.ndarray:
    """Levenshtein's distance by its recursive definition."""

    @cache
    def distance(left: tuple[int, ...], right: tuple[int, ...]) -> int:
        if not left or not right:
            return len(left) + len(right)
        same = distance(left[1:], right[1:]) + (left[0] != right[0])
        return min(same, distance(left[1:], right) + 1, distance(left, right[1:]) + 1)

    pairs = zip(made.truth.tolist(), made.values.tolist(), strict=True)
    return np.array([distance(tuple(filter(None, true)), tuple(filter(None, said))) for true, said in pairs])


ORACLES: dict[str, Callable[[Case, np.ndarray], float]] = {
    "accuracy": lambda c, w: oracle.accuracy_score(c.truth, c.values, sample_weight=w),
    "balanced_accuracy": lambda c, w: oracle.balanced_accuracy_score(c.truth, c.values, sample_weight=w),
    "f1": lambda c, w: oracle.f1_score(c.truth, c.values, average="macro", sample_weight=w),
    "matthews_correlation": lambda c, w: oracle.matthews_corrcoef(c.truth, c.values, sample_weight=w),
    "roc_auc": roc_auc,
    "log_loss": log_loss,
    "brier": brier,
    "calibration_error": calibration_error,
    "labels_right": lambda c, w: 1 - oracle.hamming_loss(c.truth, c.values, sample_weight=w),
    "exact_match": lambda c, w: oracle.accuracy_score(c.truth, c.values, sample_weight=w),
    "class_distance": lambda c, w: oracle.mean_absolute_error(c.truth, c.values, sample_weight=w),
    "weighted_kappa": lambda c, w: oracle.cohen_kappa_score(c.truth, c.values, weights="quadratic", sample_weight=w),
    "kl_divergence": lambda c, w: float(
        np.average(
            [
                sum(y * np.log(y / p) for y, p in zip(*row, strict=True) if y > 0)
                for row in zip(c.truth, c.probabilities, strict=True)  # type: ignore[arg-type]
            ],
            weights=w,
        )
    ),
    "largest_share": lambda c, w: oracle.accuracy_score(
        c.truth.argmax(axis=1),
        c.probabilities.argmax(axis=1),  # type: ignore[union-attr]
        sample_weight=w,
    ),
    "rmse": lambda c, w: float(np.sqrt(oracle.mean_squared_error(c.truth, c.values, sample_weight=w))),
    "mae": lambda c, w: oracle.mean_absolute_error(c.truth, middle(c), sample_weight=w),
    "median_absolute_error": lambda c, w: float(np.median(np.repeat(np.abs(middle(c) - c.truth), w.astype(int)))),
    "mape": lambda c, w: oracle.mean_absolute_percentage_error(c.truth, middle(c), sample_weight=w),
    "r2": lambda c, w: oracle.r2_score(c.truth, c.values, sample_weight=w),
    "mean_r2": lambda c, w: oracle.r2_score(c.truth, c.values, sample_weight=w),
    "poisson_deviance": lambda c, w: oracle.mean_poisson_deviance(c.truth, c.values, sample_weight=w),
    "pinball": lambda c, w: float(
        np.mean(
            [
                oracle.mean_pinball_loss(c.truth, said, alpha=level, sample_weight=w)
                for level, said in zip(c.levels, c.values.T, strict=True)
            ]
        )
    ),
    "coverage": lambda c, w: float(
        np.average([row[0] <= y <= row[-1] for y, row in zip(c.truth, c.values, strict=True)], weights=w)
    ),
    "crossing": lambda c, w: float(np.average([list(row) != sorted(row) for row in c.values], weights=w)),
    "nearest_right": lambda c, w: oracle.accuracy_score(c.truth, c.values[:, 0], sample_weight=w),
    "five_nearest_right": lambda c, w: oracle.accuracy_score(
        c.truth, [Counter(row[:5].tolist()).most_common(1)[0][0] for row in c.values], sample_weight=w
    ),
    "precision_at_10": lambda c, w: float(
        np.average(
            [row[:10].tolist().count(truth) / 10 for truth, row in zip(c.truth, c.values, strict=True)], weights=w
        )
    ),
    "pairs_right": lambda c, w: pairs_right(
        np.repeat(c.truth[:, 0], w.astype(int)), np.repeat(c.values, w.astype(int))
    ),
    "ndcg": lambda c, w: ndcg(np.repeat(c.truth[:, 0], w.astype(int)), np.repeat(c.values, w.astype(int))),
    "spread_kept": lambda c, w: oracle.r2_score(c.truth, c.values, sample_weight=w, multioutput="variance_weighted"),
    "label_error_rate": lambda c, w: float(
        sum(w * edits(c)) / sum(w * np.array([np.count_nonzero(row) for row in c.truth]))
    ),
    "sequences_right": lambda c, w: float(np.average([each == 0 for each in edits(c)], weights=w)),
}
