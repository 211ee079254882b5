"""Numbers of an update rule at one step, per member, ready for arithmetic with stacked tensors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from pellucid.shapes import Array, Floats

__all__ = ["Hyper", "Number", "Spread", "powers", "spread"]

Number: TypeAlias = float | Tensor
"""One number for all members, or a tensor ``[m, 1, …]``."""


@dataclass(frozen=True)
class Hyper:
    """Per-member numbers ``[m]``, float64.

    Attributes:
        values: Every number of the rule by the name of its parameter, with what schedules make of it at this step.
        uniform: Whether all members agree in every number.
    """

    values: Mapping[str, Floats]
    uniform: bool = False

    def __getitem__(self, name: str) -> Floats:
        return self.values[name]

    @staticmethod
    def agree(*values: Array) -> bool:
        """Whether members agree in all of these ``[…, m]``; worked out once for many steps."""
        return all(bool((each == each[..., :1]).all()) for each in values)


def spread(values: Floats, like: Tensor, *, uniform: bool) -> Number:
    """Per-member values as something to calculate with: one number if all agree, else a tensor ``[m, 1, …]``.

    Both forms round to the tensor's type first, so that a member gets the same bits either way.

    Args:
        values: ``[m]``, float64.
        like: The tensor that they will meet.
        uniform: Whether all values agree.
    """
    if uniform:
        return float(values[0]) if like.dtype == torch.float64 else float(np.float32(values[0]))
    return torch.as_tensor(values, dtype=like.dtype).view(-1, *([1] * (like.dim() - 1)))


class Spread:
    """Several numbers of one step, spread once for all tensors of the same type and dimension."""

    def __init__(self, values: Mapping[str, Floats], *, uniform: bool) -> None:
        self._values, self._uniform = values, uniform
        self._ready: dict[tuple[torch.dtype, int], dict[str, Number]] = {}

    def fit(self, like: Tensor) -> dict[str, Number]:
        """Name → number, to calculate with ``like``."""
        kind = (like.dtype, like.dim())
        if kind not in self._ready:
            self._ready[kind] = {
                name: spread(values, like, uniform=self._uniform) for name, values in self._values.items()
            }
        return self._ready[kind]


def powers(bases: Floats, exponents: Array) -> Floats:
    """``bases ** exponents``, ``[m]``, float64.

    One by one: NumPy's own power works on several values at a time and may round the last ones of an array otherwise,
    and then a member's number would depend on its place.
    """
    if len(bases) > 1 and Hyper.agree(bases, exponents):
        return np.full(len(bases), float(bases[0]) ** float(exponents[0]))
    pairs = zip(bases.tolist(), exponents.tolist(), strict=True)
    return np.array([base**exponent for base, exponent in pairs], dtype=np.float64)
