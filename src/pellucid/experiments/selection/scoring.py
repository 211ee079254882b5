"""How wrong the predictions of many candidates are, all at once; the less the better."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from pellucid.errors import UsageError
from pellucid.evaluation import METRICS, Judgement, task_metrics
from pellucid.evaluation.metrics import Measure, judged_rows, measures_of, poisson_deviances
from pellucid.shapes import Array, Floats

__all__ = ["Score", "Scorer", "judgement", "measure_of", "scorer"]

Score: TypeAlias = tuple[str, str] | Callable[[Floats, Array], float]
"""A task with the name of one of its metrics, or a function of predictions ``[n, p]`` and their truth, the greater the
better."""

_CLASSES = ("binary", "multiclass", "ordinal")
_EPSILON = np.finfo(np.float64).eps
"""As in the metrics: certainty in the wrong class costs a finite 36."""


@dataclass(frozen=True)
class Scorer:
    """A loss of averages of candidates on fixed rows.

    Attributes:
        read: Of predictions ``[k, n, p]`` what the loss depends on, ``[k, n, q]``. It is affine, so that what is read
            of a mean is the mean of what is read: done once for every candidate, not once for every mixture.
        losses: ``[k, n, q] → [k]``; +∞ where the loss is undefined.
    """

    read: Callable[[Floats], Floats]
    losses: Callable[[Floats], Floats]


def scorer(score: Score, truth: Array, *, levels: Sequence[float] = ()) -> Scorer:
    """The loss whose least value is the best score.

    Args:
        score: What to judge by.
        truth: Of the rows ``[n, …]``, as in ``evaluation.judge``.
        levels: Those of quantiles.

    Raises:
        UnknownNameError: If there is no such metric.
        UsageError: If the metric is not defined for the task.
    """
    if callable(score):
        return _by_hand(score, truth)
    task, name = score
    metric = METRICS[name]
    if task not in metric.tasks:
        known = ", ".join(entry.name for entry in METRICS if task in entry.tasks)
        raise UsageError(f"{metric.name} is not defined for a target of the task {task}. Choose from {known}.")
    made = _FAST.get(metric.name)
    found = made(task, truth, np.asarray(levels)) if made else None
    return _by_metric(task, metric.name, truth, tuple(levels)) if found is None else found


def judgement(task: str, predictions: Floats) -> Judgement:
    """Predictions ``[n, p]`` as metrics read them: what is decided from them, and the probabilities.

    Classes are decided by the largest probability, or the sign of a single score; ordered classes by their median,
    labels from one half on.
    """
    if task in _CLASSES:
        if predictions.shape[1] == 1:
            return Judgement((predictions[:, 0] > 0).astype(np.int64))
        decided = _medians(np.cumsum(predictions, axis=-1)) if task == "ordinal" else predictions.argmax(axis=1)
        return Judgement(decided, predictions)
    if task == "multilabel":
        return Judgement((predictions >= 0.5).astype(np.int64), predictions)
    return Judgement(predictions, predictions if task == "distribution" else None)


def measure_of(score: Score, truth: Array, predictions: Floats, *, levels: Sequence[float] = ()) -> Measure | None:
    """The loss of predictions ``[n, p]`` as a function of row counts ``[r, n] → [r]``; None if it is undefined.

    Args:
        score: As in ``scorer``, as are ``truth`` and ``levels``.
        truth: Of the rows.
        predictions: What is said of them.
        levels: Those of quantiles.
    """
    if callable(score):
        ask = score

        def by_hand(counts: Floats) -> Floats:
            drawn = [np.repeat(np.arange(len(truth)), row.astype(np.int64)) for row in np.atleast_2d(counts)]
            return np.array([-ask(predictions[rows], truth[rows]) for rows in drawn])

        return by_hand
    task, metric = score[0], METRICS[score[1]]
    rows = judged_rows(task, truth, *judgement(task, predictions), levels=levels)
    if rows.targets > 1 and metric.name not in task_metrics(task, rows.targets):
        raise UsageError(
            f"{metric.name} is not defined for several targets. Choose {task_metrics(task, rows.targets)[0]}."
        )
    measure = measures_of(rows, (metric.name,)).get(metric.name)
    if measure is None:
        return None
    found, aim = measure, metric.aim(rows)

    def by_metric(counts: Floats) -> Floats:
        values = found(counts)
        if metric.greater_is_better is None:
            values = np.abs(values - (aim or 0.0))
        return -values if metric.greater_is_better else values

    return by_metric


def _by_hand(score: Callable[[Floats, Array], float], truth: Array) -> Scorer:
    def losses(predictions: Floats) -> Floats:
        return _defined(np.array([-score(each, truth) for each in predictions], dtype=np.float64))

    return Scorer(_as_is, losses)


def _by_metric(task: str, metric: str, truth: Array, levels: tuple[float, ...]) -> Scorer:
    """Any metric, one candidate after the other."""
    ones = np.ones(len(truth))

    def losses(predictions: Floats) -> Floats:
        found = [measure_of((task, metric), truth, each, levels=levels) for each in predictions]
        return _defined(np.array([np.nan if each is None else float(each(ones)) for each in found]))

    return Scorer(_as_is, losses)


def _as_is(predictions: Floats) -> Floats:
    return predictions


def _defined(losses: Floats) -> Floats:
    return np.where(np.isnan(losses), np.inf, losses)


def _medians(at_most: Floats) -> Array:
    """Median class from the probabilities of at most each class ``[…, c]``."""
    return np.asarray((at_most[..., :-1] < 0.5).sum(axis=-1), dtype=np.int64)


def _columns(truth: Array) -> Array:
    """``[n]`` as ``[n, 1]``."""
    return truth[:, None] if truth.ndim == 1 else truth


def _log_loss(task: str, truth: Array, levels: Floats) -> Scorer:
    def read(p: Floats) -> Floats:
        if task == "multilabel":
            return np.where(truth == 1, p, 1 - p)
        return np.take_along_axis(p, np.broadcast_to(truth[None, :, None], (len(p), len(truth), 1)), axis=2)

    def losses(given: Floats) -> Floats:
        kept = np.clip(given, _EPSILON, 1 - _EPSILON).reshape(len(given), -1)
        count = kept.shape[1]
        # A logarithm costs as much as a dozen products: 16 factors, each at least ε, stay above the least float64.
        whole = count - count % 16
        products = np.multiply.reduce(kept[:, :whole].reshape(len(given), 16, whole // 16), axis=1)
        sums: Floats = -(np.log(products).sum(axis=1) + np.log(kept[:, whole:]).sum(axis=1)) / count
        return sums

    return Scorer(read, losses)


def _brier(task: str, truth: Array, levels: Floats) -> Scorer:
    def read(p: Floats) -> Floats:
        if task == "binary":
            return p[..., 1:] - truth[:, None]
        return p - (np.eye(p.shape[2])[truth] if truth.ndim == 1 else truth)

    columns = truth.shape[1] if task == "multilabel" else 1
    return Scorer(read, lambda gap: (gap**2).sum(axis=2).mean(axis=1) / columns)


def _accuracy(task: str, truth: Array, levels: Floats) -> Scorer:
    if task == "ordinal":
        return Scorer(_at_most, lambda at_most: (_medians(at_most) != truth).mean(axis=1))
    # Rows sorted by class, classes along slow memory: every class is then compared as one block.
    order = np.argsort(truth, kind="stable")
    present, counts = np.unique(truth, return_counts=True)
    ends = np.cumsum(counts)

    def read(p: Floats) -> Floats:
        return np.ascontiguousarray(p[:, order].swapaxes(1, 2)).swapaxes(1, 2)

    def losses(p: Floats) -> Floats:
        if p.shape[2] == 1:
            alone: Floats = ((p[..., 0] > 0) != truth[order]).mean(axis=1)
            return alone
        wrong = np.zeros(len(p))
        for c, end, count in zip(present.tolist(), ends.tolist(), counts.tolist(), strict=True):
            rows = p[:, end - count : end].swapaxes(1, 2)
            own = rows[:, c]
            # A tie goes to the first class.
            missed = rows[:, c + 1 :].max(axis=1, initial=-np.inf) > own
            missed |= rows[:, :c].max(axis=1, initial=-np.inf) >= own
            wrong += missed.sum(axis=1)
        return wrong / len(truth)

    return Scorer(read, losses)


def _class_distance(task: str, truth: Array, levels: Floats) -> Scorer:
    return Scorer(_at_most, lambda at_most: np.abs(_medians(at_most) - truth).mean(axis=1))


def _at_most(p: Floats) -> Floats:
    return np.cumsum(p, axis=2)


def _labels_right(task: str, truth: Array, levels: Floats) -> Scorer:
    return Scorer(_as_is, lambda p: ((p >= 0.5) != (truth == 1)).mean(axis=(1, 2)))


def _kl_divergence(task: str, truth: Array, levels: Floats) -> Scorer:
    entropy = float((truth * np.log(np.where(truth > 0, truth, 1.0))).sum(axis=1).mean())
    return Scorer(_as_is, lambda p: entropy - (truth * np.log(np.clip(p, _EPSILON, None))).sum(axis=2).mean(axis=1))


def _of_errors(losses: Callable[[Floats], Floats]) -> Callable[[str, Array, Floats], Scorer]:
    """A loss of ŷ − y ``[k, n, t]``."""
    return lambda task, truth, levels: Scorer(lambda values: values - _columns(truth), losses)


def _r2(task: str, truth: Array, levels: Floats) -> Scorer | None:
    spread = _columns(truth).var(axis=0)
    varied = spread > 1e-12 * np.square(_columns(truth)).mean(axis=0)
    if not varied.any():
        return None
    # 1 − R², over targets its mean; a constant one is left out.
    return Scorer(
        lambda values: (values - _columns(truth))[..., varied],
        lambda errors: ((errors**2).mean(axis=1) / spread[varied]).mean(axis=1) - 1,
    )


def _poisson_deviance(task: str, truth: Array, levels: Floats) -> Scorer:
    return Scorer(_as_is, lambda rates: poisson_deviances(_columns(truth), rates).mean(axis=(1, 2)))


def _pinball(task: str, truth: Array, levels: Floats) -> Scorer:
    return Scorer(
        lambda values: truth[:, None] - values,
        lambda short: np.maximum(levels * short, (levels - 1) * short).mean(axis=(1, 2)),
    )


def _mae(task: str, truth: Array, levels: Floats) -> Scorer | None:
    # Of quantiles it is that of one level.
    return None if task == "quantile" else _of_errors(lambda e: np.abs(e).mean(axis=(1, 2)))(task, truth, levels)


_FAST: dict[str, Callable[[str, Array, Floats], Scorer | None]] = {
    "log_loss": _log_loss,
    "brier": _brier,
    "accuracy": _accuracy,
    "class_distance": _class_distance,
    "labels_right": _labels_right,
    "kl_divergence": _kl_divergence,
    "rmse": _of_errors(lambda errors: np.sqrt((errors**2).mean(axis=(1, 2)))),
    "mae": _mae,
    "r2": _r2,
    "mean_r2": _r2,
    "poisson_deviance": _poisson_deviance,
    "pinball": _pinball,
}
"""Metrics that are computed for all candidates together; every other one is computed for one after the other."""
