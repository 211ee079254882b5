"""Layers in NumPy: each takes a block ``[m, t, i, 16]`` and gives a block ``[m, t, o, 16]``, widths padded."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pellucid.models.activations import Numbers, Twin
from pellucid.models.tiles import LANES, padded, sum_over_units
from pellucid.shapes import Floats

__all__ = ["Activation", "Adaptive", "BatchNorm", "LayerNorm", "Linear", "Scale", "Step", "Thresholds"]

_LONGEST_SUM = 1024


class Step(Protocol):
    """One layer: ``[m, t, i, 16]`` → ``[m, t, o, 16]``."""

    def __call__(self, block: Floats) -> Floats:
        """The layer's output; the argument may be overwritten."""
        ...


@dataclass(frozen=True)
class Linear:
    """weight · block + bias."""

    weight: Floats  # [m, 1, slices, 16, i], transposed
    bias: Floats | None  # [m, 1, o, 1]

    def __call__(self, block: Floats) -> Floats:
        """Long sums are cut into pieces of 1024 terms, always in the same places."""
        m, t, width, _ = block.shape
        block = block[:, :, None]
        out: Floats | None = None
        for start in range(0, width, _LONGEST_SUM):
            part = slice(start, start + _LONGEST_SUM)
            product = np.matmul(self.weight[..., part], block[:, :, :, part])
            out = product if out is None else np.add(out, product, out=out)
        assert out is not None
        out = out.reshape(m, t, -1, LANES)
        if self.bias is not None:
            out += self.bias
        return out


@dataclass(frozen=True)
class Scale:
    """block · factor."""

    factor: Floats  # [m, 1, i, 1]

    def __call__(self, block: Floats) -> Floats:
        """Each value times its unit's factor."""
        block *= self.factor
        return block


@dataclass(frozen=True)
class Activation:
    """f(block), or x + slope·(f(x) − x) where it is parametric (RealMLP, arXiv 2407.04491, §3)."""

    twin: Twin
    numbers: Numbers
    width: int
    slope: Floats | None  # [m, 1, i, 1]

    def __call__(self, block: Floats) -> Floats:
        """Padding is cut off before an activation that would see it, and laid on after."""
        if self.twin.true_widths:
            return _laid_on(self.twin.value(block[:, :, : self.width], self.numbers))
        value = self.twin.value(block, self.numbers)
        if self.slope is None:
            return value
        value = value - block
        value *= self.slope
        value += block
        return value


@dataclass(frozen=True)
class BatchNorm:
    """(x − mean)/√(variance + eps)·scale + shift, with the running mean and variance of training."""

    mean: Floats  # [m, 1, i, 1]
    variance: Floats
    scale: Floats
    shift: Floats
    eps: float

    def __call__(self, block: Floats) -> Floats:
        """The order of the operations is that of training."""
        block -= self.mean
        block *= np.float32(1.0) / np.sqrt(self.variance + np.float32(self.eps))
        block *= self.scale
        block += self.shift
        return block


@dataclass(frozen=True)
class LayerNorm:
    """(x − mean)/√(variance + eps)·scale + shift over the units of each row."""

    width: int
    scale: Floats  # [m, 1, i, 1], true width
    shift: Floats
    eps: float

    def __call__(self, block: Floats) -> Floats:
        """Mean and variance are those of the true width."""
        units = np.float32(self.width)
        x = block[:, :, : self.width]
        centred = x - sum_over_units(x) / units
        variance = sum_over_units(centred * centred) / units
        centred *= np.float32(1.0) / np.sqrt(variance + np.float32(self.eps))
        centred *= self.scale
        centred += self.shift
        return _laid_on(centred)


@dataclass(frozen=True)
class Thresholds:
    """The one score of a row plus a bias for each output."""

    bias: Floats  # [m, 1, count, 1]

    def __call__(self, block: Floats) -> Floats:
        """Score + bias, padded."""
        return _laid_on(block[:, :, :1] + self.bias)


@dataclass(frozen=True)
class Adaptive:
    """Scores of the head, then those of every cluster by way of its projection."""

    head: Linear
    clusters: tuple[tuple[Linear, Linear], ...]
    widths: tuple[int, ...]

    def __call__(self, block: Floats) -> Floats:
        """The true parts behind one another, padded as a whole."""
        scores = [self.head(block), *(cluster(projection(block)) for projection, cluster in self.clusters)]
        parts = [part[:, :, :width] for part, width in zip(scores, self.widths, strict=True)]
        return _laid_on(np.concatenate(parts, axis=2))


def _laid_on(values: Floats) -> Floats:
    """A block of padded width with these values in front and zeros behind."""
    m, t, width, lanes = values.shape
    if padded(width) == width:
        return np.ascontiguousarray(values)
    block = np.zeros((m, t, padded(width), lanes), dtype=np.float32)
    block[:, :, :width] = values
    return block
