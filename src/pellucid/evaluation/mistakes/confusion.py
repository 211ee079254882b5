"""Confusion table: which class was taken for which."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pellucid.shapes import Array

__all__ = ["confusion"]


def confusion(truth: Array, prediction: Array, classes: Sequence[str]) -> dict[str, Any]:
    """Counts of (true class, predicted class) as plain data.

    Args:
        truth: Class codes int64 ``[n]`` in 0…c−1.
        prediction: The same for the model.
        classes: Labels ``[c]``.

    Returns:
        ``{"labels": [c names], "table": [c lists of c counts]}``: a row per true class, a column per predicted one.
    """
    count = len(classes)
    cells = np.bincount(truth * count + prediction, minlength=count * count).reshape(count, count)
    return {"labels": list(classes), "table": cells.tolist()}
