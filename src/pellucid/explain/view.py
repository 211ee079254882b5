"""View: a pass seen along one row, with what float32 makes of the same numbers beside it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from torch import Tensor

from pellucid.explain.chain import Link
from pellucid.explain.exact import Exact
from pellucid.explain.passing import Pass, as_array
from pellucid.explain.subject import Subject
from pellucid.networks.activate import Activate
from pellucid.networks.activity import Activity
from pellucid.networks.batch_norm import BatchNorm
from pellucid.networks.dropout import Dropout
from pellucid.networks.layer_norm import LayerNorm
from pellucid.records.passes import LineRecord
from pellucid.shapes import Floats

__all__ = ["MOST", "Along", "View", "line"]

MOST = 8
"""Terms of a sum and units of a layer that are told one by one."""
# A sum that has lost so much to cancellation is not told as an underflow.
_CANCELLED = 1e-6
_TINY = 1e-37


@dataclass(frozen=True)
class Along:
    """What runs through a layer along one row, true widths; the second of each pair is float32's.

    Attributes:
        x: Input.
        y: Output.
        dx: Gradient of the row's own loss by the input; None where there is none.
        dy: By the output.
    """

    x: tuple[Floats, Floats]
    y: tuple[Floats, Floats]
    dx: tuple[Floats, Floats] | None
    dy: tuple[Floats, Floats] | None


@dataclass(frozen=True)
class View:
    """One row of a pass.

    Attributes:
        subject: What was computed.
        links: Its layers with names.
        passed: In float64, or without rounding where float64 has lost something.
        rounded: In float64.
        single: In float32.
        exact: What float64 has lost; None: nothing.
        unit: Which row, pair, triplet or sequence is followed.
    """

    subject: Subject
    links: tuple[Link, ...]
    passed: Pass
    rounded: Pass
    single: Pass
    exact: Exact | None
    unit: int

    @property
    def row(self) -> int:
        """Its first row among those of the batch."""
        return self.unit

    @property
    def number(self) -> int:
        """What the followed unit is called, counted from 0."""
        return self.subject.first_number + self.unit

    @property
    def rows(self) -> list[int]:
        """All of its rows."""
        wide = self.passed.batch.weights.shape[1]
        return [j * wide + self.unit for j in range(self.subject.rows_a_unit)]

    @property
    def real(self) -> list[int]:
        """Rows of the batch that are no filling."""
        wide = self.passed.batch.weights.shape[1]
        return [j * wide + unit for j in range(self.subject.rows_a_unit) for unit in range(self.subject.units)]

    @cached_property
    def share(self) -> float:
        """What the unit's own loss counts in that of the batch."""
        return float(self.passed.batch.weights[0, self.unit])

    @property
    def is_alone(self) -> bool:
        """Whether it is the whole batch."""
        return self.subject.units == 1

    def along(self, link: Link) -> Along:
        """What runs through a layer in the row."""
        own, other = self.passed.layers[link.number], self.single.layers[link.number]

        def both(one: Tensor, two: Tensor, width: int, share: float = 1.0) -> tuple[Floats, Floats]:
            return as_array(one[self.row, :width]) / share, as_array(two[self.row, :width]) / share

        def slopes(one: Tensor | None, two: Tensor | None, width: int) -> tuple[Floats, Floats] | None:
            return None if one is None or two is None else both(one, two, width, self.share)

        return Along(
            both(own.x, other.x, link.inputs),
            both(own.y, other.y, link.outputs),
            slopes(own.dx, other.dx, link.inputs),
            slopes(own.dy, other.dy, link.outputs),
        )

    def shown(self, link: Link) -> list[int]:
        """Units of its output that are told, in order: all, or those that matter most for the loss.

        Layers that follow one another unit by unit tell the same units.
        """
        link = self._end_of(link)
        seen = self.along(link)
        weights = np.zeros(link.outputs) if seen.dy is None else np.abs(seen.dy[0] * seen.y[0])
        if link is self.links[-1]:
            weights = weights + np.isin(np.arange(link.outputs), self.wanted) * 1e300
        return most(np.nan_to_num(weights), np.abs(seen.y[0]))

    def _end_of(self, link: Link) -> Link:
        """The last layer whose units are those of this one."""
        for other in self.links[link.number + 1 :]:
            is_curve = isinstance(other.layer, Activate)
            entry = other.layer.slices[0].entry if isinstance(other.layer, Activate) else None
            mixes = entry is not None and (entry.rowwise or entry.takes is not None or entry.gives is not None)
            if mixes or not (is_curve or isinstance(other.layer, BatchNorm | LayerNorm | Dropout | Activity)):
                break
            link = other
        return link

    @cached_property
    def wanted(self) -> list[int]:
        """Outputs that the target names: its class."""
        target = self.passed.batch.targets[0, self.unit]
        return [] if target.is_floating_point() or target.dim() else [int(target)]

    def parameter(self, name: str) -> Floats:
        """A parameter, true shape as in a model file."""
        return self._of(self.subject.parameters.views[name], name)

    def gradient(self, name: str, *, single: bool = False) -> Floats:
        """Gradient of the batch's loss by a parameter."""
        return self._of((self.single if single else self.passed).gradients.views[name], name)

    def _of(self, view: Tensor, name: str) -> Floats:
        spec = next(each for each in self.subject.network.parameters if each.name == name)
        return as_array(view[0][spec.corner]).reshape(spec.file_shape)


def most(first: Floats, second: Floats | None = None, count: int = MOST) -> list[int]:
    """Places of the largest values, in order of place; ties are broken by the second values, then by place."""
    if len(first) <= count:
        return list(range(len(first)))
    order = np.lexsort((np.arange(len(first)), -(np.zeros_like(first) if second is None else second), -first))
    return sorted(int(place) for place in order[:count])


def line(
    symbol: str,
    formula: str,
    numbers: str,
    value: float,
    single: float | None = None,
    *,
    derivative: str = "",
    slope: float | None = None,
    notes: Sequence[str] = (),
    scale: float = 0.0,
) -> LineRecord:
    """A line; float32's number is kept where it is another one altogether.

    Args:
        symbol: What it is.
        formula: In symbols.
        numbers: With the numbers put in.
        value: In float64.
        single: In float32.
        derivative: Local derivative in symbols.
        slope: Its value.
        notes: Remarks beside it.
        scale: Size of the terms of a sum; 0 for what is no sum.
    """
    kept = single if single is not None and _is_another(value, single, scale) else None
    told = [note for note in notes if note]
    return LineRecord(
        symbol=symbol,
        formula=formula,
        numbers=numbers,
        value=float(value),
        single=None if kept is None else float(kept) + 0.0,
        derivative=derivative,
        slope=None if slope is None else float(slope),
        note="; ".join(told),
    )


def _is_another(value: float, single: float, scale: float) -> bool:
    if not math.isfinite(single):
        return math.isfinite(value) or (math.isnan(single) and not math.isnan(value))
    if not math.isfinite(value):
        return True
    size = abs(value)
    if size <= _CANCELLED * scale:
        return False
    if single == 0:
        return size > 0
    return size > _TINY and abs(value - single) > 0.5 * size and size < 1e-5
