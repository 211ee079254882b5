"""Activations for prediction, in NumPy: the same names and values as in training."""

from collections.abc import Callable

import numpy as np

from pellucid.models.erf import erf
from pellucid.shapes import Floats

__all__ = ["ACTIVATIONS"]

_HALF_ROOT = np.float32(np.sqrt(0.5))
# Klambauer et al. 2017, "Self-normalizing neural networks", arXiv 1706.02515, eq. (14).
_SELU_SCALE = np.float32(1.0507009873554804934193349852946)
_SELU_ALPHA = np.float32(1.6732632423543772848170429916717)


def _identity(x: Floats) -> Floats:
    return x


def _relu(x: Floats) -> Floats:
    return np.maximum(x, np.float32(0.0))


def _leaky_relu(x: Floats) -> Floats:
    value: Floats = np.maximum(x, x * np.float32(0.01))
    return value


def _tanh(x: Floats) -> Floats:
    return np.tanh(x)


def _sigmoid(x: Floats) -> Floats:
    # e^−|x| never overflows: 1/(1 + e) for x ≥ 0, e/(1 + e) below.
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, np.float32(1.0), e) / (np.float32(1.0) + e)


def _gelu(x: Floats) -> Floats:
    # x·Φ(x) = ½x(1 + erf(x/√2)); Hendrycks and Gimpel 2016, arXiv 1606.08415, §2.
    value = erf(x * _HALF_ROOT)
    value += np.float32(1.0)
    value *= x
    value *= np.float32(0.5)
    return value


def _silu(x: Floats) -> Floats:
    return x * _sigmoid(x)


def _selu(x: Floats) -> Floats:
    below = _SELU_ALPHA * np.expm1(np.minimum(x, np.float32(0.0)))
    return _SELU_SCALE * np.where(x > 0, x, below)


def _mish(x: Floats) -> Floats:
    # x·tanh(ln(1 + eˣ)), Misra 2019, arXiv 1908.08681, eq. (1). With e = e^−|x|, tanh(ln(1 + eˣ)) is
    # (1 + 2e)/(1 + 2e + 2e²) for x ≥ 0 and (e² + 2e)/(e² + 2e + 2) below: nothing overflows or cancels.
    e = np.exp(-np.abs(x))
    upper = x >= 0
    square = e * e
    top = np.where(upper, np.float32(1.0), square)
    top += np.float32(2.0) * e
    rest = np.where(upper, square, np.float32(1.0))
    return x * top / (top + np.float32(2.0) * rest)


ACTIVATIONS: dict[str, Callable[[Floats], Floats]] = {
    "identity": _identity,
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "gelu": _gelu,
    "silu": _silu,
    "selu": _selu,
    "mish": _mish,
}
"""Name → value, element by element; float32 in and out, any shape. They never change their argument."""
