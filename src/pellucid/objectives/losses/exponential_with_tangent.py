"""The exponential function, continued by its tangent where it would overflow."""

import torch
from torch import Tensor

__all__ = ["CEILING", "exponential", "exponential_slope"]

CEILING = 40.0
"""e⁴⁰ = 2·10¹⁷ and its square fit into float32, with room for means and moments of gradients."""


def exponential(x: Tensor) -> Tensor:
    """eˣ up to x = 40, e⁴⁰·(1 + x − 40) beyond: convex, with equal value and slope where the two meet."""
    low = x.clamp(max=CEILING)
    return torch.exp(low) * (1.0 + (x - low))


def exponential_slope(x: Tensor) -> Tensor:
    """The derivative of that: eˣ, no more than e⁴⁰."""
    return torch.exp(x.clamp(max=CEILING))
