"""Numbers of an update rule at one step, per member, ready for arithmetic with stacked tensors."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pellucid.shapes import Array, Floats

__all__ = ["Hyper", "spread"]


@dataclass(frozen=True)
class Hyper:
    """Per-member numbers ``[m]``, float64.

    Attributes:
        lr: Learning rate at this step, schedule included.
        beta1: Adam's first decay.
        beta2: Adam's second decay.
        eps: Adam's divisor guard.
        momentum: SGD's momentum.
        weight_decay: Decoupled decay per unit of learning rate, schedule included.
        l2: L2 penalty strength.
        nesterov: Whether SGD looks ahead; one value for the stack.
        uniform: Whether all members agree in every number.
    """

    lr: Floats
    beta1: Floats
    beta2: Floats
    eps: Floats
    momentum: Floats
    weight_decay: Floats
    l2: Floats
    nesterov: bool = False
    uniform: bool = False

    @staticmethod
    def agree(*values: Array) -> bool:
        """Whether members agree in all of these ``[…, m]``; worked out once for many steps."""
        return all(bool((each == each[..., :1]).all()) for each in values)


def spread(values: Floats, like: Tensor, *, uniform: bool) -> float | Tensor:
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
