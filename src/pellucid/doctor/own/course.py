"""What a member's training showed epoch by epoch, as the facts have it: losses by update."""

import math

import numpy as np
import torch

from pellucid.doctor.facts import Backward
from pellucid.shapes import Floats

__all__ = ["course_of"]

_FEW, _MANY = 20, 40


def course_of(initial: float, losses: Floats, steps: int) -> Backward:
    """Losses that backward passes were called on, as far as they are known.

    Training keeps the mean of every epoch. Each of them stands for some of its passes, so that short runs are long
    enough to be judged if they had enough updates; before them stands the loss of the untrained network.

    Args:
        initial: Loss before the first update.
        losses: Mean loss of every epoch ``[epoch]``.
        steps: Updates of an epoch.
    """
    each = min(steps, max(1, math.ceil(_MANY / max(1, len(losses)))))
    values = np.repeat(losses, each)
    first = min(_FEW, max(3, len(values) // 10))
    at = np.arange(len(values)) // each * steps + 1 + np.arange(len(values)) % each
    shown = torch.as_tensor(np.concatenate([np.full(first, initial), values]), dtype=torch.float64)
    return Backward(None, list(shown.unbind()), [*[0] * first, *at.tolist()])
