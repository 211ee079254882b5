"""Schedules that fall in stairs: step, multi_step, halving; and the one that does not move."""

import numpy as np

from pellucid.catalogue import Parameter
from pellucid.optimizers.schedules.entry import Clock, Numbers, Schedule, number
from pellucid.shapes import Floats

__all__ = ["CONSTANT", "HALVING", "MULTI_STEP", "STEP"]

_COUNTS = Parameter(name="per", default="epoch", meaning="what is counted", kind="word", words=("epoch", "step"))


def _gamma(default: float) -> Parameter:
    return Parameter(name="gamma", default=default, meaning="factor at every stair", low=0, open_low=True)


def _every(default: int) -> Parameter:
    return Parameter(name="every", default=default, meaning="epochs (or steps) on a stair", kind="whole", low=1)


def _constant(base: float, clock: Clock, numbers: Numbers) -> Floats:
    return base * np.ones_like(clock.step)


def _step(base: float, clock: Clock, numbers: Numbers) -> Floats:
    # base·γ^⌊t/every⌋
    stairs = np.floor(clock.at(numbers["per"]) / number(numbers, "every"))
    factors: Floats = np.power(number(numbers, "gamma"), stairs)
    return base * factors


def _multi_step(base: float, clock: Clock, numbers: Numbers) -> Floats:
    # base·γ^(number of milestones ≤ t)
    milestones = np.sort(np.asarray(numbers["milestones"], dtype=np.float64))
    passed = np.searchsorted(milestones, clock.at(numbers["per"]), side="right")
    factors: Floats = np.power(number(numbers, "gamma"), passed.astype(np.float64))
    return base * factors


def _halving(base: float, clock: Clock, numbers: Numbers) -> Floats:
    # base·2^−⌊t/every⌋
    stairs = np.floor(clock.at(numbers["per"]) / number(numbers, "every"))
    factors: Floats = np.power(0.5, stairs)
    return base * factors


CONSTANT = Schedule(
    name="constant",
    formula="base",
    purpose="The value stays as it is: for short runs, and to see what any other schedule is worth.",
    source="common",
    aliases=("fixed",),
    values=_constant,
)
STEP = Schedule(
    name="step",
    formula="base·gamma^⌊t/every⌋",
    purpose="A factor every so many epochs: train until the loss stands still, then go on with finer steps.",
    source="common",
    aliases=("StepLR", "step_decay"),
    parameters=(_gamma(0.1), _every(10), _COUNTS),
    twin="torch.optim.lr_scheduler.StepLR",
    values=_step,
)
MULTI_STEP = Schedule(
    name="multi_step",
    formula="base·gamma^(number of milestones ≤ t)",
    purpose="A factor at epochs of one's own choice, where the loss is known to stand still.",
    source="common",
    aliases=("MultiStepLR", "milestones", "piecewise_constant"),
    parameters=(
        _gamma(0.1),
        Parameter(
            name="milestones",
            default=(20.0, 40.0),
            meaning="epochs (or steps) made before each stair",
            kind="numbers",
            low=0,
        ),
        _COUNTS,
    ),
    twin="torch.optim.lr_scheduler.MultiStepLR",
    values=_multi_step,
)
HALVING = Schedule(
    name="halving",
    formula="base·2^−⌊t/every⌋",
    purpose="Half the value every so many epochs.",
    source="common",
    aliases=("halve", "halving_every_k_epochs"),
    parameters=(_every(10), _COUNTS),
    twin="torch.optim.lr_scheduler.StepLR(gamma=0.5)",
    values=_halving,
)
