"""Training losses of an epoch, worked out for many steps at a time: a step itself needs only the gradient."""

import numpy as np
import torch
from torch import Tensor

from pellucid.objectives import StackObjective
from pellucid.shapes import Floats

__all__ = ["LossTally"]

# Steps worked out together, at most; their outputs are kept so long.
_TOGETHER = 64
# Outputs kept, at most (16 MiB of float32): 64 steps of hundreds of members would fill the memory.
_KEPT = 1 << 22


class LossTally:
    """Mean training loss of every member over an epoch.

    Attributes:
        steps: Steps seen.
    """

    def __init__(self, objective: StackObjective) -> None:
        self.steps = 0
        self._objective = objective
        self._kept: list[tuple[Tensor, Tensor, Tensor]] = []
        self._sum: Tensor | float = 0.0
        self._rows: Tensor | float = 0.0

    def add(self, outputs: Tensor, targets: Tensor, weights: Tensor) -> None:
        """Take a step's outputs ``[m, b, o]``, targets and row weights ``[m, b]``."""
        self.steps += 1
        self._kept.append((outputs, targets, weights))
        if len(self._kept) == _TOGETHER or len(self._kept) * outputs.numel() >= _KEPT:
            self._work_out()

    def means(self, members: int) -> Floats:
        """Mean loss per row of every member ``[m]``; NaN before the first step."""
        self._work_out()
        if not self.steps:
            return np.full(members, np.nan)
        assert isinstance(self._sum, Tensor)
        return (self._sum / self._rows).numpy()

    def _work_out(self) -> None:
        if not self._kept:
            return
        # Steps are laid behind one another along the member axis, and every step's sum is its own.
        outputs, targets, weights = (torch.cat(part) for part in zip(*self._kept, strict=True))
        count = len(self._kept)
        losses = self._objective.repeat(count).losses(outputs, targets, weights).view(count, -1).double()
        rows = (weights > 0).sum(1).view(count, -1).double()
        for loss, real in zip(losses, rows, strict=True):
            self._sum = self._sum + loss * real
            self._rows = self._rows + real
        self._kept = []
