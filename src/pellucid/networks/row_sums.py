"""Sums along a row that depend on the row alone."""

from torch import Tensor

__all__ = ["row_sums"]


def row_sums(x: Tensor) -> Tensor:
    """Σ_i x: ``[m, b, i] → [m, b, 1]``, for x that is contiguous.

    Along a contiguous axis torch adds up row by row, in an order that follows from the row's length, and threads share
    whole rows; ``tests/networks/test_row_sums.py`` holds it to that. Only a sum that leaves a single value is split.
    """
    return x.sum(-1, keepdim=True)
