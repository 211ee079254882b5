"""Predictions to judgement: metrics, how sure they are, plain rivals, and where the errors are. Imports no torch."""

from pellucid.evaluation.baselines import Baseline, fit_baselines
from pellucid.evaluation.comparison import compare, describe_difference
from pellucid.evaluation.formatting import (
    format_count,
    format_difference,
    format_interval,
    format_number,
    format_percent,
    format_score,
    format_seconds,
    format_value,
    plural,
)
from pellucid.evaluation.intervals import bootstrap_intervals, judge
from pellucid.evaluation.metrics import METRICS, TASK_METRICS, Judgement, Metric, metrics_of, task_metrics
from pellucid.evaluation.mistakes import (
    confusion,
    count_summary,
    find_mistakes,
    label_summary,
    quantile_summary,
    residual_summary,
    share_summary,
)

__all__ = [
    "METRICS",
    "TASK_METRICS",
    "Baseline",
    "Judgement",
    "Metric",
    "bootstrap_intervals",
    "compare",
    "confusion",
    "count_summary",
    "describe_difference",
    "find_mistakes",
    "fit_baselines",
    "format_count",
    "format_difference",
    "format_interval",
    "format_number",
    "format_percent",
    "format_score",
    "format_seconds",
    "format_value",
    "judge",
    "label_summary",
    "metrics_of",
    "plural",
    "quantile_summary",
    "residual_summary",
    "share_summary",
    "task_metrics",
]
