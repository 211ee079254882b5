"""Predictions to judgement: metrics, how sure they are, plain rivals, and where the errors are. Imports no torch."""

from pellucid.evaluation.baselines import Baseline, fit_baselines
from pellucid.evaluation.comparison import compare, describe_difference
from pellucid.evaluation.confusion import confusion
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
from pellucid.evaluation.metrics import METRICS, TASK_METRICS, Judgement, Metric, metrics_of
from pellucid.evaluation.residuals import residual_summary

__all__ = [
    "METRICS",
    "TASK_METRICS",
    "Baseline",
    "Judgement",
    "Metric",
    "bootstrap_intervals",
    "compare",
    "confusion",
    "describe_difference",
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
    "metrics_of",
    "plural",
    "residual_summary",
]
