"""Lower the learning rate when validation values stand still: the arithmetic of torch's ``ReduceLROnPlateau``."""

from collections.abc import Iterable
from math import inf

import numpy as np

from pellucid.catalogue import Parameter
from pellucid.optimizers.schedules.entry import Clock, Numbers, Schedule, number
from pellucid.shapes import Floats

__all__ = ["PLATEAU", "Plateau"]


class Plateau:
    """What one run's validation values have said so far.

    Attributes:
        factor: On the base learning rate.
        best: Best value that counted as progress.
    """

    def __init__(self, numbers: Numbers) -> None:
        """Take the numbers of a chosen ``plateau``."""
        self.factor, self.best = 1.0, inf
        self._numbers = numbers
        self._bad = 0  # values in a row without progress
        self._resting = 0  # values that do not count after a reduction

    def see(self, value: float) -> float:
        """Take the next value, lower being better; the factor from now on. NaN is no progress."""
        if self._is_better(value):
            self.best, self._bad = value, 0
        else:
            self._bad += 1
        if self._resting:
            self._resting -= 1
            self._bad = 0
        if self._bad > number(self._numbers, "patience"):
            self.factor = max(self.factor * number(self._numbers, "factor"), number(self._numbers, "final"))
            self._resting, self._bad = int(number(self._numbers, "cooldown")), 0
        return self.factor

    def state(self) -> tuple[float, float, float, float]:
        """Everything that changes, as numbers."""
        return self.factor, self.best, float(self._bad), float(self._resting)

    def restore(self, state: Iterable[float]) -> None:
        """Go on from what ``state`` gave."""
        self.factor, self.best, bad, resting = map(float, state)
        self._bad, self._resting = int(bad), int(resting)

    def _is_better(self, value: float) -> bool:
        threshold = number(self._numbers, "threshold")
        if self._numbers["threshold_mode"] == "abs":
            return value < self.best - threshold
        # ∞·(1 − 1) would be NaN, and the first value would be no progress.
        return value < inf if self.best == inf else value < self.best * (1.0 - threshold)


def _values(base: float, clock: Clock, numbers: Numbers) -> Floats:
    return base * np.ones_like(clock.step)


PLATEAU = Schedule(
    name="plateau",
    formula="base·factor^(plateaus seen), at least base·final; a plateau: more than `patience` epochs without progress",
    purpose="Half the learning rate when validation values stand still (training losses, where there are no validation "
    "rows): needs no plan of the run's length.",
    source="torch.optim.lr_scheduler.ReduceLROnPlateau",
    aliases=("ReduceLROnPlateau", "halve_on_plateau", "reduce_on_plateau"),
    parameters=(
        Parameter(name="factor", default=0.5, meaning="at every plateau", low=0, high=1, open_low=True, open_high=True),
        Parameter(
            name="patience",
            default=10,
            meaning="epochs without progress that are put up with; one more is a plateau",
            kind="whole",
            low=0,
        ),
        Parameter(name="threshold", default=1e-4, meaning="how much better counts as progress", low=0, high=1),
        Parameter(
            name="threshold_mode",
            default="rel",
            meaning="rel: as a share of the best value; abs: in the loss's own unit",
            kind="word",
            words=("rel", "abs"),
        ),
        Parameter(
            name="cooldown", default=0, meaning="epochs after a reduction that do not count", kind="whole", low=0
        ),
        Parameter(name="final", default=0.0, meaning="least share of the base value", low=0, high=1),
    ),
    twin="torch.optim.lr_scheduler.ReduceLROnPlateau",
    moves="lr",
    watches=True,
    values=_values,
)
