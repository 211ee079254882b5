"""Rules T6xx: what training looks like while it runs."""

from pellucid.doctor.rule import Rule
from pellucid.doctor.rules.dynamics import (
    dead_units,
    exploding_gradient,
    learning_rate_too_high,
    learning_rate_too_low,
    non_finite,
    overfitting,
    penalty_dominates,
    saturated_units,
    stuck_at_baseline,
    underfitting,
    vanishing_gradient,
)

__all__ = ["DYNAMICS"]

DYNAMICS: tuple[Rule, ...] = (
    dead_units.RULE,
    saturated_units.RULE,
    vanishing_gradient.RULE,
    exploding_gradient.RULE,
    non_finite.RULE,
    learning_rate_too_high.RULE,
    learning_rate_too_low.RULE,
    stuck_at_baseline.RULE,
    overfitting.RULE,
    penalty_dominates.RULE,
    underfitting.RULE,
)
