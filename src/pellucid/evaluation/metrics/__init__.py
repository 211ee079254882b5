"""Metrics as functions of row weights, so that a value and its bootstrap are one code.

Every measure takes weights ``[..., n]`` and returns ``[...]``: ones give the metric, resampling counts give one metric
per resample. What does not depend on the weights (losses of the rows, the order of the scores) is computed once.
"""

from pellucid.evaluation.metrics.judged import CLASS_TASKS, Judged, Judgement, judged_rows
from pellucid.evaluation.metrics.measuring import measures, measures_of, metrics_of
from pellucid.evaluation.metrics.metric import Measure, Metric
from pellucid.evaluation.metrics.numbers import poisson_deviances
from pellucid.evaluation.metrics.probabilities import row_label_losses, row_log_loss
from pellucid.evaluation.metrics.quantiles import middle_level, pinball_losses
from pellucid.evaluation.metrics.ranking import judged_places
from pellucid.evaluation.metrics.registry import METRICS, OWN_METRICS, SEVERAL_TARGETS, TASK_METRICS, task_metrics
from pellucid.evaluation.metrics.roc_auc import one_against_rest

__all__ = [
    "CLASS_TASKS",
    "METRICS",
    "OWN_METRICS",
    "SEVERAL_TARGETS",
    "TASK_METRICS",
    "Judged",
    "Judgement",
    "Measure",
    "Metric",
    "judged_places",
    "judged_rows",
    "measures",
    "measures_of",
    "metrics_of",
    "middle_level",
    "one_against_rest",
    "pinball_losses",
    "poisson_deviances",
    "row_label_losses",
    "row_log_loss",
    "task_metrics",
]
