"""Rules E3xx: modes, evaluation and metrics."""

from pellucid.doctor.rule import Rule
from pellucid.doctor.rules.evaluation import (
    broadcast_metric,
    dropout_defined_never_used,
    evaluated_in_training_mode,
    evaluation_with_gradients,
    functional_dropout_always_on,
    mean_of_batch_means,
    metric_state_not_reset,
    no_validation,
    tiny_batch_norm_batch,
    train_eval_gap,
    trained_in_evaluation_mode,
    wrong_decision_threshold,
    wrong_normaliser,
)

__all__ = ["EVALUATION"]

EVALUATION: tuple[Rule, ...] = (
    evaluated_in_training_mode.RULE,
    trained_in_evaluation_mode.RULE,
    functional_dropout_always_on.RULE,
    tiny_batch_norm_batch.RULE,
    train_eval_gap.RULE,
    mean_of_batch_means.RULE,
    broadcast_metric.RULE,
    wrong_decision_threshold.RULE,
    metric_state_not_reset.RULE,
    evaluation_with_gradients.RULE,
    no_validation.RULE,
    wrong_normaliser.RULE,
    dropout_defined_never_used.RULE,
)
