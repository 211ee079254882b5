"""Triangular cycles.

Smith (2017), "Cyclical learning rates for training neural networks", arXiv 1506.01186, §3.2.
"""

import numpy as np

from pellucid.catalogue import Parameter
from pellucid.optimizers.schedules.entry import PER, Clock, Numbers, Schedule, number
from pellucid.shapes import Floats

__all__ = ["TRIANGULAR"]


def _triangular(base: float, clock: Clock, numbers: Numbers) -> Floats:
    up = number(numbers, "up")
    down = number(numbers, "down") or up
    low = number(numbers, "low")
    t = clock.epochs(numbers["per"])
    cycle = np.floor(t / (up + down))
    since = t - cycle * (up + down)
    height = np.where(since <= up, since / up, (up + down - since) / down)
    heights: Floats = height * np.power(number(numbers, "shrink"), cycle)
    return base * (low + (1.0 - low) * heights)


TRIANGULAR = Schedule(
    name="triangular",
    formula="base·(low + (1 − low)·h·shrink^cycle), h from 0 to 1 in `up` epochs and back to 0 in `down`",
    purpose="Up and down in straight lines, over and over: every now and then large steps, that leave narrow minima "
    "and saddles.",
    source='Smith (2017), "Cyclical learning rates for training neural networks", arXiv 1506.01186, §3.2',
    aliases=("CyclicLR", "triangle"),
    presets={"triangular2": {"shrink": 0.5}},
    parameters=(
        Parameter(name="low", default=0.1, meaning="bottom of a cycle, as a share of the base value", low=0, high=1),
        Parameter(name="up", default=4.0, meaning="epochs upwards", low=0, open_low=True),
        Parameter(name="down", default=0.0, meaning="epochs downwards; 0: as many as upwards", low=0),
        Parameter(
            name="shrink", default=1.0, meaning="factor on the height after each cycle", low=0, high=1, open_low=True
        ),
        PER,
    ),
    twin="torch.optim.lr_scheduler.CyclicLR",
    values=_triangular,
)
