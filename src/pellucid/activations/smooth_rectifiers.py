"""Smooth relatives of relu: gelu, silu, mish, selu. All built from exp and erf, see ``logistic`` for the reason."""

import math

import torch
from torch import Tensor

from pellucid.activations.registry import Activation
from pellucid.activations.sigmoids import logistic

__all__ = ["GELU", "MISH", "SELU", "SILU"]

_SQRT_HALF = math.sqrt(0.5)
_NORMAL_DENSITY = 1 / math.sqrt(2 * math.pi)

# Klambauer et al. (2017), "Self-normalizing neural networks", eq. (14).
_SELU_SCALE = 1.0507009873554804934193349852946
_SELU_ALPHA = 1.6732632423543772848170429916717


def _normal_cdf(x: Tensor) -> Tensor:
    return (torch.erf(x * _SQRT_HALF) + 1.0) * 0.5


def _gelu_pull(dy: Tensor, x: Tensor, y: Tensor) -> Tensor:
    # gelu′ = Φ(x) + x·φ(x)
    density = torch.exp(x * x * -0.5).mul_(_NORMAL_DENSITY)
    return dy * _normal_cdf(x).add_(x * density)


def _silu_pull(dy: Tensor, x: Tensor, y: Tensor) -> Tensor:
    # silu′ = σ + y·(1 − σ)
    s = logistic(x)
    return dy * (s + y - y * s)


def _tanh_softplus(x: Tensor) -> Tensor:
    # tanh(log(1 + e)) = n / (n + 2) with e = exp(x), n = e·(e + 2); above 20 it is 1 to the last bit.
    e = torch.exp(x.clamp(max=20.0))
    n = e * (e + 2.0)
    return n / (n + 2.0)


def _mish_pull(dy: Tensor, x: Tensor, y: Tensor) -> Tensor:
    # mish′ = t + x·(1 − t²)·σ(x) with t = tanh(softplus(x))
    t = _tanh_softplus(x)
    return dy * (t + x * (1.0 - t * t) * logistic(x))


def _selu(x: Tensor) -> Tensor:
    # scale·x above 0, scale·alpha·(eˣ − 1) below: the two halves add up, because each is 0 where the other is not.
    return torch.expm1(x.clamp(max=0.0)) * (_SELU_SCALE * _SELU_ALPHA) + torch.relu(x) * _SELU_SCALE


def _selu_pull(dy: Tensor, x: Tensor, y: Tensor) -> Tensor:
    # Below 0 the derivative is y + scale·alpha.
    return dy * torch.where(x > 0, _SELU_SCALE, y + _SELU_SCALE * _SELU_ALPHA)


# Hendrycks & Gimpel (2016), "Gaussian error linear units", exact form.
GELU = Activation("gelu", "x·Φ(x)", lambda x: x * _normal_cdf(x), _gelu_pull)
# Elfwing et al. (2018), "Sigmoid-weighted linear units"; also called swish.
SILU = Activation("silu", "x·sigmoid(x)", lambda x: x * logistic(x), _silu_pull)
# Misra (2019), "Mish: a self regularized non-monotonic activation function".
MISH = Activation("mish", "x·tanh(log(1 + exp(x)))", lambda x: x * _tanh_softplus(x), _mish_pull)
SELU = Activation("selu", "1.0507·(x if x > 0 else 1.6733·(exp(x) − 1))", _selu, _selu_pull)
