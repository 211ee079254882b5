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
    # Step by step of one member, or of several.
    flat = np.array([bases.reshape(-1, shape[-1]), exponents.reshape(-1, shape[-1])], dtype=np.float64)
    if shape[-1] == 1:
        return _powers(flat[:, :, 0]).reshape(shape)
    columns = np.ascontiguousarray(flat.transpose(2, 0, 1))
    bits = columns.view(np.int64)
    if (bits[1:] == bits[:1]).all():
        return np.repeat(_powers(columns[0]), shape[-1]).reshape(shape)
    written = [column.tobytes() for column in columns]
    known = {own: _powers(column) for own, column in dict(zip(written, columns, strict=True)).items()}
    return np.stack([known[own] for own in written], axis=1).reshape(shape)


def _powers(column: Floats) -> Floats:
    """One member's ``[…]``, from its bases and exponents ``[2, …]``."""
    return np.array(list(map(pow, *column.tolist())))
