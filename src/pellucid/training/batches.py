"""Which rows (or pairs, triplets, sequences: units, see ``data``) a member sees at which step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from pellucid.networks import padded
from pellucid.shapes import Array, Codes, Floats, RowNumbers
from pellucid.training.shuffling import Shuffled, alike

__all__ = ["BatchPlan", "Batches", "blocks", "steps_per_epoch"]


def steps_per_epoch(rows: int, batch_size: int, *, drop_last: bool) -> int:
    """Steps that cover so many rows; at least one."""
    return max(1, rows // batch_size) if drop_last else -(-rows // batch_size)


@dataclass(frozen=True)
class BatchPlan:
    """An epoch's steps.

    Every batch has the same shape: a batch is filled up to a multiple of 16 rows with copies of its first row of weight
    0, so that neither a short last batch nor the company changes how a row is computed. Any other row would not do:
    0 · ∞ is NaN, and a row that is not the member's own must not reach it even so.

    Attributes:
        rows: Row numbers ``[steps, m, b]``.
        weights: Weights ``[steps, m, b]`` that sum to 1 over each member's real rows.
        repeats: Whether a step has the weights of the step before it ``[steps]``.
    """

    rows: Tensor
    weights: Tensor
    repeats: Sequence[bool]


class Batches:
    """The batches of a stack, epoch after epoch.

    Attributes:
        steps: Steps of an epoch, the same for all members.
        width: Rows of a batch, filling included.
    """

    def __init__(
        self,
        seeds: Sequence[int],
        rows: Sequence[RowNumbers],
        *,
        batch_size: int,
        drop_last: bool,
        row_weights: Sequence[Floats | None] | None,
        dtype: torch.dtype,
        device: torch.device | str = "cpu",
    ) -> None:
        """Look at what stays the same.

        Args:
            seeds: Member seeds ``[m]``.
            rows: Each member's training rows; all need the same number of steps.
            batch_size: Real rows per step.
            drop_last: Leave out an incomplete last batch.
            row_weights: Per member, weights ``[n]`` of the whole table, or None: all 1.
            dtype: Of the weights.
            device: Where plans are wanted.
        """
        self._members = len(seeds)
        self._row_weights = list(row_weights) if row_weights is not None else [None] * len(rows)
        self._dtype, self._device = dtype, torch.device(device)
        self.steps = steps_per_epoch(len(rows[0]), batch_size, drop_last=drop_last)
        width = min(batch_size, max(len(own) for own in rows))
        self.width = padded(min(batch_size, padded(width)))
        counts = np.array([len(own) for own in rows])
        self._per_step = np.minimum(batch_size, counts)
        self._used = np.minimum(counts, self.steps * self._per_step)
        # A step that sees all rows sees the same in any order.
        in_one = (self.steps == 1) & (self._used == counts)
        self._parts = [Shuffled(members, seeds, rows, moves=not in_one[members[0]].item()) for members in alike(rows)]
        # Without weights of rows every epoch has the same ones.
        self._equal, self._repeats = None, [False] * self.steps
        if all(each is None for each in self._row_weights):
            weights = self._scaled(self._ones())
            self._equal = self._as_tensor(weights)
            self._repeats = [False, *(weights[1:] == weights[:-1]).all(axis=(1, 2)).tolist()]
        # Where nobody shuffles, every epoch is as the first.
        self._always = self._plan(0) if in_one.all() else None

    def epoch(self, epochs: ArrayLike) -> BatchPlan:
        """Shuffle each member's rows by its own seed and cut them into batches.

        Who sees all rows in one step gets them unshuffled.

        Args:
            epochs: Which epoch, counted from 0: one number, or each member's own ``[m]``.
        """
        return self._plan(epochs) if self._always is None else self._always

    def _plan(self, epochs: ArrayLike) -> BatchPlan:
        chosen = np.empty((self.steps, self._members, self.width), dtype=np.int64)
        weights = self._ones() if self._equal is None else None
        now = np.zeros(self._members, dtype=np.int64) + np.asarray(epochs, dtype=np.int64)
        for part in self._parts:
            shuffled = part.at(now)
            self._cut(shuffled, part.members, chosen)
            if weights is not None:
                for place, member in enumerate(part.members):
                    own = self._row_weights[member]
                    if own is not None:
                        mine = slice(place, place + 1)
                        self._cut(own[shuffled[mine]], part.members[mine], weights, fill=False)
        rows = torch.as_tensor(chosen, device=self._device)
        if weights is None:
            assert self._equal is not None
            return BatchPlan(rows, self._equal, self._repeats)
        return BatchPlan(rows, self._as_tensor(self._scaled(weights)), self._repeats)

    def _cut(self, ordered: Array, members: Codes, into: Array, *, fill: bool = True) -> None:
        """Lay out what belongs to rows ``[p, n]`` step by step; filling is as the first of its batch."""
        per_step, used = int(self._per_step[members[0]]), int(self._used[members[0]])
        full, rest = divmod(used, per_step)
        whole = ordered[:, : full * per_step].reshape(len(members), full, per_step).transpose(1, 0, 2)
        into[:full, members, :per_step] = whole
        if fill and per_step < self.width:
            into[:full, members, per_step:] = whole[:, :, :1]
        if rest:
            into[full, members, :rest] = ordered[:, full * per_step : used]
            if fill:
                into[full, members, rest:] = ordered[:, full * per_step, None]

    def _ones(self) -> Floats:
        """1 for real rows and 0 for filling ``[steps, m, b]``."""
        real = np.minimum(self._used - np.arange(self.steps)[:, None] * self._per_step, self._per_step)
        found: Floats = (np.arange(self.width) < real[:, :, None]).astype(np.float64)
        return found

    @staticmethod
    def _scaled(weights: Floats) -> Floats:
        scaled: Floats = weights / weights.sum(axis=2, keepdims=True)
        return scaled

    def _as_tensor(self, weights: Floats) -> Tensor:
        return torch.as_tensor(weights, dtype=self._dtype, device=self._device)


def blocks(
    rows: Sequence[RowNumbers], width: int, *, dtype: torch.dtype, device: torch.device | str = "cpu"
) -> list[tuple[Tensor, Tensor]]:
    """Each member's rows in order, in blocks of fixed width: row numbers ``[m, width]`` and 1/0 for real or filling.

    A member with fewer rows than the others gets blocks of filling only, which add exact zeros to its sums.
    """
    longest = max((len(own) for own in rows), default=0)
    count = -(-longest // width)
    chosen = np.zeros((len(rows), count * width), dtype=np.int64)
    real = np.zeros((len(rows), count * width))
    for member, own in enumerate(rows):
        chosen[member, : len(own)] = own
        real[member, : len(own)] = 1.0
    return [
        (
            torch.as_tensor(np.ascontiguousarray(chosen[:, at : at + width]), device=device),
            torch.as_tensor(np.ascontiguousarray(real[:, at : at + width]), dtype=dtype, device=device),
        )
        for at in range(0, count * width, width)
    ]
