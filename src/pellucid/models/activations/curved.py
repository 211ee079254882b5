"""Activations made of exponentials and their like. The papers are named in the registry of activations."""

import numpy as np

from pellucid.models.activations.twin import Numbers, Twin
from pellucid.models.erf import erf
from pellucid.shapes import Floats

__all__ = ["CURVED", "smooth_relu"]

_ZERO, _ONE, _TWO, _HALF = (np.float32(value) for value in (0.0, 1.0, 2.0, 0.5))
_HALF_ROOT = np.float32(np.sqrt(0.5))
# Hendrycks and Gimpel 2016, arXiv 1606.08415, §2.
_TANH_FACTOR = np.float32(np.sqrt(2 / np.pi))
_TANH_CUBE = np.float32(0.044715)
# Klambauer et al. 2017, "Self-normalizing neural networks", arXiv 1706.02515, eq. (14).
_SELU_SCALE = np.float32(1.0507009873554804934193349852946)
_SELU_ALPHA = np.float32(1.6732632423543772848170429916717)


def _sigmoid(x: Floats, numbers: Numbers) -> Floats:
    # e^−|x| never overflows: 1/(1 + e) for x ≥ 0, e/(1 + e) below.
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, _ONE, e) / (_ONE + e)


def smooth_relu(x: Floats) -> Floats:
    """log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|)."""
    value = np.log1p(np.exp(-np.abs(x)))
    value += np.maximum(x, _ZERO)
    return value


def _softsign(x: Floats, numbers: Numbers) -> Floats:
    return x / (np.abs(x) + _ONE)


def _gelu(x: Floats, numbers: Numbers) -> Floats:
    # x·Φ(x) = ½x(1 + erf(x/√2)); Hendrycks and Gimpel 2016, arXiv 1606.08415, §2.
    if numbers["approximate"] == "tanh":
        near = np.clip(x, np.float32(-16.0), np.float32(16.0))
        value: Floats = near * near
        value *= _TANH_CUBE
        value += _ONE
        value *= near
        value *= _TANH_FACTOR
        np.tanh(value, out=value)
    else:
        value = erf(x * _HALF_ROOT)
    value += _ONE
    value *= x
    value *= _HALF
    return value


def _silu(x: Floats, numbers: Numbers) -> Floats:
    return x * _sigmoid(x, numbers)


def _elu(x: Floats, numbers: Numbers) -> Floats:
    return np.where(x > 0, x, numbers["alpha"] * np.expm1(np.minimum(x, _ZERO)))


def _celu(x: Floats, numbers: Numbers) -> Floats:
    alpha = numbers["alpha"]
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, _ZERO) / alpha))


def _selu(x: Floats, numbers: Numbers) -> Floats:
    below = _SELU_ALPHA * np.expm1(np.minimum(x, _ZERO))
    return _SELU_SCALE * np.where(x > 0, x, below)


def _mish(x: Floats, numbers: Numbers) -> Floats:
    # x·tanh(ln(1 + eˣ)), Misra 2019, arXiv 1908.08681, eq. (1). With e = e^−|x|, tanh(ln(1 + eˣ)) is
    # (1 + 2e)/(1 + 2e + 2e²) for x ≥ 0 and (e² + 2e)/(e² + 2e + 2) below: nothing overflows or cancels.
    e = np.exp(-np.abs(x))
    upper = x >= 0
    square = e * e
    top = np.where(upper, _ONE, square)
    top += _TWO * e
    rest = np.where(upper, square, _ONE)
    return x * top / (top + _TWO * rest)


def _softplus(x: Floats, numbers: Numbers) -> Floats:
    steep = x * numbers["beta"]
    return np.where(steep > numbers["threshold"], x, smooth_relu(steep) / numbers["beta"])


def _gaussian(x: Floats, numbers: Numbers) -> Floats:
    value: Floats = np.exp(-(x * x))
    return value


def _sine(x: Floats, numbers: Numbers) -> Floats:
    value: Floats = np.sin(x * numbers["frequency"])
    return value


def _exp(x: Floats, numbers: Numbers) -> Floats:
    value: Floats = np.exp(np.minimum(x, numbers["limit"]))
    return value


CURVED: dict[str, Twin] = {
    "sigmoid": Twin(_sigmoid),
    "tanh": Twin(lambda x, numbers: np.tanh(x)),
    "softsign": Twin(_softsign),
    "tanhshrink": Twin(lambda x, numbers: x - np.tanh(x)),
    "gelu": Twin(_gelu),
    "silu": Twin(_silu),
    "elu": Twin(_elu),
    "celu": Twin(_celu),
    "selu": Twin(_selu),
    "mish": Twin(_mish),
    "softplus": Twin(_softplus),
    "gaussian": Twin(_gaussian),
    "sine": Twin(_sine),
    "exp": Twin(_exp),
    "log_sigmoid": Twin(lambda x, numbers: -smooth_relu(-x)),
}
"""Name → twin."""
