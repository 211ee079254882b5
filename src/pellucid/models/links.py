"""From outputs to predictions: the link of each member, then the mean over members; float64.

Classes and members lie along the leading axes, rows along the last, so that each sum runs in the same order for every
row.
"""

import numpy as np

from pellucid.models.manifest import Link
from pellucid.shapes import Floats

__all__ = ["ensemble"]


def ensemble(outputs: Floats, link: Link) -> Floats:
    """Mean prediction of the members.

    Args:
        outputs: ``[m, o, b]``.
        link: ``softmax``, ``sigmoid`` or ``identity``.

    Returns:
        Probabilities ``[c, b]``, or means of the outputs ``[1, b]``.
    """
    z = np.ascontiguousarray(outputs, dtype=np.float64)
    total: Floats = np.add.reduce(_LINKS[link](z), axis=0)
    return total / len(outputs)


def _softmax(z: Floats) -> Floats:
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    shares: Floats = e / np.add.reduce(e, axis=1, keepdims=True)
    return shares


def _sigmoid(z: Floats) -> Floats:
    # e^−|z| never overflows; the smaller probability is e/(1 + e).
    e = np.exp(-np.abs(z))
    first = np.where(z >= 0, e, 1.0) / (1.0 + e)
    second = np.where(z >= 0, 1.0, e) / (1.0 + e)
    return np.concatenate([first, second], axis=1)


def _identity(z: Floats) -> Floats:
    return z


_LINKS = {"softmax": _softmax, "sigmoid": _sigmoid, "identity": _identity}
