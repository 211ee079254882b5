"""Which rows (or pairs, triplets, sequences: units, see ``data``) a member sees at which step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pellucid.networks import padded
from pellucid.shapes import Floats, RowNumbers
from pellucid.training.randomness import PERMUTATION, generator

__all__ = ["BatchPlan", "blocks", "steps_per_epoch"]


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
    """

    rows: Tensor
    weights: Tensor

    @classmethod
    def of_epoch(
        cls,
        seeds: Sequence[int],
        rows: Sequence[RowNumbers],
        epoch: int,
        *,
        batch_size: int,
        drop_last: bool,
        row_weights: Sequence[Floats | None] | None,
        dtype: torch.dtype,
    ) -> "BatchPlan":
        """Shuffle each member's rows by its own seed and cut them into batches.

        Args:
            seeds: Member seeds ``[m]``.
            rows: Each member's training rows; all need the same number of steps.
            epoch: Counted from 0.
            batch_size: Real rows per step.
            drop_last: Leave out an incomplete last batch.
            row_weights: Per member, weights ``[n]`` of the whole table, or None: all 1.
            dtype: Of the weights.
        """
        steps = steps_per_epoch(len(rows[0]), batch_size, drop_last=drop_last)
        width = min(batch_size, max(len(own) for own in rows))
        filled = padded(min(batch_size, padded(width)))
        chosen = np.zeros((steps, len(seeds), filled), dtype=np.int64)
        weights = np.zeros((steps, len(seeds), filled))
        for member, (seed, own) in enumerate(zip(seeds, rows, strict=True)):
            shuffled = own[generator(seed, PERMUTATION, epoch).permutation(len(own))]
            per_step = min(batch_size, len(own))
            used = min(len(own), steps * per_step)
            chosen[:, member] = shuffled[: steps * per_step : per_step, None]
            step, place = np.divmod(np.arange(used), per_step)
            chosen[step, member, place] = shuffled[:used]
            own_weights = None if row_weights is None else row_weights[member]
            weights[step, member, place] = 1.0 if own_weights is None else own_weights[shuffled[:used]]
        weights /= weights.sum(axis=2, keepdims=True)
        return cls(torch.from_numpy(chosen), torch.as_tensor(weights, dtype=dtype))


def blocks(rows: Sequence[RowNumbers], width: int, *, dtype: torch.dtype) -> list[tuple[Tensor, Tensor]]:
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
            torch.from_numpy(np.ascontiguousarray(chosen[:, at : at + width])),
            torch.as_tensor(np.ascontiguousarray(real[:, at : at + width]), dtype=dtype),
        )
        for at in range(0, count * width, width)
    ]
