"""Choosing by sign without ``torch.where``, which costs dozens of times a relu on the CPU; this costs about one.

The chosen values keep their bits. Where the sign decides nothing (NaN) the value passes.
"""

import torch
from torch import Tensor

__all__ = ["above_zero", "passed"]


def passed(values: Tensor, gate: Tensor) -> Tensor:
    """The values where the gate is above 0, else 0; they broadcast. Infinite values are shut out as well as others."""
    return torch.ops.aten.threshold_backward(values, gate, 0.0)  # type: ignore[no-any-return]


def above_zero(x: Tensor) -> Tensor:
    """1 where x > 0, else 0, in x's type."""
    return passed(x.new_ones(()), x)
