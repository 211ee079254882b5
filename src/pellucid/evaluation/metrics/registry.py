"""Every metric by name, and which of them a task is judged by unless others are asked for."""

from collections.abc import Mapping

from pellucid.catalogue import Registry
from pellucid.evaluation.metrics.decisions import (
    ACCURACY,
    BALANCED_ACCURACY,
    EXACT_MATCH,
    F1,
    LABELS_RIGHT,
    LARGEST_SHARE,
    MATTHEWS_CORRELATION,
)
from pellucid.evaluation.metrics.metric import ChosenMetric, Metric
from pellucid.evaluation.metrics.neighbours import FIVE_NEAREST_RIGHT, NEAREST_RIGHT, PRECISION_AT_TEN
from pellucid.evaluation.metrics.numbers import MAE, MAPE, MEAN_R2, MEDIAN_ABSOLUTE_ERROR, POISSON_DEVIANCE, R2, RMSE
from pellucid.evaluation.metrics.order import CLASS_DISTANCE, WEIGHTED_KAPPA
from pellucid.evaluation.metrics.probabilities import BRIER, CALIBRATION_ERROR, KL_DIVERGENCE, LOG_LOSS
from pellucid.evaluation.metrics.quantiles import COVERAGE, CROSSING, PINBALL
from pellucid.evaluation.metrics.ranking import NDCG, PAIRS_RIGHT
from pellucid.evaluation.metrics.reconstruction import SPREAD_KEPT
from pellucid.evaluation.metrics.roc_auc import ROC_AUC
from pellucid.evaluation.metrics.sequences import LABEL_ERROR_RATE, SEQUENCES_RIGHT

__all__ = ["METRICS", "OWN_METRICS", "SEVERAL_TARGETS", "TASK_METRICS", "task_metrics"]

METRICS: Registry[Metric, ChosenMetric] = Registry(
    "metric",
    [
        ACCURACY,
        BALANCED_ACCURACY,
        F1,
        MATTHEWS_CORRELATION,
        ROC_AUC,
        LOG_LOSS,
        BRIER,
        CALIBRATION_ERROR,
        LABELS_RIGHT,
        EXACT_MATCH,
        CLASS_DISTANCE,
        WEIGHTED_KAPPA,
        KL_DIVERGENCE,
        LARGEST_SHARE,
        RMSE,
        MAE,
        MEDIAN_ABSOLUTE_ERROR,
        MAPE,
        R2,
        MEAN_R2,
        POISSON_DEVIANCE,
        PINBALL,
        COVERAGE,
        CROSSING,
        NEAREST_RIGHT,
        FIVE_NEAREST_RIGHT,
        PRECISION_AT_TEN,
        PAIRS_RIGHT,
        NDCG,
        SPREAD_KEPT,
        LABEL_ERROR_RATE,
        SEQUENCES_RIGHT,
    ],
    ChosenMetric,
)

TASK_METRICS: Mapping[str, tuple[str, ...]] = {
    "binary": ("accuracy", "roc_auc", "log_loss"),
    "multiclass": ("accuracy", "roc_auc", "log_loss"),
    "multilabel": ("labels_right", "exact_match", "roc_auc", "log_loss"),
    "ordinal": ("class_distance", "accuracy", "weighted_kappa"),
    "distribution": ("kl_divergence", "brier", "largest_share"),
    "regression": ("rmse", "mae", "r2"),
    "count": ("poisson_deviance", "mae", "rmse"),
    "quantile": ("pinball", "coverage", "crossing", "mae"),
    "embedding": ("nearest_right", "five_nearest_right", "precision_at_10"),
    "ranking": ("pairs_right", "ndcg"),
    "reconstruction": ("spread_kept", "rmse"),
    "sequence": ("label_error_rate", "sequences_right"),
}
"""The metrics of each task, the primary one first."""

SEVERAL_TARGETS: Mapping[str, tuple[str, ...]] = {"regression": ("mean_r2",), "count": ("poisson_deviance",)}
"""What several targets are judged by together; units differ from one to the next."""

OWN_METRICS: Mapping[str, tuple[str, ...]] = {
    "regression": ("rmse", "mae", "r2"),
    "count": ("poisson_deviance", "mae", "rmse"),
}
"""What each of several targets is judged by on its own."""


def task_metrics(task: str, targets: int = 1) -> tuple[str, ...]:
    """What all targets together are judged by, the primary metric first."""
    return SEVERAL_TARGETS[task] if targets > 1 else TASK_METRICS[task]
