"""Axes: thin lines, few ticks, names in place of numbers where there are names."""

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from pellucid.figures.drawing.lettering import width_of, worded, wrapped
from pellucid.figures.drawing.palette import INK, LINE, PAPER, QUIET
from pellucid.figures.figure import Axis, Panel
from pellucid.shapes import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["add_scale", "dress", "name_ticks"]

_TICK, _LABEL, _TICKS = 9.0, 9.5, 7
_LONGEST_NAME, _LONGEST_BESIDE, _LONGEST_LABEL = 22, 34, 60


def dress(panel: Panel, ax: "Axes") -> None:
    """Set up scales, limits, labels, ticks and grid."""
    ax.set_facecolor(PAPER)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(QUIET)
        ax.spines[side].set_linewidth(0.8)
    ax.tick_params(colors=QUIET, labelsize=_TICK, width=0.8)
    ax.set_xlabel(worded(panel.x.title, _LONGEST_LABEL), fontsize=_LABEL, color=INK)
    height = ax.get_window_extent().height / ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    ax.set_ylabel(wrapped(panel.y.title, size=_LABEL, inches=height, limit=_LONGEST_LABEL), fontsize=_LABEL, color=INK)
    if panel.surface is None and panel.regions is None and panel.matrix is None:
        ax.grid(visible=True, axis="x" if panel.intervals is not None else "both", color=LINE, linewidth=0.6)
        ax.set_axisbelow(True)
    for axis, one, values in ((panel.x, "x", _places(panel)), (panel.y, "y", None)):
        _scale(axis, "x" if one == "x" else "y", ax, values)
    if panel.limits is not None:
        left, right, bottom, top = panel.limits
        ax.set_xlim(left, right)
        ax.set_ylim(bottom, top)
    if _crosses_zero(panel):
        ax.axhline(0.0, color=QUIET, linewidth=0.8)
    if panel.bare:
        ax.set_axis_off()


def add_scale(drawn: Any, label: str, ax: "Axes") -> None:
    """Set a scale of colours beside the axes.

    Args:
        drawn: The image or the filled contours.
        label: What the numbers are.
        ax: Of the panel.
    """
    bar = ax.get_figure(root=True).colorbar(drawn, ax=ax, fraction=0.05, pad=0.02)  # type: ignore[union-attr]
    bar.set_label(worded(label, 50), fontsize=9, color=INK)
    bar.ax.tick_params(colors=QUIET, labelsize=8, width=0.6)
    bar.outline.set_visible(False)


def name_ticks(names: "list[str] | tuple[str, ...]", axis: Literal["x", "y"], ax: "Axes") -> None:
    """Write names at 0, 1, 2 … of an axis: shortened where they are long, upright where they would touch."""
    # Beside the axes there is more room than below.
    texts = [worded(name, _LONGEST_NAME if axis == "x" else _LONGEST_BESIDE) for name in names]
    # More than can be read one below the other: every second, third … stays.
    every = max(1, -(-len(texts) // 60))
    places = list(range(0, len(texts), every))
    size = _TICK if len(places) <= 30 else 7.0
    kept = [texts[place] for place in places]
    if axis == "y":
        ax.set_yticks(places, kept, fontsize=size)
        return
    room = ax.get_window_extent().width / ax.get_figure(root=True).dpi * 72 / len(places)  # type: ignore[union-attr]
    # Side by side where that leaves them different from one another; upright otherwise.
    fits = int((room - 6.0) / width_of(["m"], size))
    beside = [worded(names[place], max(2, min(fits, _LONGEST_NAME))) for place in places]
    if fits >= min(8, max(map(len, kept), default=0)) and len(set(beside)) == len(set(kept)):
        ax.set_xticks(places, beside, fontsize=size)
    else:
        ax.set_xticks(places, [worded(names[place], 16) for place in places], fontsize=size, rotation=90)


def _scale(axis: Axis, one: Literal["x", "y"], ax: "Axes", values: Floats | None) -> None:
    from matplotlib.ticker import MaxNLocator

    if axis.categories:
        name_ticks(tuple(axis.categories), one, ax)
    elif axis.logarithmic:
        (ax.set_xscale if one == "x" else ax.set_yscale)("log")
    else:
        whole = values is not None and len(values) > 1 and bool(np.all(values == np.round(values)))
        locator = MaxNLocator(nbins=_TICKS, steps=[1, 2, 2.5, 5, 10], integer=whole)
        (ax.xaxis if one == "x" else ax.yaxis).set_major_locator(locator)


def _places(panel: Panel) -> Floats | None:
    """Where the lines of a panel have their points; None where it has no lines."""
    lines = [np.asarray(curve.x, dtype=np.float64) for curve in panel.curves if curve.role != "reference"]
    return np.concatenate(lines) if lines else None


def _crosses_zero(panel: Panel) -> bool:
    taken = panel.surface or panel.regions or panel.intervals
    if panel.y.logarithmic or panel.y.categories or panel.bare or taken is not None:
        return False
    values = [np.asarray(curve.y, dtype=np.float64) for curve in panel.curves]
    finite = np.concatenate([each[np.isfinite(each)] for each in values]) if values else np.zeros(0)
    return bool(len(finite)) and float(finite.min()) < 0 < float(finite.max())
