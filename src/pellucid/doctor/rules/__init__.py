"""Every rule, one mistake per file, in the order of RULES: losses, gradients, evaluation, data, networks, dynamics."""

from pellucid.doctor.rule import Rule
from pellucid.doctor.rules.data import DATA
from pellucid.doctor.rules.dynamics import DYNAMICS
from pellucid.doctor.rules.evaluation import EVALUATION
from pellucid.doctor.rules.gradients import GRADIENTS
from pellucid.doctor.rules.losses import LOSSES
from pellucid.doctor.rules.networks import NETWORKS

__all__ = ["RULES"]

RULES: dict[str, Rule] = {rule.code: rule for rule in (*LOSSES, *GRADIENTS, *EVALUATION, *DATA, *NETWORKS, *DYNAMICS)}
