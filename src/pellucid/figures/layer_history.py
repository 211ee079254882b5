"""Layers while training: the gradient's size, how far weights move, and units that say nothing any more."""

from collections.abc import Sequence

import numpy as np

from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Band, Curve, FigureData, Panel
from pellucid.figures.table import Cell, Table
from pellucid.records import LayerRecord
from pellucid.shapes import Floats

__all__ = ["layers_figure"]

_MOST = 6
_MEASURES = (
    ("gradient", "norm of the gradient", True),
    ("moved", "movement in an epoch, share of its size", True),
    ("dead", "dead units, share", False),
    ("saturated", "saturated values, share", False),
)


def layers_figure(records: Sequence[LayerRecord]) -> FigureData:
    """One line for each layer, its mean over the networks, with the least and the largest as a band.

    Args:
        records: The lines of ``layers.jsonl``; of more than six layers the first three and the last three are shown.
    """
    members = sorted({each.member for each in records})
    epochs = sorted({each.epoch for each in records})
    layers = sorted({each.layer for each in records})
    shown = layers if len(layers) <= _MOST else layers[: _MOST // 2] + layers[-_MOST // 2 :]
    panels: list[Panel] = []
    found: dict[tuple[str, int], Floats] = {}
    for name, label, logarithmic in _MEASURES:
        values = _grid(records, name, members, epochs, layers)
        lines: list[Curve] = []
        bands: list[Band] = []
        for series, layer in enumerate(shown):
            own = values[layers.index(layer)]
            known = np.flatnonzero(np.isfinite(own).any(axis=0))
            if not len(known):
                continue
            at = np.array(epochs, dtype=np.float64)[known]
            mean = np.nanmean(own[:, known], axis=0)
            found[name, layer] = mean
            lines.append(Curve(f"layer {layer}", at, mean, series=series))
            if len(members) > 1:
                low, high = np.nanmin(own[:, known], axis=0), np.nanmax(own[:, known], axis=0)
                bands.append(Band("", at, low, high, series=series))
        if lines:
            # A logarithm has no 0: a layer that stands still leaves such a scale.
            positive = all((line.y > 0).all() for line in lines) and all((band.low > 0).all() for band in bands)
            up = Axis(label, logarithmic=logarithmic and positive)
            limits = None if logarithmic else (float(epochs[0]), float(epochs[-1]) or 1.0, -0.02, _top(lines, bands))
            panels.append(Panel(Axis("epoch"), up, curves=lines, bands=bands, limits=limits))
    hidden = len(layers) - len(shown)
    told = (
        "On a sample of training rows. Dead: gives 0 to every row. Saturated: where the activation is flat.",
        "Lines: means over the networks; bands: from the least to the largest." if len(members) > 1 else "",
        f"Not shown: {hidden} layers in the middle." if hidden else "",
    )
    rows = tuple(_row(layer, found) for layer in shown)
    return FigureData(
        "Layers while training",
        tuple(panels),
        _alt(shown, found, len(members)),
        Table(("layer", "gradient, first", "last", "moved, last", "dead, last", "saturated, last"), rows),
        facts={"layers": len(layers), "networks": len(members)},
        caption=" ".join(filter(None, told)),
        columns=2,
    )


def _grid(
    records: Sequence[LayerRecord], name: str, members: list[int], epochs: list[int], layers: list[int]
) -> Floats:
    """Values ``[layer, member, epoch]``; NaN where there is none."""
    places = [{value: place for place, value in enumerate(each)} for each in (layers, members, epochs)]
    values = np.full((len(layers), len(members), len(epochs)), np.nan)
    for each in records:
        value = getattr(each, name)
        if value is not None:
            values[places[0][each.layer], places[1][each.member], places[2][each.epoch]] = value
    return values


def _top(lines: list[Curve], bands: list[Band]) -> float:
    """A share's axis goes to 1 only where it is needed: small shares stay visible."""
    largest = max([float(line.y.max()) for line in lines] + [float(band.high.max()) for band in bands])
    return max(0.1, min(1.02, 1.15 * largest))


def _row(layer: int, found: dict[tuple[str, int], Floats]) -> tuple[Cell, ...]:
    def end(name: str, place: int) -> float:
        values = found.get((name, layer))
        return float("nan") if values is None else float(values[place])

    return (layer, end("gradient", 0), end("gradient", -1), end("moved", -1), end("dead", -1), end("saturated", -1))


def _alt(shown: list[int], found: dict[tuple[str, int], Floats], networks: int) -> str:
    first, last = found.get(("gradient", shown[0])), found.get(("gradient", shown[-1]))
    told = [f"{len(shown)} layers by epoch{f', mean of {networks} networks' if networks > 1 else ''}."]
    if first is not None and last is not None and len(shown) > 1 and last[-1] > 0:
        told.append(f"At the end the first layer's gradient is {spoken(float(first[-1] / last[-1]))} times the last's.")
    for name, what in (("dead", "dead units"), ("saturated", "saturated values")):
        ends = {layer: float(found[name, layer][-1]) for layer in shown if (name, layer) in found}
        if ends:
            most = max(ends, key=lambda layer: ends[layer])
            told.append(f"Most {what}: layer {most} with {spoken(100.0 * ends[most])} %.")
    return " ".join(told)
