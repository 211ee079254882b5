"""The block that a prediction goes through, ``[m, t, i, 16]``: m members, t tiles of 16 rows, i units.

``forward`` says why the rows stand last.
"""

import numpy as np

from pellucid.shapes import Array, Floats

__all__ = ["LANES", "padded", "sum_over_units", "widened"]

LANES = 16
"""Rows in a tile, and the multiple that widths are padded to; padding stays without effect."""


def padded(width: int) -> int:
    """The width rounded up to a multiple of 16."""
    return -(-width // LANES) * LANES


def widened(values: Array, *widths: int) -> Floats:
    """Zeros of the given last widths with the values in front, float32; the leading axes stay."""
    kept = values.shape[: values.ndim - len(widths)]
    wide = np.zeros((*kept, *widths), dtype=np.float32)
    wide[tuple(slice(width) for width in values.shape)] = values
    return wide


def sum_over_units(block: Floats) -> Floats:
    """Sums over the units, kept: ``[…, i, 16] → […, 1, 16]``.

    Halves are added again and again, as training does it: the order of the additions follows from i alone.
    """
    while (width := block.shape[-2]) > 1:
        half = width // 2
        folded = block[..., :half, :] + block[..., half : 2 * half, :]
        if width % 2:
            folded[..., :1, :] += block[..., -1:, :]
        block = folded
    return block
