"""Training losses of an epoch, worked out for many steps at a time: a step itself needs only the gradient."""

import numpy as np
import torch
from torch import Tensor

from pellucid.objectives import StackObjective
from pellucid.shapes import Floats
from pellucid.training.gathering import Gathering
from pellucid.training.repeated import Repeated

__all__ = ["LossTally"]

# Steps worked out together, at most; their outputs are kept so long.
_TOGETHER = 64
# Outputs kept, at most, so that what is worked out of them stays near the processor (measured for 128 members in
# batches of 32: 0.3 µs a step of a member, against 1.0 with 32 times as many). A GPU would rather have a lot at a time.
_KEPT, _KEPT_ON_A_GPU = 1 << 15, 1 << 22


class LossTally:
    """Mean training loss of every member over an epoch.

    Attributes:
        steps: Steps seen.
    """

    def __init__(self, objective: StackObjective, targets: Tensor, *, steps: int) -> None:
        """Begin; ``targets`` are those of all units of the table ``[u, …]``, ``steps`` the length of an epoch."""
        self.steps = 0
        self._objective, self._table, self._length = objective, targets, steps
        self._rows, self._weights = torch.empty(0), torch.empty(0)
        self._room: _Room | None = None
        self._done: list[Tensor] = []

    def restart(self, rows: Tensor, weights: Tensor) -> None:
        """Begin another epoch, in the same memory, with these units and weights ``[steps, m, b]``."""
        self.steps, self._done = 0, []
        self._rows = rows
        if weights is not self._weights:
            self._weights, self._counts = weights, (weights > 0).sum(2).double()

    def add(self, outputs: Tensor) -> None:
        """Take a step's outputs without their padding ``[m, b, o]``; they are copied."""
        if self._room is None:
            with torch.inference_mode(False):
                self._room = _Room(self._objective, self._table, outputs, self._length, self._weights.dtype)
        place = self.steps % self._room.count
        self._room.outputs[place].copy_(outputs)
        self.steps += 1
        if place == self._room.count - 1:
            self._work_out(self._room)

    def means(self) -> Floats:
        """Mean loss per row of every member ``[m]``; NaN before the first step."""
        if self._room is None or not self.steps:
            return np.full(len(self._objective), np.nan)
        if self.steps % self._room.count:
            self._work_out(self._room)
        counts = self._counts[: self.steps]
        # Running sums add step after step; any other sum would depend on how many members stand beside each other.
        losses, rows = (each.cpu().numpy().cumsum(axis=0)[-1] for each in (torch.cat(self._done) * counts, counts))
        found: Floats = losses / rows
        return found

    def _work_out(self, room: "_Room") -> None:
        first = (self.steps - 1) // room.count * room.count
        self._done.append(room.losses(self._rows[first : self.steps], self._weights[first : self.steps]))


class _Room:
    """Memory for a few steps, laid behind one another along the member axis, and the losses there.

    Attributes:
        count: How many steps.
        outputs: Where each one's outputs go ``[m, b, o]``.
    """

    def __init__(
        self, objective: StackObjective, table: Tensor, outputs: Tensor, length: int, dtype: torch.dtype
    ) -> None:
        m, b = len(objective), outputs.shape[1] // objective.rows
        kept = _KEPT if outputs.device.type == "cpu" else _KEPT_ON_A_GPU
        # Pieces of equal length.
        pieces = -(-length // max(1, min(_TOGETHER, kept // outputs.numel())))
        self.count = -(-length // pieces)
        together = outputs.new_zeros(self.count, *outputs.shape)
        self.outputs = together.unbind(0)
        self._weights = outputs.new_zeros(self.count, m, b, dtype=dtype)
        # What no step has filled yet is worked out with the rest, and must be targets of some kind.
        self._targets = table[:1].expand(self.count * m * b, *table.shape[1:]).clone()
        self._losses = outputs.new_zeros(self.count * m)
        self._table, self._gatherings = table, dict[int, Gathering]()
        given = (together.flatten(0, 1), self._targets.view(-1, b, *table.shape[1:]), self._weights.flatten(0, 1))
        repeated = objective.repeat(self.count)
        self._work_out = Repeated(lambda: self._losses.copy_(repeated.losses(*given)), self._losses)

    def losses(self, rows: Tensor, weights: Tensor) -> Tensor:
        """Losses ``[s, m]`` of the first s steps, with these units and weights ``[s, m, b]``."""
        steps, units = len(rows), rows.numel()
        if units not in self._gatherings:
            self._gatherings[units] = Gathering(self._table, self._targets[:units])
        gathering = self._gatherings[units]
        gathering.take(*gathering.steps(rows.unsqueeze(0)))
        self._weights[:steps].copy_(weights)
        self._work_out()
        return self._losses.view(self.count, -1)[:steps].double()
