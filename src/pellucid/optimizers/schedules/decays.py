"""Schedules that fall smoothly by a power or along a line: exponential, inverse_time, polynomial, linear."""

import numpy as np

from pellucid.catalogue import Parameter
from pellucid.optimizers.schedules.entry import PER, Clock, Numbers, Schedule, final, number
from pellucid.shapes import Floats

__all__ = ["EXPONENTIAL", "INVERSE_TIME", "LINEAR", "POLYNOMIAL"]

_COUNTS = Parameter(name="per", default="epoch", meaning="what t counts", kind="word", words=("epoch", "step"))


def _exponential(base: float, clock: Clock, numbers: Numbers) -> Floats:
    return base * np.power(number(numbers, "gamma"), clock.at(numbers["per"]))


def _inverse_time(base: float, clock: Clock, numbers: Numbers) -> Floats:
    slowed = 1.0 + number(numbers, "rate") * clock.at(numbers["per"])
    return base / slowed ** number(numbers, "power")


def _polynomial(base: float, clock: Clock, numbers: Numbers) -> Floats:
    left = number(numbers, "final")
    fallen = (1.0 - clock.share(numbers["per"])) ** number(numbers, "power")
    return base * (left + (1.0 - left) * fallen)


def _linear(base: float, clock: Clock, numbers: Numbers) -> Floats:
    start, end, length = (number(numbers, name) for name in ("start", "end", "length"))
    per = numbers["per"]
    done = np.minimum(clock.epochs(per) / length, 1.0) if length else clock.share(per)
    return base * (start + (end - start) * done)


EXPONENTIAL = Schedule(
    name="exponential",
    formula="base·gamma^t",
    purpose="The same factor after every epoch (or step): a steady fall whose end depends on the length of the run.",
    source="common",
    aliases=("ExponentialLR", "exponential_decay"),
    parameters=(
        Parameter(name="gamma", default=0.95, meaning="factor per epoch (or step)", low=0, high=1, open_low=True),
        _COUNTS,
    ),
    twin="torch.optim.lr_scheduler.ExponentialLR",
    values=_exponential,
)
INVERSE_TIME = Schedule(
    name="inverse_time",
    formula="base/(1 + rate·t)^power",
    purpose="Falls ever more slowly: with a power between 1/2 (excluded) and 1 the steps add up to infinity and their "
    "squares do not, which is what stochastic descent needs to settle.",
    source='Robbins & Monro (1951), "A stochastic approximation method"',
    aliases=("inverse_time_decay", "invscaling", "time_based"),
    parameters=(
        Parameter(name="rate", default=0.1, meaning="how fast time runs, per epoch (or step)", low=0),
        Parameter(name="power", default=1.0, meaning="exponent", low=0, high=10),
        _COUNTS,
    ),
    values=_inverse_time,
)
POLYNOMIAL = Schedule(
    name="polynomial",
    formula="base·(final + (1 − final)·(1 − t/T)^power)",
    purpose="From the base value to the end of the run by a power: 1 is a straight line, 2 falls early and ends "
    "gently.",
    source="common",
    aliases=("PolynomialLR", "poly", "polynomial_decay"),
    parameters=(Parameter(name="power", default=1.0, meaning="exponent", low=0, high=100), final(), PER),
    twin="torch.optim.lr_scheduler.PolynomialLR",
    values=_polynomial,
)
LINEAR = Schedule(
    name="linear",
    formula="base·(start + (end − start)·min(t/length, 1))",
    purpose="A straight line between two shares of the base value, then level.",
    source="common",
    aliases=("linear_decay",),
    presets={"LinearLR": {"start": 1 / 3, "end": 1.0, "length": 5.0, "per": "epoch"}},
    parameters=(
        Parameter(name="start", default=1.0, meaning="share of the base value at first", low=0),
        Parameter(name="end", default=0.0, meaning="share of the base value in the end", low=0),
        Parameter(name="length", default=0.0, meaning="epochs until the end is reached; 0: the whole run", low=0),
        PER,
    ),
    twin="torch.optim.lr_scheduler.LinearLR",
    values=_linear,
)
