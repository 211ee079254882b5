"""Rows of a sequence seen with their neighbours: one wide row for each frame."""

import numpy as np

from pellucid.shapes import Floats
from pellucid.tables.targets.sequences import Runs

__all__ = ["side_by_side"]


def side_by_side(numbers: Floats, runs: Runs, context: int) -> Floats:
    """Every frame of every sequence beside its neighbours, the earliest first; zeros where a sequence ends.

    Args:
        numbers: Encoded rows ``[n, i]``.
        runs: Where the sequences lie.
        context: Neighbours on either side; ≥ 0.

    Returns:
        ``[frames, (2·context + 1)·i]``, the sequences one after the other.
    """
    wide = 2 * context + 1
    pieces = [np.zeros((0, wide * numbers.shape[1]), dtype=numbers.dtype)]
    for start, stop in zip(runs.starts, runs.stops, strict=True):
        own = np.pad(numbers[start:stop], ((context, context), (0, 0)))
        pieces.append(np.concatenate([own[k : k + stop - start] for k in range(wide)], axis=1))
    return np.concatenate(pieces)
