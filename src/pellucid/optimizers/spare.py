"""Scratch memory of one piece of a stack.

A temporary of a few megabytes is given back to the system as soon as it is let go, and every page of the next one is
made anew: Lion with temporaries took 12 ms for 128 members of 7,312 parameters, and takes 2.7 ms without.
"""

import torch
from torch import Tensor

__all__ = ["Spare"]


class Spare:
    """Tensors like one tensor, by number: made when first asked for, and kept; they hold what was left there."""

    def __init__(self, like: Tensor) -> None:
        self._like = like
        self._made: list[Tensor] = []

    def __getitem__(self, number: int) -> Tensor:
        while len(self._made) <= number:
            self._made.append(torch.empty_like(self._like))
        return self._made[number]
