"""Schedules, by name: what becomes of a learning rate, a momentum or a share during a run; one family per file."""

from pellucid.catalogue import Registry
from pellucid.optimizers.schedules.cosines import COSINE, COSINE_RESTARTS, COSLOG4, FLAT_COSINE
from pellucid.optimizers.schedules.decays import EXPONENTIAL, INVERSE_TIME, LINEAR, POLYNOMIAL
from pellucid.optimizers.schedules.entry import ChosenSchedule, Clock, Schedule
from pellucid.optimizers.schedules.one_cycle import ONE_CYCLE, ONE_CYCLE_MOMENTUM
from pellucid.optimizers.schedules.plateau import PLATEAU, Plateau
from pellucid.optimizers.schedules.stairs import CONSTANT, HALVING, MULTI_STEP, STEP
from pellucid.optimizers.schedules.sutskever import SUTSKEVER
from pellucid.optimizers.schedules.triangular import TRIANGULAR
from pellucid.optimizers.schedules.warm_up import WARM_UP

__all__ = ["SCHEDULES", "ChosenSchedule", "Clock", "Plateau", "Schedule"]

SCHEDULES: Registry[Schedule, ChosenSchedule] = Registry(
    "schedule",
    [
        CONSTANT,
        STEP,
        MULTI_STEP,
        HALVING,
        PLATEAU,
        EXPONENTIAL,
        INVERSE_TIME,
        POLYNOMIAL,
        LINEAR,
        COSINE,
        COSINE_RESTARTS,
        FLAT_COSINE,
        COSLOG4,
        ONE_CYCLE,
        TRIANGULAR,
        WARM_UP,
        SUTSKEVER,
        ONE_CYCLE_MOMENTUM,
    ],
    ChosenSchedule,
)
