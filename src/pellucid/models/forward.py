"""One layer after another for one block of rows, in NumPy.

A block is ``[m, t, i, 16]``: m members, t tiles of 16 rows, i units, and the rows along the last axis of the memory.
The layout is what makes a row's result independent of its neighbours and of its place: in ``weight · block`` the
library's matrix product then computes the 16 rows in lanes side by side, each in the same order. With the rows along
the other axis OpenBLAS takes the last rows of 64 through another kernel, which rounds otherwise (measured). Outputs
come in slices of 16 units, so small that the library never splits one among threads: the number of threads changes no
bit either.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pellucid.models.activations import ACTIVATIONS, as_float32
from pellucid.models.layers import Activation, Adaptive, BatchNorm, LayerNorm, Linear, Scale, Step, Thresholds
from pellucid.models.tiles import LANES, padded, widened
from pellucid.records import (
    ActivationLayer,
    ActivityLayer,
    AdaptiveLayer,
    DropoutLayer,
    FeatureLayer,
    LinearLayer,
    NetworkSpec,
    NormLayer,
    ScaleLayer,
    ThresholdLayer,
)
from pellucid.shapes import Array, Codes, Floats

__all__ = ["Features", "features_of", "steps_of"]


@dataclass(frozen=True)
class _NumberEmbedding:
    frequency: Floats  # [m, 1, n, f, 1], times 2π
    phase: Floats  # [m, 1, n, f, 1]
    mixing: Floats  # [m, 1, n, e−1, f]
    offset: Floats  # [m, 1, n, e−1, 1]

    def __call__(self, numbers: Floats) -> Floats:
        """``[t, n, 16]`` → ``[m, t, n, e, 16]``: x itself, then cos(2π·x·frequency + phase) · mixing + offset."""
        m, _, n, others, _ = self.mixing.shape
        out = np.empty((m, len(numbers), n, 1 + others, LANES), dtype=np.float32)
        out[:, :, :, 0] = numbers
        angle = numbers[None, :, :, None] * self.frequency
        angle += self.phase
        np.matmul(self.mixing, np.cos(angle, out=angle), out=out[:, :, :, 1:])
        out[:, :, :, 1:] += self.offset
        return out


@dataclass(frozen=True)
class Features:
    """Encoded columns → the first dense block.

    Attributes:
        members: How many networks.
        numeric: Numbers in front.
        passed: Columns behind them.
        width: Padded width of the result.
        embedding: Of the numbers, None to take them as they are.
        tables: One per embedded column, ``[m, levels, size]``.
    """

    members: int
    numeric: int
    passed: int
    width: int
    embedding: _NumberEmbedding | None
    tables: tuple[Floats, ...]

    def __call__(self, columns: Floats, codes: Codes) -> Floats:
        """The dense block ``[m, t, width, 16]`` of ``columns [t, i, 16]`` and ``codes [t, 16, embedded]``."""
        tiles = len(columns)
        block = np.zeros((self.members, tiles, self.width, LANES), dtype=np.float32)
        numbers = columns[:, : self.numeric]
        at = self.numeric
        if self.embedding is None:
            block[:, :, :at] = numbers
        else:
            embedded = self.embedding(numbers)
            at = self.numeric * embedded.shape[3]
            block[:, :, :at] = embedded.reshape(self.members, tiles, at, LANES)
        block[:, :, at : at + self.passed] = columns[:, self.numeric :]
        at += self.passed
        for column, table in enumerate(self.tables):
            size = table.shape[2]
            block[:, :, at : at + size] = table[:, codes[:, :, column]].transpose(0, 1, 3, 2)
            at += size
        return block


def features_of(network: NetworkSpec, parameters: Mapping[str, Array]) -> Features:
    """The feature layer, or one that takes all columns as they are if the network has none."""
    layer = network.layers[0]
    members = len(next(iter(parameters.values())))
    if not isinstance(layer, FeatureLayer):
        width = _inputs_of(network)
        return Features(members, width, 0, padded(width), None, ())
    tables = tuple(
        np.asarray(parameters[f"0.category.{column}"], dtype=np.float32) for column in range(len(layer.categories))
    )
    embedding: _NumberEmbedding | None = None
    if layer.frequencies and layer.numeric:
        wide = padded(layer.frequencies)
        frequency = widened(parameters["0.frequency"], wide) * np.float32(2 * math.pi)
        embedding = _NumberEmbedding(
            frequency=frequency[:, None, :, :, None],
            phase=widened(parameters["0.phase"], wide)[:, None, :, :, None],
            mixing=widened(parameters["0.mixing"].swapaxes(2, 3), wide)[:, None],
            offset=np.asarray(parameters["0.offset"], dtype=np.float32)[:, None, :, :, None],
        )
    return Features(members, layer.numeric, layer.passed, padded(layer.outputs), embedding, tables)


def _inputs_of(network: NetworkSpec) -> int:
    """Values that the first layer takes."""
    match network.layers[0]:
        case LinearLayer(inputs=width) | AdaptiveLayer(inputs=width):
            return width
        case ThresholdLayer():
            return 1
        case FeatureLayer() as layer:
            return layer.numeric + layer.passed
        case layer:
            return layer.width


def steps_of(network: NetworkSpec, parameters: Mapping[str, Array]) -> list[Step]:
    """The layers after the feature layer; what does nothing when predicting is left out."""
    of_layer: dict[str, dict[str, Array]] = {}
    for full_name, values in parameters.items():
        at, _, name = full_name.partition(".")
        of_layer.setdefault(at, {})[name] = values
    steps: list[Step] = []
    for number, layer in enumerate(network.layers):
        own = of_layer.get(str(number), {})
        match layer:
            case FeatureLayer() | DropoutLayer() | ActivityLayer():
                continue
            case LinearLayer():
                steps.append(_linear(own["weight"], own["bias"]))
            case ScaleLayer(width=width):
                steps.append(Scale(_per_unit(own["factor"], width)))
            case ActivationLayer():
                steps.append(_activation(layer, own))
            case NormLayer():
                steps.append(_norm(layer, own))
            case ThresholdLayer():
                steps.append(Thresholds(_true(own["bias"])))
            case AdaptiveLayer():
                steps.append(_adaptive(layer, own))
    return steps


def _linear(weight: Array, bias: Array | None = None) -> Linear:
    """Of a weight ``[m, i, o]`` and a bias ``[m, o]``."""
    m, i, o = weight.shape
    sliced = widened(weight.swapaxes(1, 2), padded(o), padded(i)).reshape(m, 1, -1, LANES, padded(i))
    return Linear(sliced, None if bias is None else _per_unit(bias, o))


def _activation(layer: ActivationLayer, own: Mapping[str, Array]) -> Activation:
    numbers = as_float32(layer.numbers)
    numbers |= {name: _per_unit(own[name], layer.width) for name in layer.learned}
    slope = _per_unit(own["slope"], layer.width) if layer.parametric else None
    return Activation(ACTIVATIONS[layer.name], numbers, layer.width, slope)


def _norm(layer: NormLayer, own: Mapping[str, Array]) -> Step:
    if layer.kind == "layer_norm":
        return LayerNorm(layer.width, _true(own["scale"]), _true(own["shift"]), layer.eps)
    mean, variance, scale, shift = (
        _per_unit(own[name], layer.width) for name in ("mean", "variance", "scale", "shift")
    )
    return BatchNorm(mean, variance, scale, shift, layer.eps)


def _adaptive(layer: AdaptiveLayer, own: Mapping[str, Array]) -> Adaptive:
    clusters = tuple(
        (_linear(own[f"projection.{k}"]), _linear(own[f"cluster.{k}"])) for k in range(len(layer.clusters))
    )
    return Adaptive(_linear(own["head"]), clusters, (layer.head + len(layer.clusters), *layer.clusters))


def _per_unit(values: Array, width: int) -> Floats:
    """A number per unit ``[m, i]`` as ``[m, 1, i, 1]``, padded by zeros."""
    return widened(values, padded(width))[:, None, :, None]


def _true(values: Array) -> Floats:
    """A number per unit ``[m, i]`` as ``[m, 1, i, 1]``, true width."""
    return np.asarray(values, dtype=np.float32)[:, None, :, None]
