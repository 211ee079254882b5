"""Schedules made of cosines: cosine, cosine_restarts, flat_cosine, and RealMLP's coslog4."""

import numpy as np

from pellucid.catalogue import Parameter
from pellucid.optimizers.schedules.entry import PER, Clock, Numbers, Schedule, final, number
from pellucid.shapes import Floats

__all__ = ["COSINE", "COSINE_RESTARTS", "COSLOG4", "FLAT_COSINE"]

_SGDR = 'Loshchilov & Hutter (2017), "SGDR: stochastic gradient descent with warm restarts", arXiv 1608.03983, eq. (5)'
_REALMLP = 'Holzmüller, Grinsztajn & Steinwart (2024), "Better by default" (RealMLP), arXiv 2407.04491, §3'


def _down(base: float, wave: Floats, numbers: Numbers) -> Floats:
    """From the base value at a wave of 1 to its final share at 0."""
    left = number(numbers, "final")
    return base * (left + (1.0 - left) * wave)


def _cosine(base: float, clock: Clock, numbers: Numbers) -> Floats:
    # ½(1 + cos πt), t the share of the run
    return _down(base, 0.5 * (1 + np.cos(np.pi * clock.share(numbers["per"]))), numbers)


def _cosine_restarts(base: float, clock: Clock, numbers: Numbers) -> Floats:
    t = clock.epochs(numbers["per"])
    first, growth = number(numbers, "first"), number(numbers, "growth")
    if growth == 1.0:
        since, length = np.mod(t, first), np.full_like(t, first)
    else:
        # Sums of lengths, not their logarithms: whole numbers stay whole, so that no restart comes an epoch late.
        starts, lengths = [0.0], [first]
        while starts[-1] + lengths[-1] <= t.max(initial=0.0):
            starts.append(starts[-1] + lengths[-1])
            lengths.append(lengths[-1] * growth)
        cycle = np.searchsorted(np.array(starts), t, side="right") - 1
        since, length = t - np.array(starts)[cycle], np.array(lengths)[cycle]
    return _down(base, 0.5 * (1 + np.cos(np.pi * since / length)), numbers)


def _flat_cosine(base: float, clock: Clock, numbers: Numbers) -> Floats:
    # 1 until t = flat, then a cosine over the rest
    t, flat = clock.share(numbers["per"]), number(numbers, "flat")
    turned = np.clip((t - flat) / (1.0 - flat), 0.0, 1.0)
    return _down(base, np.where(t < flat, 1.0, 0.5 * (1 + np.cos(np.pi * turned))), numbers)


def _coslog4(base: float, clock: Clock, numbers: Numbers) -> Floats:
    # ½(1 − cos(2π·log₂(1 + 15t)))
    factors = 0.5 * (1 - np.cos(2 * np.pi * np.log2(1 + 15 * clock.share(numbers["per"]))))
    return base * factors


COSINE = Schedule(
    name="cosine",
    formula="base·(final + (1 − final)·½(1 + cos(π·t/T)))",
    purpose="From the base value to the end of the run along half a cosine: stays high for long and ends gently. A "
    "good first choice where the length of the run is known.",
    source=_SGDR + ", without restarts",
    aliases=("CosineAnnealingLR", "cosine_annealing"),
    parameters=(final(), PER),
    twin="torch.optim.lr_scheduler.CosineAnnealingLR",
    values=_cosine,
)
COSINE_RESTARTS = Schedule(
    name="cosine_restarts",
    formula="base·(final + (1 − final)·½(1 + cos(π·u/U))), u epochs since the last restart, U = first·growth^restarts",
    purpose="A cosine that starts anew, each time for longer: the network is good at the end of every cycle, so a run "
    "may be stopped at any of them.",
    source=_SGDR,
    aliases=("CosineAnnealingWarmRestarts", "sgdr", "warm_restarts"),
    parameters=(
        Parameter(name="first", default=10.0, meaning="epochs of the first cycle", low=1),
        Parameter(name="growth", default=2.0, meaning="how much longer each cycle is than the one before", low=1),
        final(),
        PER,
    ),
    twin="torch.optim.lr_scheduler.CosineAnnealingWarmRestarts",
    values=_cosine_restarts,
)
FLAT_COSINE = Schedule(
    name="flat_cosine",
    formula="base while t/T < flat, then base·(final + (1 − final)·½(1 + cos(π·(t/T − flat)/(1 − flat))))",
    purpose="The base value for the first part of the run, then half a cosine down: RealMLP's for dropout and weight "
    "decay.",
    source=_REALMLP,
    aliases=("flat_cos", "flat_and_anneal"),
    parameters=(
        Parameter(name="flat", default=0.5, meaning="share of the run that is level", low=0, high=1, open_high=True),
        final(),
        PER,
    ),
    values=_flat_cosine,
)
COSLOG4 = Schedule(
    name="coslog4",
    formula="base·½(1 − cos(2π·log₂(1 + 15·t/T)))",
    purpose="Four cycles of growing length, each from 0 up to the base value and back: RealMLP's learning rate. It "
    "warms up, restarts and ends at 0 without further numbers.",
    source=_REALMLP,
    aliases=("cyclic", "coslog"),
    parameters=(PER,),
    values=_coslog4,
)
