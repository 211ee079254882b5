"""Which rows (or pairs, triplets, sequences: units, see ``data``) a member sees at which step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from pellucid.networks import padded
from pellucid.shapes import Floats, RowNumbers
from pellucid.training.randomness import permutation

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
        self._seeds, self._rows, self._row_weights = list(seeds), list(rows), row_weights
        self._dtype, self._device = dtype, torch.device(device)
        self.steps = steps_per_epoch(len(rows[0]), batch_size, drop_last=drop_last)
        width = min(batch_size, max(len(own) for own in rows))
        self.width = padded(min(batch_size, padded(width)))
        self._per_step = [min(batch_size, len(own)) for own in rows]
        self._used = [min(len(own), self.steps * each) for own, each in zip(rows, self._per_step, strict=True)]
        # Without weights of rows every epoch has the same ones.
        self._equal, self._repeats = None, [False] * self.steps
        if row_weights is None or all(each is None for each in row_weights):
            weights = self._scaled(self._ones())
            self._equal = self._as_tensor(weights)
            self._repeats = [False, *(weights[1:] == weights[:-1]).all(axis=(1, 2)).tolist()]

    def epoch(self, epochs: ArrayLike) -> BatchPlan:
        """Shuffle each member's rows by its own seed and cut them into batches.

        Args:
            epochs: Which epoch, counted from 0: one number, or each member's own ``[m]``.
        """
        chosen = np.empty((self.steps, len(self._seeds), self.width), dtype=np.int64)
        weights = None if self._equal is not None else self._ones()
        now = np.broadcast_to(np.asarray(epochs, dtype=np.int64), len(self._seeds)).tolist()
        for member, (seed, own) in enumerate(zip(self._seeds, self._rows, strict=True)):
            shuffled = own[permutation(seed, now[member], len(own))]
            self._cut(shuffled, member, chosen)
            if weights is not None and self._row_weights is not None:
                own_weights = self._row_weights[member]
                if own_weights is not None:
                    per_step, used = self._per_step[member], self._used[member]
                    step, place = np.divmod(np.arange(used), per_step)
                    weights[step, member, place] = own_weights[shuffled[:used]]
        rows = torch.as_tensor(chosen, device=self._device)
        if weights is None:
            assert self._equal is not None
            return BatchPlan(rows, self._equal, self._repeats)
        return BatchPlan(rows, self._as_tensor(self._scaled(weights)), self._repeats)

    def _cut(self, shuffled: RowNumbers, member: int, chosen: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> None:
        per_step, used = self._per_step[member], self._used[member]
        full = used // per_step
        chosen[:full, member, :per_step] = shuffled[: full * per_step].reshape(full, per_step)
        chosen[:full, member, per_step:] = chosen[:full, member, :1]
        if full < self.steps:
            rest = used - full * per_step
            chosen[full, member, :rest] = shuffled[full * per_step : used]
            chosen[full, member, rest:] = shuffled[full * per_step]

    def _ones(self) -> Floats:
        """1 for real rows and 0 for filling ``[steps, m, b]``."""
        place = np.arange(self.width)
        found = np.zeros((self.steps, len(self._seeds), self.width))
        for member, (per_step, used) in enumerate(zip(self._per_step, self._used, strict=True)):
            left = used - np.arange(self.steps)[:, None] * per_step
            found[:, member] = place < np.minimum(left, per_step)
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
