"""Holm's step-down correction: many comparisons, one chance in twenty of any false claim."""

import numpy as np

from pellucid.shapes import Floats

__all__ = ["holm"]


def holm(p: Floats) -> Floats:
    """Adjusted p values ``[k]``: rejecting those ≤ α makes any false claim with probability ≤ α.

    Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6: the
    i-th smallest of k is multiplied by k − i + 1 and never falls below its predecessor. It asks nothing of how the
    comparisons depend on one another.

    Args:
        p: ``[k]`` in [0, 1].
    """
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted
