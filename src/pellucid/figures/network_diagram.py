"""A network as it is drawn on a board: a column of units for each layer, and every weight as a line."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.evaluation import plural
from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Edges, FigureData, Panel, Points, Side
from pellucid.figures.table import Table
from pellucid.printable import printable
from pellucid.shapes import Array, Floats

__all__ = ["network_diagram"]

_MOST_UNITS, _SHOWN = 16, 8
_LISTED = 12
_REST = "Σ "


@dataclass(frozen=True)
class _Column:
    """The nodes of one layer.

    Attributes:
        units: Which units stand alone, in order.
        rest: Those that share one node; empty for none.
        names: What the nodes are called.
        count: Units in all.
    """

    units: Array
    rest: Array
    names: tuple[str, ...]
    count: int

    def __len__(self) -> int:
        return len(self.units) + bool(len(self.rest))

    def fold(self, weights: Floats, axis: int) -> Floats:
        """Weights by units as weights by nodes: those of the rest are summed."""
        own = weights.take(self.units, axis=axis)
        if not len(self.rest):
            return own
        return np.concatenate([own, weights.take(self.rest, axis=axis).sum(axis=axis, keepdims=True)], axis=axis)


def network_diagram(
    weights: Sequence[Floats],
    biases: Sequence[Floats | None] | None = None,
    *,
    inputs: Sequence[str] = (),
    outputs: Sequence[str] = (),
    between: Sequence[str] = (),
    title: str = "",
    caption: str = "",
) -> FigureData:
    """Layers as columns; a weight's size is its line's width, its sign the line's colour and dashes.

    Of a layer with more than 16 units the 8 with the largest weights stand alone, and one node, Σ, stands for the rest:
    its lines are the sums of theirs. Biases are the weights of a node of their own, which is always 1.

    Args:
        weights: Of each layer ``[i, o]``, in forward order.
        biases: Of each layer ``[o]``, or None where it has none; None: no layer has.
        inputs: Names of the inputs; empty: x₁, x₂, …
        outputs: Names of the outputs; empty: ŷ, or ŷ₁, ŷ₂, …
        between: What follows each layer, such as ``relu``; empty: said nowhere.
        title: Empty: the widths.
        caption: Said after what the figure itself has to say.
    """
    layers = [np.asarray(each, dtype=np.float64) for each in weights]
    offsets = [None if each is None else np.asarray(each, dtype=np.float64) for each in biases or [None] * len(layers)]
    sizes = [layers[0].shape[0], *(each.shape[1] for each in layers)]
    columns = [_column(place, size, layers, inputs, outputs) for place, size in enumerate(sizes)]
    folded = [columns[k + 1].fold(columns[k].fold(each, 0), 1) for k, each in enumerate(layers)]
    bias_rows = [None if each is None else columns[k + 1].fold(each, 0) for k, each in enumerate(offsets)]
    tallest = max(len(column) + (k < len(layers) and bias_rows[k] is not None) for k, column in enumerate(columns))
    places = [_heights(len(column), tallest) for column in columns]
    starts, ends, values, told = [], [], [], []
    biased: list[tuple[float, float]] = []
    for k, each in enumerate(folded):
        low = min(float(min(own)) for own in places) - 1.3
        for right, up in enumerate(places[k + 1]):
            for left, down in enumerate(places[k]):
                starts.append((float(k), float(down)))
                ends.append((float(k + 1), float(up)))
                values.append(float(each[left, right]))
                told.append((columns[k].names[left], columns[k + 1].names[right], k + 1, values[-1]))
            row = bias_rows[k]
            if row is not None:
                starts.append((k + 0.28, low))
                ends.append((float(k + 1), float(up)))
                values.append(float(row[right]))
                told.append(("bias", columns[k + 1].names[right], k + 1, values[-1]))
        if bias_rows[k] is not None:
            biased.append((k + 0.28, low))
    drawn = _no_wider(np.array(values), np.array([not any(_REST in name for name in one[:2]) for one in told]))
    widths = "-".join(map(str, sizes))
    largest = sorted(told, key=lambda one: -abs(one[3]))[:_LISTED]
    count = sum(each.size for each in layers) + sum(each.size for each in offsets if each is not None)
    points = [_nodes(columns[k], places[k], k, last=k == len(columns) - 1) for k in range(len(columns))]
    if biased:
        x, y = np.array(biased).T
        points.append(Points("bias", x, y, 3, size=9.0, names=("1",) * len(x), hollow=True, side="below"))
    return FigureData(
        title=title or f"Network {widths}",
        panels=(
            Panel(
                Axis(""),
                Axis(""),
                edges=[Edges("weight", np.array(starts), np.array(ends), drawn)],
                points=points,
                bare=True,
                limits=_limits(columns, places, biased),
            ),
        ),
        alt=f"A network of {widths} units with {plural(count, 'weight')}, biases among them. "
        f"The largest is {spoken(largest[0][3])}, from {largest[0][0]} to {largest[0][1]}.",
        table=Table(("from", "to", "layer", "weight"), tuple(largest)),
        facts={"parameters": count, "largest": largest[0][3], "above_0": int(sum(value > 0 for value in values))},
        caption=" ".join(part for part in (_told(columns, between), caption) if part),
    )


def _column(place: int, size: int, layers: Sequence[Floats], inputs: Sequence[str], outputs: Sequence[str]) -> _Column:
    last = place == len(layers)
    given = inputs if place == 0 else outputs if last else ()
    letter = "x" if place == 0 else "ŷ" if last else "h"
    single = last and size == 1
    names = [printable(name, limit=22) for name in given] or [
        f"{letter}{'' if single else _below(k + 1)}" for k in range(size)
    ]
    if size <= _MOST_UNITS:
        return _Column(np.arange(size), np.zeros(0, dtype=np.int64), tuple(names), size)
    strength = np.zeros(size)
    if place:
        strength += (layers[place - 1] ** 2).sum(axis=0)
    if not last:
        strength += (layers[place] ** 2).sum(axis=1)
    units = np.sort(np.argsort(-strength, kind="stable")[:_SHOWN])
    rest = np.setdiff1d(np.arange(size), units)
    return _Column(units, rest, (*(names[unit] for unit in units), f"{_REST}{len(rest)} others"), size)


def _heights(count: int, tallest: int) -> Floats:
    """Where nodes stand, the first on top; short columns are spread a little."""
    step = min(2.0, max(1.0, (tallest - 1) / max(1, count - 1) * 0.8))
    found: Floats = (np.arange(count)[::-1] - (count - 1) / 2) * step
    return found


def _nodes(column: _Column, heights: Floats, place: int, *, last: bool) -> Points:
    names = column.names if place == 0 or last else ("",) * len(column.units) + column.names[len(column.units) :]
    side: Side = "left" if place == 0 else "right" if last else "below"
    kind = "input" if place == 0 else "output" if last else "unit"
    return Points(
        kind, np.full(len(heights), float(place)), heights, 0 if place == 0 else 2 if last else 4, size=10.0,
        names=names, side=side,
    )  # fmt: skip


def _no_wider(values: Floats, single: Array) -> Floats:
    """Sums cut at the largest single weight: they would make all others faint."""
    if not single.any():
        return values
    most = float(np.abs(values[single]).max())
    return np.clip(values, -most, most)


def _limits(
    columns: Sequence[_Column], places: Sequence[Floats], biased: Sequence[tuple[float, float]]
) -> tuple[float, float, float, float]:
    # Names stand outside of the first and the last column.
    left, right = (0.06 * max(len(name) for name in column.names) + 0.15 for column in (columns[0], columns[-1]))
    scale = max(1, len(columns) - 1) / 3
    top = max(float(own.max()) for own in places) + 0.8
    bottom = min([*(float(own.min()) for own in places), *(y for _, y in biased)]) - 1.1
    return -left * scale, len(columns) - 1 + right * scale, bottom, top


def _told(columns: Sequence[_Column], between: Sequence[str]) -> str:
    folded = [column for column in columns if len(column.rest)]
    parts = []
    if folded:
        many = ", ".join(str(column.count) for column in folded)
        parts.append(
            f"Of layers with more than {_MOST_UNITS} units ({many}) the {_SHOWN} with the largest weights stand alone; "
            f"{_REST}stands for the others, its lines for the sums of theirs, no wider than the largest single weight."
        )
    if between:
        parts.append(f"Behind the layers: {', '.join(between)}.")
    return " ".join(parts)


def _below(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
