"""Activations made of straight pieces, and steps."""

import numpy as np

from pellucid.models.activations.twin import Numbers, Twin
from pellucid.shapes import Floats

__all__ = ["STRAIGHT"]

_ZERO, _ONE, _SIX = np.float32(0.0), np.float32(1.0), np.float32(6.0)


def _relu(x: Floats, numbers: Numbers) -> Floats:
    return np.maximum(x, _ZERO)


def _relu6(x: Floats, numbers: Numbers) -> Floats:
    return np.clip(x, _ZERO, _SIX)


def _leaky_relu(x: Floats, numbers: Numbers) -> Floats:
    value: Floats = np.maximum(x, x * numbers["slope"])
    return value


def _rrelu(x: Floats, numbers: Numbers) -> Floats:
    # Predicted with the mean of the slopes that training drew.
    slope = (numbers["low"] + numbers["high"]) * np.float32(0.5)
    value: Floats = np.maximum(x, x * slope)
    return value


def _prelu(x: Floats, numbers: Numbers) -> Floats:
    value: Floats = np.maximum(x, _ZERO) + np.minimum(x, _ZERO) * numbers["negative_slope"]
    return value


def _srelu(x: Floats, numbers: Numbers) -> Floats:
    above = np.maximum(x - numbers["upper_threshold"], _ZERO)
    below = np.maximum(numbers["lower_threshold"] - x, _ZERO)
    value: Floats = x + above * (numbers["upper_gain"] - _ONE) + below * (_ONE - numbers["lower_gain"])
    return value


def _threshold(x: Floats, numbers: Numbers) -> Floats:
    return np.where(x > numbers["threshold"], x, numbers["value"])


def _hard_sigmoid(x: Floats, numbers: Numbers) -> Floats:
    value: Floats = np.clip(x + np.float32(3.0), _ZERO, _SIX) / _SIX
    return value


def _hard_swish(x: Floats, numbers: Numbers) -> Floats:
    return _hard_sigmoid(x, numbers) * x


def _hard_tanh(x: Floats, numbers: Numbers) -> Floats:
    value: Floats = np.minimum(np.maximum(x, numbers["low"]), numbers["high"])
    return value


def _softshrink(x: Floats, numbers: Numbers) -> Floats:
    threshold = numbers["threshold"]
    return x - np.clip(x, -threshold, threshold)


def _hardshrink(x: Floats, numbers: Numbers) -> Floats:
    return np.where(np.abs(x) > numbers["threshold"], x, _ZERO)


def _step(x: Floats, numbers: Numbers) -> Floats:
    return (x >= 0).astype(np.float32)


STRAIGHT: dict[str, Twin] = {
    "identity": Twin(lambda x, numbers: x),
    "relu": Twin(_relu),
    "relu6": Twin(_relu6),
    "leaky_relu": Twin(_leaky_relu),
    "rrelu": Twin(_rrelu),
    "prelu": Twin(_prelu),
    "srelu": Twin(_srelu),
    "threshold": Twin(_threshold),
    "hard_sigmoid": Twin(_hard_sigmoid),
    "hard_swish": Twin(_hard_swish),
    "hard_tanh": Twin(_hard_tanh),
    "softshrink": Twin(_softshrink),
    "hardshrink": Twin(_hardshrink),
    "step": Twin(_step),
    "sign": Twin(lambda x, numbers: np.sign(x)),
    "round": Twin(lambda x, numbers: np.rint(x)),
}
"""Name → twin."""
