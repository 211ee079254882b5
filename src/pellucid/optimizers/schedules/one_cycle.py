"""One cycle: up, down, and far down; momentum the other way round.

Smith & Topin (2018), "Super-convergence: very fast training of neural networks using large learning rates", arXiv
1708.07120, §3; the phases' ends are those of torch's ``OneCycleLR``.
"""

from collections.abc import Sequence

import numpy as np

from pellucid.catalogue import Parameter
from pellucid.optimizers.schedules.entry import PER, Clock, Numbers, Schedule, number
from pellucid.shapes import Floats

__all__ = ["ONE_CYCLE", "ONE_CYCLE_MOMENTUM"]

_SOURCE = 'Smith & Topin (2018), "Super-convergence", arXiv 1708.07120, §3'
_START = Parameter(
    name="pct_start", default=0.3, meaning="share of the run in which the learning rate rises", low=0, high=1
)
_ANNEAL = Parameter(name="anneal", default="cos", meaning="shape of each phase", kind="word", words=("cos", "linear"))
_THREE = Parameter(
    name="three_phase",
    default=False,
    meaning="come down as slowly as up, then further down; otherwise down to the end in one go",
    kind="flag",
)


def _through(turns: Sequence[float], clock: Clock, numbers: Numbers) -> Floats:
    """Through the values at the turning points, phase by phase.

    The phases end at steps pct·T − 1 and T − 1; with three of them at pct·T − 1, 2·pct·T − 2 and T − 1.
    """
    per = numbers["per"]
    t, length, share = clock.at(per), clock.length(per), number(numbers, "pct_start")
    ends = (
        [share * length - 1, 2 * share * length - 2, length - 1]
        if len(turns) == 4
        else [share * length - 1, length - 1]
    )
    made = np.full_like(t, np.nan)
    begin = 0.0
    for place, end in enumerate(ends):
        last = place == len(ends) - 1
        now = np.isnan(made) & ((t <= end) | last)
        # A phase of no length is at its end.
        done = (t[now] - begin) / (end - begin) if end != begin else np.ones_like(t[now])
        start, stop = turns[place], turns[place + 1]
        if numbers["anneal"] == "cos":
            made[now] = stop + (start - stop) / 2.0 * (np.cos(np.pi * done) + 1)
        else:
            made[now] = (stop - start) * done + start
        begin = end
    return made


def _one_cycle(base: float, clock: Clock, numbers: Numbers) -> Floats:
    first = base / number(numbers, "div_factor")
    last = first / number(numbers, "final_div_factor")
    turns = (first, base, first, last) if numbers["three_phase"] else (first, base, last)
    return _through(turns, clock, numbers)


def _one_cycle_momentum(base: float, clock: Clock, numbers: Numbers) -> Floats:
    low, high = number(numbers, "low"), number(numbers, "high")
    return _through((high, low, high, high) if numbers["three_phase"] else (high, low, high), clock, numbers)


ONE_CYCLE = Schedule(
    name="one_cycle",
    formula="base/div_factor → base in the first pct_start of the run, then → base/(div_factor·final_div_factor)",
    purpose="One rise and one long fall: allows learning rates several times larger than a constant one, and so fewer "
    "epochs. The base value is the highest; momentum goes well with one_cycle_momentum.",
    source=_SOURCE,
    aliases=("OneCycleLR", "onecycle", "super_convergence"),
    parameters=(
        _START,
        Parameter(name="div_factor", default=25.0, meaning="base value, divided by the first one", low=1),
        Parameter(name="final_div_factor", default=1e4, meaning="first value, divided by the last one", low=1),
        _ANNEAL,
        _THREE,
        PER,
    ),
    twin="torch.optim.lr_scheduler.OneCycleLR",
    moves="lr",
    values=_one_cycle,
)
ONE_CYCLE_MOMENTUM = Schedule(
    name="one_cycle_momentum",
    formula="high → low in the first pct_start of the run, then → high",
    purpose="The momentum that belongs to one_cycle: low while the learning rate is high. It sets the momentum itself, "
    "whatever the optimizer's own is.",
    source=_SOURCE,
    aliases=("cycle_momentum",),
    parameters=(
        Parameter(name="low", default=0.85, meaning="least momentum", low=0, high=1, open_high=True),
        Parameter(name="high", default=0.95, meaning="largest momentum", low=0, high=1, open_high=True),
        _START,
        _ANNEAL,
        _THREE,
        PER,
    ),
    twin="torch.optim.lr_scheduler.OneCycleLR(cycle_momentum=True)",
    moves="momentum",
    values=_one_cycle_momentum,
)
