"""From class probabilities to the class that is told: the likeliest one, or the median of classes with an order."""

import numpy as np

from pellucid.shapes import Array, Floats

__all__ = ["told_class"]


def told_class(probabilities: Floats, *, ordered: bool = False) -> Array:
    """Class numbers ``[…]`` of probabilities ``[…, c]``, decided as the heads of saved models decide.

    Args:
        probabilities: Of the classes, which sum to 1.
        ordered: Whether the classes have an order: then the least one that half of the probability does not exceed.
    """
    if not ordered:
        likeliest: Array = probabilities.argmax(axis=-1)
        return likeliest
    at_most = np.cumsum(probabilities, axis=-1)[..., :-1]
    median: Array = (at_most < 0.5).sum(axis=-1)
    return median
