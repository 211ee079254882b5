"""Whether the network beats a baseline, judged on the same rows: the difference, how sure it is, and the sentence."""

from collections.abc import Sequence

import numpy as np

from pellucid.evaluation.formatting import format_difference, plural
from pellucid.evaluation.intervals import RESAMPLES, affordable, fewest_rows, resampled
from pellucid.evaluation.metrics import METRICS, Judgement, judged_rows, measures_of, task_metrics
from pellucid.printable import THIN
from pellucid.records import ComparisonRecord
from pellucid.shapes import Array, Floats

__all__ = ["compare", "describe_difference"]

FEW_DISAGREEMENTS = 25
"""Below this many rows on which exactly one model is right, the percentile bootstrap of a share is too sure: at 4 : 0
it says better, where the exact sign test has p = 0.125."""


def compare(
    task: str,
    truth: Array,
    network: Judgement | tuple[Array, Floats | None],
    baseline: Judgement | tuple[Array, Floats | None],
    *,
    name: str,
    title: str,
    levels: Sequence[float] = (),
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> ComparisonRecord:
    """The network against one baseline on the primary metric, by a paired bootstrap over the rows.

    Args:
        task: As in ``metrics_of``, as is the shape of ``truth``.
        truth: What was true.
        network: Its (predictions, probabilities or None) on these rows.
        baseline: The same for the baseline.
        name: The baseline's stable name.
        title: What people call it.
        levels: Those of quantiles.
        resamples: How many.
        seed: Of the draws.

    Raises:
        DataError: If there is no row, or a truth that the task does not know.
        TrainingError: If a prediction is NaN or infinite.
    """
    judged = [judged_rows(task, truth, *model, levels=levels) for model in (network, baseline)]
    metric = task_metrics(task, judged[0].targets)[0]
    ours, theirs = (measures_of(each, (metric,))[metric] for each in judged)
    rows = judged[0].units
    ones = np.ones(rows)
    difference = float(ours(ones)) - float(theirs(ones))
    gained = lost = 0
    if metric == "accuracy":
        right, rival = truth == network[0], truth == baseline[0]
        gained, lost = int((right & ~rival).sum()), int((rival & ~right).sum())
    if metric == "accuracy" and gained + lost < FEW_DISAGREEMENTS:
        low, high = _few_disagreements(gained, lost, rows)
    else:
        # Both are measured on the same draws: what makes a resample easy or hard for both cancels.
        afforded = affordable(resamples, rows * METRICS[metric].passes(judged[0]))
        draws = resampled(lambda counts: ours(counts) - theirs(counts), rows, resamples=afforded, seed=seed)
        low, high = (float(end) for end in np.quantile(draws, (0.025, 0.975)))
    verdict = "within noise"
    if rows >= fewest_rows and (low > 0 or high < 0):
        verdict = "better" if (difference > 0) == METRICS[metric].greater_is_better else "worse"
    record = ComparisonRecord(
        baseline=name, metric=metric, difference=difference, low=low, high=high, verdict=verdict, sentence=""
    )
    reference = float(theirs(ones))
    return ComparisonRecord(
        baseline=name,
        metric=metric,
        difference=difference,
        low=low,
        high=high,
        verdict=verdict,
        sentence=f"{plural(rows, judged[0].unit)} cannot tell the networks from {title}"
        if rows < fewest_rows
        else _sentence(record, title, reference, alike=metric == "accuracy" and gained + lost == 0),
    )


def describe_difference(comparison: ComparisonRecord) -> str:
    """The verdict in few words: ``better by 2.8 points (0.4 to 5.6)``, ``within noise: +0.6 points (−1.8 to 3.0)``.

    For a metric where less is better, ``better by`` counts what was saved.
    """
    metric, low, high = comparison.metric, comparison.low, comparison.high
    if comparison.verdict == "within noise":
        return f"within noise: {_signed(comparison)}"
    if comparison.difference < 0:
        low, high = -high, -low
    like = max(abs(low), abs(high))
    size = format_difference(metric, abs(comparison.difference), like=like)
    ends = (format_difference(metric, end, unit=False, like=like) for end in (low, high))
    return f"{comparison.verdict} by {size} ({' to '.join(ends)})"


def _sentence(comparison: ComparisonRecord, title: str, reference: float, *, alike: bool) -> str:
    if alike:
        return f"no different from {title}: both are right on the same rows"
    if comparison.verdict == "within noise":
        name = "" if METRICS[comparison.metric].unit == "share" else f"{METRICS[comparison.metric].title} "
        return f"no different from {title} beyond noise: {name}{_signed(comparison)}"
    verdict, _, size = describe_difference(comparison).partition(" by ")
    if METRICS[comparison.metric].unit == "share":
        return f"{verdict} than {title} by {size}"
    # A unit says little to who does not know the table; the share of the baseline's error does. Of what is better the
    # larger it is (R²) a share would say nothing, and no more where the baseline's error is next to nothing.
    direction = "lower" if comparison.difference < 0 else "higher"
    an_error = reference > 0 and not METRICS[comparison.metric].greater_is_better
    share = abs(comparison.difference) / reference if an_error else 0.0
    part = f", which is {share * 100:.0f}{THIN}%" if 0.005 <= share < 10 else ""
    return f"{verdict} than {title}: {METRICS[comparison.metric].title} {direction} by {size}{part}"


def _signed(comparison: ComparisonRecord) -> str:
    metric = comparison.metric
    like = max(abs(comparison.low), abs(comparison.high))
    ends = (format_difference(metric, end, unit=False, like=like) for end in (comparison.low, comparison.high))
    return f"{format_difference(metric, comparison.difference, sign=True, like=like)} ({' to '.join(ends)})"


def _few_disagreements(gained: int, lost: int, rows: int) -> tuple[float, float]:
    # Agresti & Min (2005), "Simple improved confidence intervals for comparing matched proportions": half a row is
    # added to each of the four cells of the paired table, then d ± 1.96·√((b + c) − (b − c)²/n)/n.
    if gained == lost == 0:
        return 0.0, 0.0
    more, fewer, total = gained + 0.5, lost + 0.5, rows + 2.0
    middle = (more - fewer) / total
    spread = 1.959964 * np.sqrt(more + fewer - (more - fewer) ** 2 / total) / total
    return max(-1.0, float(middle - spread)), min(1.0, float(middle + spread))
