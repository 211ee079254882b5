"""What went on in the layers: gradient, movement, dead units and saturation by epoch, the mean over the networks."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pellucid.evaluation import format_count, format_number, format_percent, plural
from pellucid.records import LayerRecord
from pellucid.report.axes import BOX, Axis, frame
from pellucid.report.figure import curve_data, entry, few, figure
from pellucid.report.markup import Markup, element, join
from pellucid.report.tables import lined_up

__all__ = ["layers_section"]

MOST_LINES = 6
MOST_POINTS = 150
MOST_ROWS = 10
LOGARITHMIC_FROM = 20.0
Points = list[tuple[int, float]]
"""Epochs with the mean over the networks."""


@dataclass(frozen=True)
class Quantity:
    """One thing that is measured of every layer.

    Attributes:
        title: What it is.
        caption: How to read it.
        value: Out of a record; None where it was not measured.
        written: As people read it.
        share: Whether it lies between 0 and 1.
    """

    title: str
    caption: str
    value: Callable[[LayerRecord], float | None]
    written: Callable[[float], str]
    share: bool = False


QUANTITIES = (
    Quantity(
        "Gradient by layer",
        "Norm of the loss's gradient by the layer's weights. Layers that lie decades below the others hardly learn.",
        lambda record: record.gradient,
        format_number,
    ),
    Quantity(
        "Movement by layer",
        "How far the weights went in an epoch, relative to their own norm. About 0.01 to 0.3 at first, falling, is "
        "healthy; near 0 nothing is learned, above 1 what was learned is thrown away.",
        lambda record: record.moved,
        format_number,
    ),
    Quantity(
        "Dead units by layer",
        "Share of the units that give 0 for every row of a sample, and so learn nothing from any of them.",
        lambda record: record.dead,
        format_percent,
        share=True,
    ),
    Quantity(
        "Saturated values by layer",
        "Share of the values on the flat parts of their activation, where hardly any gradient comes through.",
        lambda record: record.saturated,
        format_percent,
        share=True,
    ),
)


def layers_section(layers: Sequence[LayerRecord]) -> Markup | None:
    """A figure for each quantity that was measured; None without records.

    Args:
        layers: Of all networks and epochs, in any order.
    """
    figures = [_figure(each, layers) for each in QUANTITIES]
    drawn = [each for each in figures if each is not None]
    if not drawn:
        return None
    count = len({record.layer for record in layers})
    networks = len({record.member for record in layers})
    words = f"Of {plural(count, 'layer')} with weights, the first one next to the inputs"
    words += f"; the mean of {plural(networks, 'network')}." if networks > 1 else "."
    return join(
        element("h3", "In the layers"), element("p", words, class_="quiet"), element("div", *drawn, class_="pair")
    )


def _means(quantity: Quantity, layers: Sequence[LayerRecord]) -> dict[int, Points]:
    """Of each layer, its mean by epoch."""
    at: dict[int, dict[int, list[float]]] = {}
    for record in layers:
        value = quantity.value(record)
        if value is not None and math.isfinite(value):
            at.setdefault(record.layer, {}).setdefault(record.epoch, []).append(value)
    return {
        layer: [(epoch, math.fsum(values) / len(values)) for epoch, values in sorted(epochs.items())]
        for layer, epochs in sorted(at.items())
    }


def _figure(quantity: Quantity, layers: Sequence[LayerRecord]) -> Markup | None:
    means = _means(quantity, layers)
    if not means:
        return None
    # Of a deep network the ends and what lies evenly between them.
    names = list(means)
    shown = [names[place] for place in few(len(names), MOST_LINES)]
    values = [value for layer in shown for _, value in means[layer]]
    epochs = sorted({epoch for layer in shown for epoch, _ in means[layer]})
    low, high = min(values), max(values)
    logarithmic = not quantity.share and low > 0 and high / low > LOGARITHMIC_FROM
    x = Axis.of(epochs[0], max(epochs[0] + 1, epochs[-1]), whole=True)
    y = Axis.of(0.0, max(high, 0.01)) if quantity.share else Axis.of(low, high, logarithmic=logarithmic)
    drawn, entries = [], []
    for number, layer in enumerate(shown):
        points = means[layer]
        kept = [points[place] for place in few(len(points), MOST_POINTS)]
        line = " ".join(f"{x.across(epoch):g},{y.up(value):g}" for epoch, value in kept)
        kind, own = f"curve line{number}", f"layer{layer}"
        drawn.append(element("polyline", points=line, class_=kind, data_line=own))
        entries.append(entry(element("polyline", points="0,5 26,5", class_=kind), f"layer {layer}", shows=own))
    told = "; ".join(f"layer {layer} ends at {quantity.written(means[layer][-1][1])}" for layer in shown)
    at = {layer: dict(means[layer]) for layer in names}
    rows = []
    for place in few(len(epochs), MOST_ROWS):
        found = [at[layer].get(epochs[place]) for layer in names]
        cells = ["–" if value is None else quantity.written(value) for value in found]
        rows.append([format_count(epochs[place]), *cells])
    lines = [{"name": f"layer {layer}", "value": [at[layer].get(epoch) for epoch in epochs]} for layer in shown]
    return figure(
        f"{quantity.title}{' (logarithmic scale)' if logarithmic else ''}",
        frame(x, y, join(*drawn), title=f"{quantity.title} and epoch: {told}.", below="epoch"),
        lined_up(["epoch", *(f"layer {layer}" for layer in names)], rows, words=0),
        legend=entries,
        caption=quantity.caption,
        kind="curves",
        data=curve_data("epoch", epochs, lines, box=BOX, axis=x),
    )
