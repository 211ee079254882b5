"""Update rules of whole stacks, by name, and schedules; one rule per file."""

from pellucid.catalogue import Registry
from pellucid.optimizers.adadelta import ADADELTA
from pellucid.optimizers.adagrad import ADAGRAD
from pellucid.optimizers.adam import ADAM, ADAMW
from pellucid.optimizers.adamax import ADAMAX
from pellucid.optimizers.asgd import ASGD
from pellucid.optimizers.entry import ChosenOptimizer, Optimizer
from pellucid.optimizers.gradient_descent import GRADIENT_DESCENT, MOMENTUM, NESTEROV
from pellucid.optimizers.hyper import Hyper
from pellucid.optimizers.lbfgs import LBFGS
from pellucid.optimizers.lion import LION
from pellucid.optimizers.muon import MUON
from pellucid.optimizers.nadam import NADAM
from pellucid.optimizers.optimizer import AbstractOptimizer, Stacked
from pellucid.optimizers.radam import RADAM
from pellucid.optimizers.repeatable import Repeatable
from pellucid.optimizers.rmsprop import RMSPROP
from pellucid.optimizers.rprop import RPROP
from pellucid.optimizers.schedule_free import SCHEDULE_FREE_ADAMW
from pellucid.optimizers.schedules import SCHEDULES, ChosenSchedule, Plateau, Schedule
from pellucid.optimizers.sparse_adam import SPARSE_ADAM
from pellucid.optimizers.stack import StackOptimizer
from pellucid.optimizers.sums import per_member_norms

__all__ = [
    "OPTIMIZERS",
    "SCHEDULES",
    "AbstractOptimizer",
    "ChosenOptimizer",
    "ChosenSchedule",
    "Hyper",
    "Optimizer",
    "Plateau",
    "Repeatable",
    "Schedule",
    "StackOptimizer",
    "Stacked",
    "per_member_norms",
]

OPTIMIZERS: Registry[Optimizer, ChosenOptimizer] = Registry(
    "optimizer",
    [
        GRADIENT_DESCENT,
        MOMENTUM,
        NESTEROV,
        ADAGRAD,
        ADADELTA,
        RMSPROP,
        ADAM,
        ADAMW,
        ADAMAX,
        NADAM,
        RADAM,
        ASGD,
        RPROP,
        LBFGS,
        SPARSE_ADAM,
        LION,
        MUON,
        SCHEDULE_FREE_ADAMW,
    ],
    ChosenOptimizer,
)
