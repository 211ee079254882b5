"""Metrics as functions of row weights, so that a value and its bootstrap are one code.

Every measure takes weights ``[..., n]`` and returns ``[...]``: ones give the metric, resampling counts give one metric
per resample. What does not depend on the weights (losses of the rows, the order of the scores) is computed once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from pellucid.errors import DataError, TrainingError
from pellucid.shapes import Array, Floats

__all__ = ["METRICS", "TASK_METRICS", "Judgement", "Measure", "Metric", "measures", "metrics_of"]

Measure: TypeAlias = Callable[[Floats], Floats]
"""Row weights ``[..., n]`` to values ``[...]``, NaN where the metric is undefined."""


@dataclass(frozen=True)
class Metric:
    """What a metric is called and how it reads.

    Attributes:
        name: Stable key.
        title: Name for people, as it stands in a table's head.
        greater_is_better: Direction.
        unit: ``share`` (of 1, differences read as points), ``target`` (the target's own unit) or ``plain``.
    """

    name: str
    title: str
    greater_is_better: bool
    unit: str


METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("accuracy", "accuracy", True, "share"),
        Metric("roc_auc", "ROC AUC", True, "plain"),
        Metric("log_loss", "log loss", False, "plain"),
        Metric("rmse", "RMSE", False, "target"),
        Metric("mae", "MAE", False, "target"),
        Metric("r2", "R²", True, "plain"),
    )
}
TASK_METRICS: Mapping[str, tuple[str, ...]] = {
    "binary": ("accuracy", "roc_auc", "log_loss"),
    "multiclass": ("accuracy", "roc_auc", "log_loss"),
    "regression": ("rmse", "mae", "r2"),
}
"""The metrics of each task, the primary one first."""


class Judgement(NamedTuple):
    """What a model says about n rows; a plain pair does as well.

    Attributes:
        values: Class codes int64 ``[n]``, or numbers float64 ``[n]`` in the target's unit.
        probabilities: ``[n, c]``, rows sum to 1; None for a regression or where a model has none.
    """

    values: Array
    probabilities: Floats | None = None


def metrics_of(
    task: str, truth: Array, prediction: Array, probabilities: Floats | None = None
) -> dict[str, float | None]:
    """Every metric of the task on these rows, the primary one first; None where it is undefined.

    Args:
        task: binary, multiclass or regression.
        truth: Class codes int64 ``[n]`` in 0…c−1, or numbers float64 ``[n]``.
        prediction: The same for the model.
        probabilities: ``[n, c]``; without them there is no ROC AUC and no log loss.

    Raises:
        DataError: If there is no row or a code is outside 0…c−1.
        TrainingError: If a prediction is NaN or infinite.
    """
    ones = np.ones(len(truth))
    found = {name: float(measure(ones)) for name, measure in measures(task, truth, prediction, probabilities).items()}
    return {name: value if np.isfinite(value) else None for name, value in found.items()}


def measures(task: str, truth: Array, prediction: Array, probabilities: Floats | None = None) -> dict[str, Measure]:
    """The task's metrics as functions of row weights; arguments and errors as in ``metrics_of``."""
    check_rows(task, truth, prediction, probabilities)
    if task == "regression":
        return _regression(np.asarray(truth, dtype=np.float64), np.asarray(prediction, dtype=np.float64))
    found: dict[str, Measure] = {"accuracy": _mean_of((truth == prediction).astype(np.float64))}
    if probabilities is not None:
        found["roc_auc"] = _roc_auc(truth, np.asarray(probabilities, dtype=np.float64), task)
        found["log_loss"] = _mean_of(row_log_loss(truth, probabilities))
    return found


def check_rows(task: str, truth: Array, prediction: Array, probabilities: Floats | None) -> None:
    """Refuse what no metric can be computed from; errors as in ``metrics_of``."""
    if len(truth) == 0:
        raise DataError("There are no rows to judge on. Give a table with at least one row that has a target.")
    if len(prediction) != len(truth) or (probabilities is not None and len(probabilities) != len(truth)):
        raise ValueError(f"{len(truth)} rows of truth were given with {len(prediction)} predictions.")
    if not np.isfinite(prediction).all() or (probabilities is not None and not np.isfinite(probabilities).all()):
        raise TrainingError(
            "Some predictions are not numbers (NaN or infinite), so they cannot be judged: training diverged. "
            "Lower the learning rate (--lr)."
        )
    if task != "regression":
        classes = probabilities.shape[1] if probabilities is not None else None
        wrong = (truth < 0) if classes is None else (truth < 0) | (truth >= classes)
        if wrong.any():
            raise DataError(
                f"{int(wrong.sum())} rows have a class that the model does not know or no class at all, the first "
                f"being row {int(np.flatnonzero(wrong)[0])}. Leave them out before judging."
            )
    elif not np.isfinite(truth).all():
        raise DataError("Some rows have no finite target. Leave them out before judging.")


def row_log_loss(truth: Array, probabilities: Floats) -> Floats:
    """−ln of the probability given to the true class ``[n]``, kept finite by one machine epsilon."""
    given = np.asarray(probabilities, dtype=np.float64)[np.arange(len(truth)), truth]
    epsilon = np.finfo(np.float64).eps
    losses: Floats = -np.log(np.clip(given, epsilon, 1 - epsilon))
    return losses


def _mean_of(rows: Floats) -> Measure:
    def measure(weights: Floats) -> Floats:
        mean: Floats = weights @ rows / weights.sum(axis=-1)
        return mean

    return measure


def _regression(truth: Floats, prediction: Floats) -> dict[str, Measure]:
    error = prediction - truth
    mean_square = _mean_of(error**2)
    # The variance is taken around the plain mean: E[d²] − E[d]² would otherwise cancel for targets far from zero.
    deviation = truth - truth.mean()
    first, second = _mean_of(deviation), _mean_of(deviation**2)

    def rmse(weights: Floats) -> Floats:
        root: Floats = np.sqrt(mean_square(weights))
        return root

    def r2(weights: Floats) -> Floats:
        # R² = 1 − Σw(ŷ−y)² / Σw(y−ȳ)²; undefined for a constant truth.
        square = second(weights)
        variance = square - first(weights) ** 2
        constant = variance <= 1e-12 * square if truth.max() > truth.min() else np.ones(np.shape(square), dtype=bool)
        with np.errstate(divide="ignore", invalid="ignore"):
            score: Floats = np.where(constant, np.nan, 1 - mean_square(weights) / variance)
        return score

    return {"rmse": rmse, "mae": _mean_of(np.abs(error)), "r2": r2}


def _roc_auc(truth: Array, probabilities: Floats, task: str) -> Measure:
    """Area under the ROC curve; for many classes the mean of one-against-the-rest over the classes that occur."""
    classes = probabilities.shape[1]
    if task == "binary":
        return _one_against_rest(truth == 1, probabilities[:, 1])
    parts = [
        _one_against_rest(truth == code, probabilities[:, code]) for code in range(classes) if (truth == code).any()
    ]

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


def _one_against_rest(positive: Array, scores: Floats) -> Measure:
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
