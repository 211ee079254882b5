"""Rules G2xx: gradients and what is done with them."""

from pellucid.doctor.rule import Rule
from pellucid.doctor.rules.gradients import (
    decay_on_norm_or_bias,
    detached_graph,
    everything_frozen,
    ineffective_clipping,
    missing_zero_grad,
    parameters_never_move,
    parameters_not_optimised,
    retained_graph,
    scheduler_misplaced,
    unscaled_accumulation,
    wrong_hand_gradient,
    zero_grad_before_step,
)

__all__ = ["GRADIENTS"]

GRADIENTS: tuple[Rule, ...] = (
    missing_zero_grad.RULE,
    zero_grad_before_step.RULE,
    unscaled_accumulation.RULE,
    detached_graph.RULE,
    parameters_not_optimised.RULE,
    everything_frozen.RULE,
    parameters_never_move.RULE,
    retained_graph.RULE,
    ineffective_clipping.RULE,
    scheduler_misplaced.RULE,
    decay_on_norm_or_bias.RULE,
    wrong_hand_gradient.RULE,
)
