"""Rules N5xx: the network and its first weights."""

from pellucid.doctor.rule import Rule
from pellucid.doctor.rules.networks import (
    badly_scaled_initialisation,
    bottleneck,
    layer_order,
    no_nonlinearity,
    nondifferentiable_activation,
    symmetric_initialisation,
    unused_or_reused_module,
)

__all__ = ["NETWORKS"]

NETWORKS: tuple[Rule, ...] = (
    no_nonlinearity.RULE,
    symmetric_initialisation.RULE,
    badly_scaled_initialisation.RULE,
    layer_order.RULE,
    bottleneck.RULE,
    unused_or_reused_module.RULE,
    nondifferentiable_activation.RULE,
)
