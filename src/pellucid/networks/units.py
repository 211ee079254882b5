"""Which units of a padded width are real."""

from functools import cache

import torch
from torch import Tensor

from pellucid.activations.masks import passed
from pellucid.networks.layout import padded

__all__ = ["real_units", "silenced"]


@cache
def real_units(width: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """1 for units, 0 for padding ``[padded]``."""
    # It outlives whatever mode it is asked for in.
    with torch.inference_mode(False):
        return (torch.arange(padded(width), device=device) < width).to(dtype)


def silenced(x: Tensor, width: int) -> Tensor:
    """X ``[m, b, i]`` with 0 in the padding, whatever stands there."""
    return x if padded(width) == width else passed(x, real_units(width, x.dtype, x.device))
