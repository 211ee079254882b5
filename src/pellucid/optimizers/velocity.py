"""Velocity: a running sum of directions, for members some of which may have no momentum, or none yet."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from pellucid.optimizers.spare import Spare
from pellucid.shapes import Floats

__all__ = ["moved_by", "velocity_numbers"]


def velocity_numbers(momentum: Floats, share: Floats | float = 1.0) -> dict[str, Floats]:
    """Factors with which one formula serves members with and without momentum, ``[steps, m]`` each.

    As in PyTorch, a step without momentum leaves the velocity as it was. Whether the stack as a whole has momentum must
    not matter to a member, so the factors are worked out per member. Those that change nothing are left out: all of
    them without any momentum, ``take`` where it is 1 and ``has`` where all have.

    Args:
        momentum: μ at each step.
        share: With which a direction enters the velocity.
    """
    has = momentum > 0
    if not has.any():
        return {}
    numbers = {"momentum": momentum, "keep": np.where(has, momentum, 1.0)}
    take = np.where(has, share, 0.0)
    if (take != 1.0).any():
        numbers["take"] = take
    if not has.all():
        numbers["has"] = has.astype(np.float64)
    return numbers


def moved_by(u: Tensor, v: Tensor, n: Mapping[str, Tensor], spare: Spare, *, ahead: bool = False) -> Tensor:
    """Sets v ← μ·v + share·u; gives v, or u + μ·v where it looks ahead, or u where a member has no momentum.

    Args:
        u: Direction; may be overwritten.
        v: Velocity, changed in place.
        n: :func:`velocity_numbers` of this step.
        spare: Scratch tensors of the same shape; the first is overwritten.
        ahead: Nesterov's form.
    """
    if "keep" not in n:
        return u
    v.mul_(n["keep"]).add_(torch.mul(u, n["take"], out=spare[0]) if "take" in n else u)
    if ahead:
        return u.add_(torch.mul(v, n["momentum"], out=spare[0]))
    return torch.where(n["has"] > 0, v, u, out=u) if "has" in n else v
