"""Activations that look at a row's other values or change the width: ``[…, i, 16] → […, o, 16]``, true widths."""

from collections.abc import Callable
from functools import reduce

import numpy as np

from pellucid.models.activations.curved import CURVED, smooth_relu
from pellucid.models.activations.straight import STRAIGHT
from pellucid.models.activations.twin import Numbers, Twin, Value
from pellucid.models.tiles import sum_over_units
from pellucid.shapes import Floats

__all__ = ["ROWS"]


def _divided(width: int, pieces: int) -> int:
    if width % pieces:
        raise ValueError(f"{width} values do not divide by {pieces}")
    return width // pieces


def _crelu(x: Floats, numbers: Numbers) -> Floats:
    value: Floats = np.maximum(np.concatenate([x, -x], axis=-2), np.float32(0.0))
    return value


def _maxout(x: Floats, numbers: Numbers) -> Floats:
    pieces: list[Floats] = np.split(x, numbers["pieces"], axis=-2)
    return reduce(np.maximum, pieces)


def _gated(gate: Value) -> Value:
    # a·gate(b): the first half of the values, each times the gate of its partner in the second
    numbers = {"approximate": "none"}

    def value(x: Floats, _: Numbers) -> Floats:
        carried, gating = np.split(x, 2, axis=-2)
        return carried * gate(gating, numbers)

    return value


def _softmax(x: Floats, numbers: Numbers) -> Floats:
    e: Floats = np.exp(x - x.max(axis=-2, keepdims=True))
    e /= sum_over_units(e)
    return e


def _log_softmax(x: Floats, numbers: Numbers) -> Floats:
    below: Floats = x - x.max(axis=-2, keepdims=True)
    below -= np.log(sum_over_units(np.exp(below)))
    return below


def _increasing(x: Floats, numbers: Numbers) -> Floats:
    # y₀ = x₀, y_k = y_{k−1} + softplus(x_k)
    y = x.copy()
    y[..., 1:, :] = smooth_relu(x[..., 1:, :])
    return np.cumsum(y, axis=-2, out=y)


def _adaptive(x: Floats, numbers: Numbers) -> Floats:
    # log p(class) = log p(cluster) + log p(class | cluster)
    head, clusters = numbers["head"], [int(size) for size in numbers["clusters"]]
    starts = np.cumsum([head + len(clusters), *clusters[:-1]])
    first, *rest = np.split(x, starts, axis=-2)
    first = _log_softmax(first, numbers)
    parts = [first[..., :head, :]]
    for k, scores in enumerate(rest):
        parts.append(_log_softmax(scores, numbers) + first[..., head + k : head + k + 1, :])
    return np.concatenate(parts, axis=-2)


def _adaptive_gives(width: int, numbers: Numbers) -> int:
    clusters = [int(size) for size in numbers["clusters"]]
    needed = numbers["head"] + len(clusters) + sum(clusters)
    if width != needed:
        raise ValueError(f"{width} values where its head and clusters have {needed} scores")
    return width - len(clusters)


def _halves(width: int, numbers: Numbers) -> int:
    return _divided(width, 2)


def _glu(gate: Callable[[Floats, Numbers], Floats]) -> Twin:
    return Twin(_gated(gate), true_widths=True, gives=_halves)


ROWS: dict[str, Twin] = {
    "crelu": Twin(_crelu, true_widths=True, gives=lambda width, numbers: 2 * width),
    "maxout": Twin(_maxout, true_widths=True, gives=lambda width, numbers: _divided(width, numbers["pieces"])),
    "glu": _glu(CURVED["sigmoid"].value),
    "reglu": _glu(STRAIGHT["relu"].value),
    "geglu": _glu(CURVED["gelu"].value),
    "swiglu": _glu(CURVED["silu"].value),
    "bilinear": _glu(STRAIGHT["identity"].value),
    "softmax": Twin(_softmax, true_widths=True),
    "log_softmax": Twin(_log_softmax, true_widths=True),
    "softmin": Twin(lambda x, numbers: _softmax(-x, numbers), true_widths=True),
    "increasing": Twin(_increasing, true_widths=True),
    "adaptive_log_softmax": Twin(_adaptive, true_widths=True, gives=_adaptive_gives),
}
"""Name → twin."""
