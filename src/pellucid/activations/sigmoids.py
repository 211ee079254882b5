"""S-shaped activations: sigmoid and tanh."""

import torch
from torch import Tensor

from pellucid.activations.registry import Activation

__all__ = ["SIGMOID", "TANH", "logistic"]


def logistic(x: Tensor) -> Tensor:
    """σ(x) = 1 / (1 + e⁻ˣ); exactly 0 and 1 at the far ends, never NaN.

    Built from exp and a division instead of ``torch.sigmoid``, whose last few elements go through another routine: the
    bits of an element would then depend on where it stands and on the number of threads.
    """
    return torch.reciprocal(torch.exp(-x) + 1.0)


# σ′ = σ·(1 − σ)
SIGMOID = Activation("sigmoid", "1 / (1 + exp(−x))", logistic, lambda dy, x, y: dy * (y - y * y), at_zero=0.5)
# tanh′ = 1 − tanh²
TANH = Activation("tanh", "tanh(x)", torch.tanh, lambda dy, x, y: dy - dy * y * y)
