"""The front: a matrix of scores becomes who stands where, who can be told from whom, and why."""

from collections.abc import Mapping, Sequence

import numpy as np

from pellucid.errors import UsageError
from pellucid.evaluation.metrics import METRICS
from pellucid.evaluation.metrics.metric import Unit
from pellucid.experiments.statistics.binning import Level
from pellucid.experiments.statistics.importance import weigh_factors
from pellucid.experiments.statistics.outcome import Detectable, Pair, Standing, Variant, Verdict
from pellucid.experiments.statistics.paired import mean_intervals
from pellucid.experiments.statistics.pairs import Comparisons, compare_pairs
from pellucid.experiments.statistics.power import smallest_found
from pellucid.experiments.statistics.ranks import exact_means, mean_ranks, standing_order
from pellucid.experiments.statistics.replicates import Replicates, gather
from pellucid.experiments.statistics.wording import unit_of
from pellucid.shapes import Array, Codes, Floats

__all__ = ["stand"]


def stand(
    scores: Floats,
    *,
    variants: Sequence[str],
    repeat: Sequence[int] | Codes,
    fold: Sequence[int] | Codes,
    train_rows: Sequence[int] | Codes,
    test_rows: Sequence[int] | Codes,
    metric: str,
    greater_is_better: bool | None = None,
    unit: Unit | None = None,
    factors: Mapping[str, Sequence[Level]] | None = None,
    same_folds: bool = False,
    level: float = 0.05,
    power: float = 0.8,
) -> Standing:
    """Who stands where, from the scores of variants on shared replicates.

    Args:
        scores: ``[v, n]``, NaN where a network failed; other arguments of the replicates as in ``gather``.
        variants: Labels ``[v]``, each once.
        repeat: Of each column ``[n]``.
        fold: Of each column ``[n]``.
        train_rows: Of each column ``[n]``.
        test_rows: Of each column ``[n]``.
        metric: Name of the score.
        greater_is_better: None takes it from the registered metric.
        unit: As in ``Metric.unit``; None takes it from the registered metric, ``plain`` for others.
        factors: Level of every variant ``[v]`` by factor.
        same_folds: Every repeat holds out the same rows, and only seeds differ.
        level: Of the tests: any false claim about pairs has at most this probability.
        power: At which the detectable difference is told.

    Raises:
        UsageError: If arguments do not fit together.
        TrainingError: If every network failed.
    """
    if greater_is_better is None:
        greater_is_better = METRICS[metric].greater_is_better if metric in METRICS else None
        if greater_is_better is None:
            raise UsageError(f"Variants are ordered by a metric that has a direction; {metric!r} has none. Tell it.")
    replicates = gather(
        scores,
        repeat=repeat,
        fold=fold,
        train_rows=train_rows,
        test_rows=test_rows,
        greater_is_better=greater_is_better,
        same_folds=same_folds,
    )
    _check_labels(variants, factors or {}, len(replicates.scores))
    unit = unit_of(metric, unit)
    ranks = mean_ranks(replicates, greater_is_better=greater_is_better)
    order = standing_order(replicates, ranks, greater_is_better=greater_is_better)
    compared = order[~replicates.everywhere_failed[order]]
    found = compare_pairs(replicates, compared, level=level)
    verdicts = _verdicts(replicates, compared, found, level)
    return Standing(
        metric=metric,
        unit=unit,
        greater_is_better=greater_is_better,
        variants=_variants(replicates, variants, order, ranks, verdicts, bounded=unit == "share", level=level),
        pairs=_pairs(variants, found),
        against_best=len(found.first) < found.family,
        family=found.family,
        chosen=variants[compared[0]],
        detectable=_detectable(replicates, compared, found, verdicts, level, power),
        importance=weigh_factors(replicates, factors or {}, greater_is_better=greater_is_better),
        replicates=replicates.count,
        networks=replicates.networks,
        ratio=replicates.ratio,
        freedom=replicates.freedom,
        worst=replicates.worst if replicates.failures.any() else None,
        level=level,
    )


def _check_labels(variants: Sequence[str], factors: Mapping[str, Sequence[Level]], count: int) -> None:
    if len(variants) != count or len(set(variants)) != count:
        raise UsageError(
            f"Every variant has a label of its own: {count} rows of scores, {len(variants)} labels, "
            f"{len(set(variants))} different ones. Give one label a row."
        )
    for name, levels in factors.items():
        if len(levels) != count:
            raise UsageError(f"Factor {name!r} has {len(levels)} levels for {count} variants. Give one a variant.")


def _verdicts(replicates: Replicates, compared: Array, found: Comparisons, level: float) -> list[Verdict]:
    """Verdicts in the order of the variants ``[v]``."""
    verdicts: list[Verdict] = ["failed"] * len(replicates.scores)
    for variant in compared:
        verdicts[variant] = "untested" if replicates.count < 2 else "equal"
    for place in np.flatnonzero((found.first == compared[0]) & (found.adjusted <= level)):
        verdicts[found.second[place]] = "worse"
    verdicts[compared[0]] = "best"
    return verdicts


def _variants(
    replicates: Replicates,
    labels: Sequence[str],
    order: Array,
    ranks: Floats,
    verdicts: Sequence[Verdict],
    *,
    bounded: bool,
    level: float,
) -> tuple[Variant, ...]:
    means = exact_means(replicates.scores)
    low, high = mean_intervals(replicates, level=level)
    if bounded:
        # A share beyond 0 or 1 is not a value that it can have.
        low, high = np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)
    lost = replicates.everywhere_failed
    return tuple(
        Variant(
            label=labels[variant],
            mean=None if lost[variant] else float(means[variant]),
            low=None if lost[variant] else _known(low[variant]),
            high=None if lost[variant] else _known(high[variant]),
            rank=place + 1,
            mean_rank=float(ranks[variant]),
            failures=int(replicates.failures[variant]),
            verdict=verdicts[variant],
        )
        for place, variant in enumerate(order)
    )


def _pairs(labels: Sequence[str], found: Comparisons) -> tuple[Pair, ...]:
    tests = found.tests
    columns = (tests.difference, tests.low, tests.high, tests.t, tests.p, found.adjusted)
    return tuple(
        Pair(
            first=labels[first],
            second=labels[second],
            difference=float(difference),
            low=_known(low),
            high=_known(high),
            t=_known(t),
            p=_known(p),
            adjusted=_known(adjusted),
        )
        for first, second, difference, low, high, t, p, adjusted in zip(
            found.first, found.second, *columns, strict=True
        )
    )


def _detectable(
    replicates: Replicates,
    compared: Array,
    found: Comparisons,
    verdicts: Sequence[Verdict],
    level: float,
    power: float,
) -> Detectable | None:
    equal = np.array([verdicts[second] == "equal" for second in found.second], dtype=bool)
    errors = found.tests.error[(found.first == compared[0]) & equal]
    # Without noise there is no test, and without error no difference too small.
    if not len(errors) or not np.median(errors) > 0:
        return None
    each = level / found.family
    size = smallest_found(float(np.median(errors)), replicates.freedom, level=each, power=power)
    return Detectable(difference=size, power=power)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
