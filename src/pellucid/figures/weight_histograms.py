"""Weights of every layer as a histogram."""

from collections.abc import Mapping

import numpy as np

from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Bars, FigureData, Panel
from pellucid.figures.table import Table
from pellucid.shapes import Floats

__all__ = ["weights_figure"]

_MOST, _BINS = 8, 41


def weights_figure(weights: Mapping[str, Floats]) -> FigureData:
    """One panel for each layer, all on the same scale across.

    Args:
        weights: Name of a layer → its weights, of all members ``[m, i, o]``; of more than eight layers the first are
            shown.
    """
    shown = dict(list(weights.items())[:_MOST])
    # Far-off weights must not press all others into one bar; what lies beyond counts into the outermost ones.
    reach = max(float(np.quantile(np.abs(values), 0.999)) for values in shown.values()) or 1.0
    edges = np.linspace(-reach, reach, _BINS + 1)
    panels, rows = [], []
    for name, values in shown.items():
        flat = np.asarray(values, dtype=np.float64).ravel()
        heights = np.histogram(np.clip(flat, -reach, reach), bins=edges)[0] / len(flat)
        panels.append(Panel(Axis("weight"), Axis("share of weights"), bars=Bars("weights", edges, heights), title=name))
        tiny = float(np.mean(np.abs(flat) < 1e-3))
        rows.append((name, len(flat), float(flat.mean()), float(flat.std()), float(np.abs(flat).max()), tiny))
    widest = max(rows, key=lambda row: row[3])
    hidden = len(weights) - len(shown)
    return FigureData(
        "Weights of every layer",
        tuple(panels),
        f"Histograms of the weights of {len(shown)} layers; the widest is {widest[0]} with standard deviation "
        f"{spoken(widest[3])}.",
        Table(("layer", "weights", "mean", "standard deviation", "largest", "below 0.001"), tuple(rows)),
        facts={"layers": len(weights)},
        caption="All networks together; the outermost bars hold what lies beyond."
        + (f" Not shown: {hidden} further layers." if hidden else ""),
        columns=min(4, len(panels)) if len(panels) != 4 else 2,
    )
