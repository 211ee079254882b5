"""Piecewise linear activations: identity, relu, leaky relu."""

import torch
from torch import Tensor

from pellucid.activations.registry import Activation

__all__ = ["IDENTITY", "LEAKY_RELU", "RELU"]

# Maas et al. (2013), "Rectifier nonlinearities improve neural network acoustic models"; PyTorch's default slope.
_LEAK = 0.01


def _relu_pull(dy: Tensor, x: Tensor, y: Tensor) -> Tensor:
    # dy where x > 0, else 0: one pass, and the derivative at 0 is 0, as in torch.
    return torch.ops.aten.threshold_backward(dy, x, 0.0)  # type: ignore[no-any-return]


def _leaky_relu(x: Tensor) -> Tensor:
    # max(x, 0.01·x)
    return torch.maximum(x, x * _LEAK)


def _leaky_relu_pull(dy: Tensor, x: Tensor, y: Tensor) -> Tensor:
    return torch.where(x > 0, dy, dy * _LEAK)


IDENTITY = Activation("identity", "x", lambda x: x, lambda dy, x, y: dy)
# Nair & Hinton (2010), "Rectified linear units improve restricted Boltzmann machines".
RELU = Activation("relu", "max(0, x)", torch.relu, _relu_pull)
LEAKY_RELU = Activation("leaky_relu", "x if x > 0 else 0.01·x", _leaky_relu, _leaky_relu_pull)
