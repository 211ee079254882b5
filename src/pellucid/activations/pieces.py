"""Cutting the values of a row into equal pieces, for activations that change the width."""

import torch
from torch import Tensor

from pellucid.errors import UsageError

__all__ = ["cut", "piece_width"]


def piece_width(width: int, pieces: int, owner: str) -> int:
    """Values of one of so many equal pieces.

    Raises:
        UsageError: If the width does not divide.
    """
    if width % pieces:
        raise UsageError(
            f"{owner} cuts its input into {pieces} equal pieces, but {width} values do not divide by {pieces}. Give "
            f"the layer before it {width + -width % pieces} outputs."
        )
    return width // pieces


def cut(x: Tensor, pieces: int, owner: str) -> tuple[Tensor, ...]:
    """Equal pieces of the last axis, one behind the other: ``[…, pieces·k]`` → views ``[…, k]``.

    Raises:
        UsageError: If the last axis does not divide.
    """
    return torch.split(x, piece_width(x.shape[-1], pieces, owner), -1)
