"""Rules L1xx: loss, output and target."""

from pellucid.doctor.rule import Rule
from pellucid.doctor.rules.losses import (
    bce_target_range,
    broadcast_loss,
    class_count_mismatch,
    embedding_label_range,
    inverted_class_weights,
    kl_mean_reduction,
    kl_without_log_probabilities,
    logits_into_probability_loss,
    loss_on_decisions,
    loss_sign,
    nll_without_log_probabilities,
    regression_loss_on_classes,
    sigmoid_before_bce_with_logits,
    single_output_cross_entropy,
    soft_target_not_distribution,
    softmax_before_cross_entropy,
    softmax_over_batch,
    sum_reduction,
    surprising_initial_loss,
    target_outside_head_range,
    unstable_log_softmax,
    wrong_head_for_labels,
)

__all__ = ["LOSSES"]

LOSSES: tuple[Rule, ...] = (
    softmax_before_cross_entropy.RULE,
    sigmoid_before_bce_with_logits.RULE,
    single_output_cross_entropy.RULE,
    logits_into_probability_loss.RULE,
    nll_without_log_probabilities.RULE,
    kl_without_log_probabilities.RULE,
    kl_mean_reduction.RULE,
    broadcast_loss.RULE,
    target_outside_head_range.RULE,
    regression_loss_on_classes.RULE,
    wrong_head_for_labels.RULE,
    bce_target_range.RULE,
    class_count_mismatch.RULE,
    soft_target_not_distribution.RULE,
    softmax_over_batch.RULE,
    sum_reduction.RULE,
    surprising_initial_loss.RULE,
    unstable_log_softmax.RULE,
    loss_sign.RULE,
    inverted_class_weights.RULE,
    loss_on_decisions.RULE,
    embedding_label_range.RULE,
)
