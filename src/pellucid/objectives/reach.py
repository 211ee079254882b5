"""Which values an activation at the output can give: found by looking, so that its numbers count too."""

from functools import lru_cache
from math import inf
from typing import NamedTuple

import numpy as np
import torch

from pellucid.activations import ACTIVATIONS, ChosenActivation

__all__ = ["Reach", "gives_as_many", "is_constant", "reach"]

# Beyond this a value counts as unbounded; inputs go ten times as far.
_FAR = 1e3


class Reach(NamedTuple):
    """From the least to the largest value.

    Attributes:
        low: Least value, −∞ where there is none.
        high: Largest value, ∞ where there is none.
    """

    low: float
    high: float

    def __str__(self) -> str:
        ends = (f"{self.low:.4g}" if self.low > -inf else "−∞", f"{self.high:.4g}" if self.high < inf else "∞")
        return f"{'[' if self.low > -inf else '('}{ends[0]}, {ends[1]}{']' if self.high < inf else ')'}"

    def covers(self, low: float, high: float) -> bool:
        """Whether it goes as far as ``low`` and ``high``."""
        return self.low <= low and self.high >= high


@lru_cache(maxsize=256)
def reach(activation: str) -> Reach:
    """Values of a chosen activation, given as text."""
    values = _values(ACTIVATIONS(activation), 2)
    # + 0 turns −0, which nobody wants to read, into 0.
    low, high = float(values.min()) + 0.0, float(values.max()) + 0.0
    return Reach(-inf if low < -_FAR else low, inf if high > _FAR else high)


@lru_cache(maxsize=256)
def is_constant(activation: str) -> bool:
    """Whether a chosen activation says the same whatever its input, if there is one output alone: softmax and kin."""
    chosen = ACTIVATIONS(activation)
    if not gives_as_many(chosen, 1):
        return False
    values = _values(chosen, 1)
    return float(values.min()) == float(values.max())


def gives_as_many(activation: ChosenActivation, width: int) -> bool:
    """Whether a layer of so many outputs keeps so many behind the activation."""
    entry, numbers = activation.entry, activation.numbers
    taken = entry.takes(width, numbers) if entry.takes else width
    return (entry.gives(taken, numbers) if entry.gives else taken) == width


def _values(activation: ChosenActivation, width: int) -> torch.Tensor:
    """Values for rows of inputs up to ±10⁴: equal ones, and every mixture that chance finds."""
    far = np.concatenate([np.logspace(-3, 4, 71), [0.5, 1.0, 2.0]])
    grid = np.concatenate([-far, [0.0], far])
    entry = activation.entry
    if "clusters" in activation.numbers:  # an adaptive softmax is made for so many classes and no others
        width = sum(int(size) for key in ("head", "clusters") for size in np.atleast_1d(activation.numbers[key]))
    taken = entry.takes(width, activation.numbers) if entry.takes else width
    mixed = np.random.default_rng(0).choice(grid, (4000, taken))
    rows = np.concatenate([np.repeat(grid[:, None], taken, axis=1), mixed])
    return activation(torch.from_numpy(rows))
