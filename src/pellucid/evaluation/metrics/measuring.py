"""From truth and predictions to the metrics of their task, as functions of row weights or as numbers."""

from collections.abc import Sequence

import numpy as np

from pellucid.errors import UsageError
from pellucid.evaluation.metrics.judged import Judged, judged_rows
from pellucid.evaluation.metrics.metric import Measure
from pellucid.evaluation.metrics.registry import METRICS, task_metrics
from pellucid.shapes import Array, Floats

__all__ = ["measures", "measures_of", "metrics_of"]


def metrics_of(
    task: str,
    truth: Array,
    prediction: Array,
    probabilities: Floats | None = None,
    *,
    levels: Sequence[float] = (),
    metrics: Sequence[str] | None = None,
) -> dict[str, float | None]:
    """Every metric of the task on these rows, the primary one first; None where it is undefined.

    Args:
        task: One that ``Judged`` knows.
        truth: What was true; shapes as in ``Judged``, class codes in 0…c−1.
        prediction: The same for the model.
        probabilities: Without them there is no ROC AUC and no log loss.
        levels: Those of quantiles.
        metrics: Registered names; None: those that the task is judged by.

    Raises:
        DataError: If there is no row, or a truth that the task does not know.
        TrainingError: If a prediction is NaN or infinite.
        UnknownNameError: If there is no such metric.
        UsageError: If a metric is not defined for the task.
    """
    rows = judged_rows(task, truth, prediction, probabilities, levels=levels)
    found = measures_of(rows, metrics)
    ones = np.ones(rows.units)
    values = {name: float(measure(ones)) for name, measure in found.items()}
    return {name: value if np.isfinite(value) else None for name, value in values.items()}


def measures(
    task: str,
    truth: Array,
    prediction: Array,
    probabilities: Floats | None = None,
    *,
    levels: Sequence[float] = (),
    metrics: Sequence[str] | None = None,
) -> dict[str, Measure]:
    """The task's metrics as functions of the weights of its rows, or of the groups of a ranking.

    Arguments and errors are as in ``metrics_of``. Of several targets these are the metrics of all together.
    """
    return measures_of(judged_rows(task, truth, prediction, probabilities, levels=levels), metrics)


def measures_of(rows: Judged, metrics: Sequence[str] | None = None) -> dict[str, Measure]:
    """The same for rows that were looked at before; what they lack the material for is left out."""
    found = {}
    for name in task_metrics(rows.task, rows.targets) if metrics is None else metrics:
        metric = METRICS[name]
        several = task_metrics(rows.task, rows.targets) if rows.targets > 1 else ()
        if rows.task not in metric.tasks or (several and metric.name not in several):
            known = several or tuple(entry.name for entry in METRICS if rows.task in entry.tasks)
            raise UsageError(
                f"{metric.name} is not defined for {'several targets' if several else 'a target'} of the task "
                f"{rows.task}. Choose from {', '.join(known)}."
            )
        measure = metric.measure(rows)
        if measure is not None:
            found[metric.name] = measure
    return found
