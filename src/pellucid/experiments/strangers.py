"""Categories that a network never met: their vectors, which nothing ever moved from where chance put them."""

import numpy as np

from pellucid.shapes import Codes, Floats

__all__ = ["with_average_strangers"]


def with_average_strangers(table: Floats, codes: Codes) -> Floats:
    """A category table ``[levels, size]`` whose strangers have the mean vector of those that were met.

    The mean is weighted by how often, so that an unseen category counts as an average one and not as a random one.

    Args:
        table: As trained.
        codes: Of the rows that trained it.
    """
    met = np.bincount(codes, minlength=len(table))
    found = table.copy()
    found[met == 0] = met @ table / met.sum()
    return found
