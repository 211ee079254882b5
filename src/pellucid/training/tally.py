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

    def __init__(self, objective: StackObjective, targets: Tensor) -> None:
        """Begin; ``targets`` are those of all units of the table ``[u, …]``."""
        self.steps = 0
        self._objective, self._targets = objective, targets
        self._outputs: tuple[Tensor, ...] = ()
        self._together = torch.empty(0)
        self._rest: list[tuple[Tensor, Tensor]] = []
        self._done: list[tuple[Tensor, Tensor]] = []

    def restart(self) -> None:
        """Begin another epoch, in the same memory."""
        self.steps, self._rest, self._done = 0, [], []

    def add(self, outputs: Tensor, units: Tensor, weights: Tensor) -> None:
        """Take a step.

        Args:
            outputs: Without their padding ``[m, b, o]``; they are copied.
            units: Of the step ``[m, b]``, kept as they are, as are ``weights``.
            weights: Of the units ``[m, b]``.
        """
        if not self._outputs:
            count = max(1, min(_TOGETHER, _KEPT // outputs.numel()))
            self._together = torch.empty(count, *outputs.shape, dtype=outputs.dtype, device=outputs.device)
            self._outputs = self._together.unbind(0)
        self._outputs[len(self._rest)].copy_(outputs)
        self._rest.append((units, weights))
        self.steps += 1
        if len(self._rest) == len(self._outputs):
            self._work_out()

    def means(self) -> Floats:
        """Mean loss per row of every member ``[m]``; NaN before the first step."""
        self._work_out()
        if not self._done:
            return np.full(len(self._objective), np.nan)
        # Running sums add step after step; any other sum would depend on how many members stand beside each other.
        losses, rows = (torch.cat(part).cpu().numpy().cumsum(axis=0)[-1] for part in zip(*self._done, strict=True))
        found: Floats = losses / rows
        return found

    def _work_out(self) -> None:
        count = len(self._rest)
        if not count:
            return
        # Steps are laid behind one another along the member axis, and every step's sum is its own.
        units, weights = (torch.cat(part) for part in zip(*self._rest, strict=True))
        targets = self._targets.index_select(0, units.view(-1)).view(*units.shape, *self._targets.shape[1:])
        outputs = self._together[:count].flatten(0, 1)
        losses = self._objective.repeat(count).losses(outputs, targets, weights).view(count, -1).double()
        rows = (weights > 0).sum(1).view(count, -1).double()
        self._done.append((losses * rows, rows))
        self._rest = []
