"""How sure a score is: percentile bootstrap over rows (Efron 1979), all resamples at once."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from pellucid.evaluation.metrics import METRICS, OWN_METRICS, Judged, Measure, judged_rows, measures_of
from pellucid.records import Score
from pellucid.shapes import Array, Floats

__all__ = ["affordable", "bootstrap_intervals", "fewest_rows", "judge", "resampled", "resampled_counts"]

RESAMPLES = 2000
MOST_DRAWS = 40_000_000
"""Rows × resamples (× a metric's passes over them) that one interval may cost: about a second. Beyond, fewer."""
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
    levels: Sequence[float] = (),
    names: Sequence[str] = (),
    metrics: Sequence[str] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[Score, ...]:
    """The task's scores with their 95 % intervals, the primary metric first; an undefined metric is left out.

    Of several targets the scores of all together come first, then those of each, in the order of the targets.

    Args:
        task: As in ``metrics_of``, as are ``truth``, ``prediction``, ``probabilities``, ``levels`` and ``metrics``.
        truth: What was true.
        prediction: What the model says.
        probabilities: How sure it is.
        levels: Those of quantiles.
        names: Of several targets; empty: numbered from 1.
        metrics: Of all targets together; None: those of the task.
        resamples: As in ``bootstrap_intervals``, as is ``seed``.
        seed: Of the draws.

    Raises:
        DataError: As in ``metrics_of``, as are the other errors.
        TrainingError: If a prediction is NaN or infinite.
        UnknownNameError: If there is no such metric.
        UsageError: If a metric is not defined for the task.
    """
    rows = judged_rows(task, truth, prediction, probabilities, levels=levels)
    scores = _scores(rows, measures_of(rows, metrics), resamples, seed)
    for place in range(rows.targets if rows.targets > 1 else 0):
        own = rows.target(place)
        name = names[place] if names else f"target {place + 1}"
        # Each target is drawn as often as all targets can afford.
        scores += _scores(own, measures_of(own, OWN_METRICS[task]), resamples, seed, times=rows.targets, target=name)
    return tuple(scores)


def bootstrap_intervals(
    task: str,
    truth: Array,
    prediction: Array,
    probabilities: Floats | None = None,
    *,
    levels: Sequence[float] = (),
    metrics: Sequence[str] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, tuple[float, float] | None]:
    """95 % interval of every metric; None with fewer than 5 rows or where resamples leave the metric undefined.

    Args:
        task: As in ``metrics_of``, as are ``truth``, ``prediction``, ``probabilities``, ``levels`` and ``metrics``.
        truth: What was true.
        prediction: What the model says.
        probabilities: How sure it is.
        levels: Those of quantiles.
        metrics: Registered names; None: those of the task.
        resamples: How many; very large tables get fewer (at least 200), so that an interval costs about a second.
        seed: Of the draws.

    Raises:
        DataError: As in ``metrics_of``.
        TrainingError: As in ``metrics_of``.
    """
    rows = judged_rows(task, truth, prediction, probabilities, levels=levels)
    return _intervals(rows, measures_of(rows, metrics), resamples, seed)


def resampled(measure: Measure, rows: int, *, resamples: int = RESAMPLES, seed: int = 0) -> Floats:
    """One measure in every resample of the rows ``[resamples]``, fewer of them for very large tables."""
    count = affordable(resamples, rows)
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


def _scores(
    rows: Judged, found: Mapping[str, Measure], resamples: int, seed: int, *, times: int = 1, target: str = ""
) -> list[Score]:
    ones = np.ones(rows.units)
    intervals = _intervals(rows, found, resamples, seed, times=times)
    scores = []
    for name, measure in found.items():
        value = float(measure(ones))
        if np.isfinite(value):
            low, high = intervals[name] or (None, None)
            metric = METRICS[name]
            better, aim = metric.greater_is_better, metric.aim(rows)
            scores.append(
                Score(metric=name, value=value, low=low, high=high, greater_is_better=better, aim=aim, target=target)
            )
    return scores


def _intervals(
    rows: Judged, found: Mapping[str, Measure], resamples: int, seed: int, *, times: int = 1
) -> dict[str, tuple[float, float] | None]:
    if rows.units < fewest_rows or not found:
        return dict.fromkeys(found)
    draws: dict[str, list[Floats]] = {name: [] for name in found}
    afforded = {name: affordable(resamples, rows.units * times * METRICS[name].passes(rows)) for name in found}
    done = 0
    for counts in resampled_counts(rows.units, resamples=max(afforded.values()), seed=seed):
        for name, measure in found.items():
            if done < afforded[name]:
                draws[name].append(measure(counts))
        done += len(counts)
    return {name: _interval(name, np.concatenate(draws[name]), rows.units) for name in found}


def affordable(resamples: int, draws: int) -> int:
    """How many resamples may be drawn when each goes through so many values."""
    return min(resamples, max(FEWEST_RESAMPLES, MOST_DRAWS // draws))


def _interval(name: str, values: Floats, rows: int) -> tuple[float, float] | None:
    defined = values[np.isfinite(values)]
    # With a tenth of the resamples undefined (a class drawn out of existence) the rest is a selection.
    if len(defined) < 0.9 * len(values):
        return None
    low, high = (float(end) for end in np.quantile(defined, (0.025, 0.975)))
    if METRICS[name].counts_rows and low == high and low in (0.0, 1.0):
        # No wrong (or no right) row at all: resampling cannot imagine one. The exact binomial bound can
        # (Clopper & Pearson 1934): α/2 = pⁿ.
        bound = 0.025 ** (1 / rows)
        return (bound, 1.0) if low == 1.0 else (0.0, 1 - bound)
    return low, high
