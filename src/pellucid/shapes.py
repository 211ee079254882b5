"""The axis letters, once, and the array aliases that signatures use.

    m  member of a stack        b  row of a batch        i  input of a layer
    o  output of a layer        c  class                 n  row of the table

Einsums use exactly these letters. The aliases carry the shape in their name for the reader; they are NumPy arrays, so
that the rooms below ``networks`` need no torch. Tensors are written ``[m, b, o]`` in docstrings.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Codes", "Floats", "RowNumbers"]

Array: TypeAlias = NDArray[Any]
Floats: TypeAlias = NDArray[np.floating[Any]]
"""Real numbers, ``float32`` in a network and ``float64`` in metrics."""
Codes: TypeAlias = NDArray[np.int64]
"""Category numbers; 0 means missing or unseen, 1… the known categories in order."""
RowNumbers: TypeAlias = NDArray[np.int64]
"""Row numbers of a table, counted from 0."""
