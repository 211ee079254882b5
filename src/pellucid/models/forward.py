"""One layer after another for one block of rows, in NumPy.

A block is ``[m, t, i, 16]``: m members, t tiles of 16 rows, i units, and the rows along the last axis of the memory.
The layout is what makes a row's result independent of its neighbours and of its place: in ``weight · block`` the
library's matrix product then computes the 16 rows in lanes side by side, each in the same order. With the rows along
the other axis OpenBLAS takes the last rows of 64 through another kernel, which rounds otherwise (measured). Outputs
come in slices of 16 units, so small that the library never splits one among threads: the number of threads changes no
bit either.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pellucid.models.activations import ACTIVATIONS
from pellucid.records import ActivationLayer, FeatureLayer, LinearLayer, NetworkSpec, ScaleLayer
from pellucid.shapes import Array, Codes, Floats

__all__ = ["LANES", "Step", "features_of", "padded", "steps_of"]

LANES = 16
"""Rows in a tile, and the multiple that widths are padded to; padding is zero and stays without effect."""
_LONGEST_SUM = 1024


class Step(Protocol):
    """One layer: ``[m, t, i, 16]`` → ``[m, t, o, 16]``."""

    def __call__(self, block: Floats) -> Floats:
        """The layer's output; the argument may be overwritten."""
        ...


def padded(width: int) -> int:
    """The width rounded up to a multiple of 16."""
    return -(-width // LANES) * LANES


def _widened(values: Array, *widths: int) -> Floats:
    """Zeros of the given widths with the values in front; the leading axes stay."""
    kept = values.shape[: values.ndim - len(widths)]
    wide = np.zeros((*kept, *widths), dtype=np.float32)
    wide[tuple(slice(width) for width in values.shape)] = values
    return wide


@dataclass(frozen=True)
class _Linear:
    weight: Floats  # [m, 1, slices, 16, i], transposed
    bias: Floats  # [m, 1, o, 1]

    def __call__(self, block: Floats) -> Floats:
        m, t, width, _ = block.shape
        block = block[:, :, None]
        out: Floats | None = None
        for start in range(0, width, _LONGEST_SUM):
            part = slice(start, start + _LONGEST_SUM)
            product = np.matmul(self.weight[..., part], block[:, :, :, part])
            out = product if out is None else np.add(out, product, out=out)
        assert out is not None
        out = out.reshape(m, t, -1, LANES)
        out += self.bias
        return out


@dataclass(frozen=True)
class _Scale:
    factor: Floats  # [m, 1, i, 1]

    def __call__(self, block: Floats) -> Floats:
        block *= self.factor
        return block


@dataclass(frozen=True)
class _Activation:
    value: Callable[[Floats], Floats]
    slope: Floats | None  # [m, 1, i, 1]

    def __call__(self, block: Floats) -> Floats:
        value = self.value(block)
        if self.slope is None:
            return value
        # x + slope·(f(x) − x); RealMLP, arXiv 2407.04491, §3
        value = value - block
        value *= self.slope
        value += block
        return value


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
        if not isinstance(layer, LinearLayer | ScaleLayer):
            raise TypeError(f"a network cannot begin with {layer}")
        width = layer.inputs if isinstance(layer, LinearLayer) else layer.width
        return Features(members, width, 0, padded(width), None, ())
    tables = tuple(
        np.asarray(parameters[f"0.category.{column}"], dtype=np.float32) for column in range(len(layer.categories))
    )
    embedding: _NumberEmbedding | None = None
    if layer.frequencies and layer.numeric:
        wide = padded(layer.frequencies)
        frequency = _widened(parameters["0.frequency"], wide) * np.float32(2 * math.pi)
        embedding = _NumberEmbedding(
            frequency=frequency[:, None, :, :, None],
            phase=_widened(parameters["0.phase"], wide)[:, None, :, :, None],
            mixing=_widened(parameters["0.mixing"].swapaxes(2, 3), wide)[:, None],
            offset=np.asarray(parameters["0.offset"], dtype=np.float32)[:, None, :, :, None],
        )
    return Features(members, layer.numeric, layer.passed, padded(layer.outputs), embedding, tables)


def steps_of(network: NetworkSpec, parameters: Mapping[str, Array]) -> list[Step]:
    """The layers after the feature layer; dropout does nothing when predicting and is left out."""
    steps: list[Step] = []
    for number, layer in enumerate(network.layers):
        match layer:
            case LinearLayer(inputs=i, outputs=o):
                weight = _widened(parameters[f"{number}.weight"].swapaxes(1, 2), padded(o), padded(i))
                sliced = weight.reshape(len(weight), 1, -1, LANES, padded(i))
                bias = _widened(parameters[f"{number}.bias"], padded(o))
                steps.append(_Linear(sliced, bias[:, None, :, None]))
            case ScaleLayer(width=width):
                factor = _widened(parameters[f"{number}.factor"], padded(width))
                steps.append(_Scale(factor[:, None, :, None]))
            case ActivationLayer(name=name, width=width, parametric=parametric):
                slope = _widened(parameters[f"{number}.slope"], padded(width))[:, None, :, None] if parametric else None
                steps.append(_Activation(ACTIVATIONS[name], slope))
            case _:
                pass
    return steps
