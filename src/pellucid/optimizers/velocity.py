"""Velocity: a running sum of directions, for members some of which may have no momentum, or none yet."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from pellucid.optimizers.hyper import Number
from pellucid.shapes import Array, Floats

__all__ = ["moved_by", "velocity_numbers"]


def velocity_numbers(momentum: Floats, share: Floats | float = 1.0) -> dict[str, Floats]:
    """Factors with which one formula serves members with and without momentum, ``[m]`` each.

    As in PyTorch, a step without momentum leaves the velocity as it was. Whether the stack as a whole has momentum must
    not matter to a member, so the factors are worked out per member.

    Args:
        momentum: μ at this step.
        share: With which a direction enters the velocity.
    """
    has = momentum > 0
    return {
        "momentum": momentum,
        "keep": np.where(has, momentum, 1.0),
        "take": np.where(has, share, 0.0),
        "has": has.astype(np.float64),
    }


def moved_by(u: Tensor, v: Tensor, n: Mapping[str, Number], has: Array, *, ahead: bool = False) -> Tensor:
    """Sets v ← μ·v + share·u; gives v, or u + μ·v where it looks ahead, or u where a member has no momentum.

    Args:
        u: Direction; may be overwritten.
        v: Velocity, changed in place.
        n: :func:`velocity_numbers`, spread.
        has: Which members have momentum, ``[m]``.
        ahead: Nesterov's form.
    """
    if not has.any():
        return u
    v.mul_(n["keep"]).add_(u * n["take"])
    if ahead:
        return u.add_(v * n["momentum"])
    return v if has.all() else torch.where(torch.as_tensor(n["has"]) > 0, v, u)
