"""Momentum that grows in stairs.

Sutskever, Martens, Dahl & Hinton (2013), "On the importance of initialization and momentum in deep learning", eq. (5).
"""

import numpy as np

from pellucid.catalogue import Parameter
from pellucid.optimizers.schedules.entry import Clock, Numbers, Schedule, number
from pellucid.shapes import Floats

__all__ = ["SUTSKEVER"]


def _sutskever(base: float, clock: Clock, numbers: Numbers) -> Floats:
    # min(1 − 2^(−1 − log₂(⌊t/every⌋ + 1)), highest)
    stairs = np.floor(clock.step / number(numbers, "every"))
    grown: Floats = np.minimum(1.0 - 2.0 ** (-1.0 - np.log2(stairs + 1.0)), number(numbers, "highest"))
    return grown


SUTSKEVER = Schedule(
    name="sutskever",
    formula="min(1 − 2^(−1 − log₂(⌊t/every⌋ + 1)), highest), t in steps: ½, ¾, 5/6, 7/8 …",
    purpose="Momentum for plain descent with Nesterov's look-ahead: low while gradients still change fast, then ever "
    "higher. It sets the momentum itself, whatever the optimizer's own is.",
    source="Sutskever, Martens, Dahl & Hinton (2013), "
    '"On the importance of initialization and momentum in deep learning", §3, eq. (5)',
    aliases=("sutskever_momentum",),
    parameters=(
        Parameter(name="every", default=250, meaning="steps on a stair", kind="whole", low=1),
        Parameter(
            name="highest",
            default=0.99,
            meaning="where it stops growing; the paper tried 0, 0.9, 0.99, 0.995 and 0.999",
            low=0,
            high=1,
            open_high=True,
        ),
    ),
    moves="momentum",
    values=_sutskever,
)
