"""Smooth relatives of relu: gelu, silu, mish, softplus. All built from exp, log1p and erf, see ``logistic``."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.activations.entry import Activation, Numbers
from pellucid.activations.masks import above_zero
from pellucid.activations.sigmoids import logistic
from pellucid.arithmetic import erf, exp, tanh
from pellucid.catalogue import Value
from pellucid.records.activations import ACTIVATION_PARAMETERS

__all__ = ["GELU", "MISH", "SILU", "SOFTPLUS"]

_SQRT_HALF = math.sqrt(0.5)
_NORMAL_DENSITY = 1 / math.sqrt(2 * math.pi)
# Hendrycks & Gimpel (2016), section 2: gelu ≈ ½x·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
_TANH_FACTOR = math.sqrt(2 / math.pi)
_TANH_CUBE = 0.044715
# Beyond it tanh is 1 to the last bit of float64, and nothing overflows on the way.
_TANH_REACH = 16.0


def _normal_cdf(x: Tensor) -> Tensor:
    return (erf(x * _SQRT_HALF) + 1.0) * 0.5


def _gelu_tanh_parts(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return tanh of the inner polynomial, and the polynomial's derivative."""
    near = x.clamp(-_TANH_REACH, _TANH_REACH)
    square = near * near
    inner = (square * _TANH_CUBE).add_(1.0).mul_(near).mul_(_TANH_FACTOR)
    return tanh(inner), square.mul_(3 * _TANH_CUBE).add_(1.0).mul_(_TANH_FACTOR)


def _gelu(x: Tensor, numbers: Numbers) -> Tensor:
    if numbers["approximate"] == "tanh":
        t, _ = _gelu_tanh_parts(x)
        return (t + 1.0).mul_(0.5).mul_(x)
    return x * _normal_cdf(x)


def _gelu_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    if numbers["approximate"] == "tanh":
        # ½(1 + t) + ½x·(1 − t²)·inner′
        t, inner = _gelu_tanh_parts(x)
        bend = (1.0 - t * t).mul_(inner).mul_(x)
        return bend.add_(t).add_(1.0).mul_(0.5).mul_(dy)
    # gelu′ = Φ(x) + x·φ(x)
    density = exp(x * x * -0.5).mul_(_NORMAL_DENSITY)
    return dy * _normal_cdf(x).add_(x * density)


def _silu_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # silu′ = σ + y·(1 − σ)
    s = logistic(x)
    return dy * (s + y - y * s)


def _tanh_softplus(x: Tensor) -> tuple[Tensor, Tensor]:
    # tanh(log(1 + e)) = n / (n + 2) with e = exp(x), n = e·(e + 2); above 20 it is 1 to the last bit.
    e = exp(x.clamp(max=20.0))
    n = e * (e + 2.0)
    return n / (n + 2.0), e


def _mish_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # mish′ = t + x·(1 − t²)·σ(x) with t = tanh(softplus(x)), σ(x) = e / (e + 1)
    t, e = _tanh_softplus(x)
    return dy * (t + x * (1.0 - t * t) * (e / (e + 1.0)))


def _softplus(x: Tensor, numbers: Numbers) -> Tensor:
    # Nothing overflows: exp sees at most the threshold, and above it the value is x.
    beta, threshold = numbers["beta"], numbers["threshold"]
    steep = x * beta
    bent = torch.log1p(steep.clamp(max=threshold).exp_()).div_(beta)
    return torch.lerp(bent, x, above_zero(steep - threshold))


def _softplus_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # A sigmoid is at most 1, which it is replaced by above the threshold.
    steep = x * numbers["beta"]
    return torch.maximum(logistic(steep), above_zero(steep.sub_(numbers["threshold"]))).mul_(dy)


def _softplus_at_zero(numbers: Mapping[str, Value]) -> float:
    return math.log(2.0) / float(numbers["beta"])  # type: ignore[arg-type]


GELU = Activation(
    name="gelu",
    formula="x·Φ(x), Φ the normal distribution's cumulative probability",
    purpose="A smooth relu that dips below 0; the usual choice in transformers, often a little better than relu.",
    source="Hendrycks & Gimpel (2016), Gaussian error linear units, arXiv 1606.08415, section 2",
    presets={"gelu_tanh": {"approximate": "tanh"}},
    parameters=ACTIVATION_PARAMETERS["gelu"],
    derivative="Φ(x) + x·φ(x), φ the normal density",
    range="[−0.1700, ∞)",
    zero_centred=True,
    saturates="below 0",
    value=_gelu,
    pull=_gelu_pull,
    twin="torch.nn.GELU",
)
SILU = Activation(
    name="silu",
    formula="x·sigmoid(x)",
    purpose="A smooth relu that dips below 0, without the normal distribution; also called swish.",
    source="Elfwing, Uchibe & Doya (2018), Sigmoid-weighted linear units for neural network function approximation in "
    "reinforcement learning, arXiv 1702.03118",
    aliases=("swish",),
    derivative="sigmoid(x) + y·(1 − sigmoid(x))",
    range="[−0.2785, ∞)",
    zero_centred=True,
    saturates="below 0",
    value=lambda x, numbers: x * logistic(x),
    pull=_silu_pull,
    twin="torch.nn.SiLU",
)
MISH = Activation(
    name="mish",
    formula="x·tanh(log(1 + exp(x)))",
    purpose="A smooth relu that dips below 0; RealMLP's choice for regression.",
    source="Misra (2019), Mish: a self regularized non-monotonic activation function, arXiv 1908.08681, eq. (1)",
    derivative="t + x·(1 − t²)·sigmoid(x), t = tanh(log(1 + exp(x)))",
    range="[−0.3088, ∞)",
    zero_centred=True,
    saturates="below 0",
    value=lambda x, numbers: x * _tanh_softplus(x)[0],
    pull=_mish_pull,
    twin="torch.nn.Mish",
)
SOFTPLUS = Activation(
    name="softplus",
    formula="log(1 + exp(beta·x)) / beta; x itself where beta·x > threshold",
    purpose="A relu without a corner, always above 0: for outputs that must be positive, such as rates and variances.",
    source="Dugas, Bengio, Bélisle, Nadeau & Garcia (2001), Incorporating second-order functional knowledge for better "
    "option pricing",
    aliases=("smooth_relu",),
    parameters=ACTIVATION_PARAMETERS["softplus"],
    derivative="sigmoid(beta·x); 1 where beta·x > threshold",
    range="(0, ∞)",
    zero_centred=False,
    saturates="below 0",
    value=_softplus,
    pull=_softplus_pull,
    at_zero=_softplus_at_zero,
    twin="torch.nn.Softplus",
)
