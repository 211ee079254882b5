"""Sums whose bits do not depend on how many rows are summed beside one another."""

import numpy as np

from pellucid.shapes import Floats

__all__ = ["logistic", "softmax", "total"]


def total(values: Floats) -> Floats:
    """Sum over the middle axis of ``[m, o, b]``, one output after the other: ``[m, 1, b]``.

    NumPy's own sum goes another way when there is a single row, and rounds otherwise.
    """
    found: Floats = values[:, :1].copy()
    for output in range(1, values.shape[1]):
        found += values[:, output : output + 1]
    return found


def softmax(z: Floats) -> Floats:
    """Shares of the middle axis that sum to 1; the largest output is taken off first, so that nothing overflows."""
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    shares: Floats = e / total(e)
    return shares


def logistic(z: Floats) -> tuple[Floats, Floats]:
    """σ(z) and 1 − σ(z), each with its full precision: e^−|z| never overflows."""
    e = np.exp(-np.abs(z))
    first: Floats = np.where(z >= 0, 1.0, e) / (1.0 + e)
    second: Floats = np.where(z >= 0, e, 1.0) / (1.0 + e)
    return first, second
