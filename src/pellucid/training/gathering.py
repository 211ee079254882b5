"""Gathering: a step's rows of a table, copied to where the step reads them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

__all__ = ["Gathering"]


class Gathering:
    """Copies rows of one table to one place, step after step.

    In main memory NumPy does it: it starts sooner than ``torch.index_select`` and copies faster (measured: 1.5 µs
    against 2.4 for 32 rows, 17 µs against 26 for 8,192 of 16 numbers).
    """

    def __init__(self, table: Tensor, into: Tensor) -> None:
        """Take a table ``[n, …]`` and the place of its rows ``[k, …]``, which is contiguous."""
        self.take: Callable[[Any], object]
        """Copies the rows of one step, given as ``steps`` gives them."""
        self._by_numpy = table.device.type == "cpu"
        if self._by_numpy:
            source, target = table.numpy(), into.numpy()
            # Clipping changes no number here, but spares the buffer in which NumPy awaits one that is too large.
            self.take = lambda rows: np.take(source, rows, 0, target, "clip")
        else:
            self.take = lambda rows: torch.index_select(table, 0, rows, out=into)

    def steps(self, rows: Tensor) -> Sequence[Any]:
        """Row numbers ``[steps, …]``, k of them for each step, as ``take`` wants them."""
        flat = rows.flatten(1)
        return list(flat.numpy()) if self._by_numpy else flat.unbind(0)
