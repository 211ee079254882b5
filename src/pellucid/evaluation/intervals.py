"""How sure a score is: percentile bootstrap over rows (Efron 1979), all resamples at once."""

from collections.abc import Iterator, Mapping

import numpy as np

from pellucid.evaluation.metrics import METRICS, Measure, measures
from pellucid.records import Score
from pellucid.shapes import Array, Floats

__all__ = ["bootstrap_intervals", "fewest_rows", "judge", "resampled", "resampled_counts"]

RESAMPLES = 2000
MOST_DRAWS = 40_000_000
"""Rows × resamples (× classes for ROC AUC) that one interval may cost: about a second. Beyond, fewer resamples."""
FEWEST_RESAMPLES = 200
CHUNK = 400_000
"""Counts held at a time; 3 MB of float64 stay in the cache."""
fewest_rows = 5
"""Below this many rows the bootstrap says nothing."""


def judge(
    task: str,
    truth: Array,
    prediction: Array,
    probabilities: Floats | None = None,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[Score, ...]:
    """The task's scores with their 95 % intervals, the primary metric first; an undefined metric is left out.

    Arguments and errors as in ``metrics_of``; ``resamples`` and ``seed`` as in ``bootstrap_intervals``.
    """
    found = measures(task, truth, prediction, probabilities)
    ones = np.ones(len(truth))
    intervals = _intervals(found, len(truth), _classes(task, probabilities), resamples, seed)
    scores = []
    for name, measure in found.items():
        value = float(measure(ones))
        if np.isfinite(value):
            low, high = intervals[name] or (None, None)
            better = METRICS[name].greater_is_better
            scores.append(Score(metric=name, value=value, low=low, high=high, greater_is_better=better))
    return tuple(scores)


def bootstrap_intervals(
    task: str,
    truth: Array,
    prediction: Array,
    probabilities: Floats | None = None,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, tuple[float, float] | None]:
    """95 % interval of every metric; None with fewer than 5 rows or where resamples leave the metric undefined.

    Args:
        task: binary, multiclass or regression.
        truth: Class codes or numbers ``[n]``.
        prediction: The same for the model.
        probabilities: ``[n, c]`` or None.
        resamples: How many; very large tables get fewer (at least 200), so that an interval costs about a second.
        seed: Of the draws.

    Raises:
        DataError: As in ``metrics_of``.
        TrainingError: As in ``metrics_of``.
    """
    found = measures(task, truth, prediction, probabilities)
    return _intervals(found, len(truth), _classes(task, probabilities), resamples, seed)


def resampled(measure: Measure, rows: int, *, resamples: int = RESAMPLES, seed: int = 0) -> Floats:
    """One measure in every resample of the rows ``[resamples]``, fewer of them for very large tables."""
    count = _affordable(resamples, rows)
    return np.concatenate([measure(counts) for counts in resampled_counts(rows, resamples=count, seed=seed)])


def resampled_counts(rows: int, *, resamples: int, seed: int) -> Iterator[Floats]:
    """How often each row was drawn: chunks ``[k, n]`` whose rows sum to n, ``resamples`` rows in all."""
    generator = np.random.default_rng(seed)
    chunk = max(1, CHUNK // rows)
    for start in range(0, resamples, chunk):
        count = min(chunk, resamples - start)
        drawn = generator.integers(0, rows, size=(count, rows))
        drawn += np.arange(count)[:, None] * rows
        yield np.bincount(drawn.ravel(), minlength=count * rows).reshape(count, rows).astype(np.float64)


def _classes(task: str, probabilities: Floats | None) -> int:
    return probabilities.shape[1] if task == "multiclass" and probabilities is not None else 1


def _intervals(
    found: Mapping[str, Measure], rows: int, classes: int, resamples: int, seed: int
) -> dict[str, tuple[float, float] | None]:
    if rows < fewest_rows:
        return dict.fromkeys(found)
    draws: dict[str, list[Floats]] = {name: [] for name in found}
    afforded = {name: _affordable(resamples, rows * (classes if name == "roc_auc" else 1)) for name in found}
    done = 0
    for counts in resampled_counts(rows, resamples=max(afforded.values()), seed=seed):
        for name, measure in found.items():
            if done < afforded[name]:
                draws[name].append(measure(counts))
        done += len(counts)
    return {name: _interval(name, np.concatenate(draws[name]), rows) for name in found}


def _affordable(resamples: int, draws: int) -> int:
    return min(resamples, max(FEWEST_RESAMPLES, MOST_DRAWS // draws))


def _interval(name: str, values: Floats, rows: int) -> tuple[float, float] | None:
    defined = values[np.isfinite(values)]
    # With a tenth of the resamples undefined (a class drawn out of existence) the rest is a selection.
    if len(defined) < 0.9 * len(values):
        return None
    low, high = (float(end) for end in np.quantile(defined, (0.025, 0.975)))
    if name == "accuracy" and low == high and low in (0.0, 1.0):
        # No wrong (or no right) row at all: resampling cannot imagine one. The exact binomial bound can
        # (Clopper & Pearson 1934): α/2 = pⁿ.
        bound = 0.025 ** (1 / rows)
        return (bound, 1.0) if low == 1.0 else (0.0, 1 - bound)
    return low, high
