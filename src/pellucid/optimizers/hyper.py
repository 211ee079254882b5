"""Numbers of an update rule, per member, ready for arithmetic with stacked tensors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from pellucid.shapes import Array, Floats

__all__ = ["Hyper", "Spread", "Tables", "agree", "powers", "spread"]

Tables: TypeAlias = Mapping[str, Floats]
"""Numbers by the name of their parameter, for several steps: ``[steps, m]`` each, float64."""


@dataclass(frozen=True)
class Hyper:
    """Per-member numbers ``[m]``, float64.

    Attributes:
        values: Every number of the rule by the name of its parameter, with what schedules make of it at this step.
    """

    values: Mapping[str, Floats]

    def __getitem__(self, name: str) -> Floats:
        return self.values[name]


def agree(*values: Array) -> bool:
    """Whether members agree in all of these ``[…, m]``."""
    return all(bool((each == each[..., :1]).all()) for each in values)


def spread(values: Floats, like: Tensor) -> Tensor:
    """Per-member numbers ``[m]`` as a tensor ``[m, 1, …]``, of the type and on the device of what they will meet."""
    return torch.tensor(values, dtype=like.dtype, device=like.device).view(-1, *([1] * (like.dim() - 1)))


class Spread:
    """Several numbers of one step, spread once for all tensors of the same dimension."""

    def __init__(self, values: Mapping[str, Floats]) -> None:
        self._values = values
        self._ready: dict[int, dict[str, Tensor]] = {}

    def fit(self, like: Tensor) -> dict[str, Tensor]:
        """Name → number, to calculate with ``like``."""
        if like.dim() not in self._ready:
            self._ready[like.dim()] = {name: spread(values, like) for name, values in self._values.items()}
        return self._ready[like.dim()]


def powers(bases: Floats, exponents: Array) -> Floats:
    """``bases ** exponents``, ``[…, m]``, float64.

    One by one: NumPy's own power works on several values at a time and may round the last ones of an array otherwise,
    and then a member's number would depend on its place. Members with the same numbers share the work.
    """
    shape = bases.shape
    flat_bases, flat_exponents = bases.reshape(-1, shape[-1]), exponents.reshape(-1, shape[-1])
    found = np.empty(flat_bases.shape)
    known: dict[bytes, int] = {}
    for place in range(shape[-1]):
        base, exponent = flat_bases[:, place], flat_exponents[:, place]
        first = known.setdefault(base.tobytes() + exponent.tobytes(), place)
        if first == place:
            found[:, place] = [b**e for b, e in zip(base.tolist(), exponent.tolist(), strict=True)]
        else:
            found[:, place] = found[:, first]
    return found.reshape(shape)
