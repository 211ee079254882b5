"""Lines, bands, bars, contours and edges."""

from typing import TYPE_CHECKING, Any

import numpy as np

from pellucid.figures.drawing.axes import add_scale
from pellucid.figures.drawing.legend import Named
from pellucid.figures.drawing.palette import INK, QUIET, colour_of, dash_of
from pellucid.figures.figure import Band, Bars, Curve, Edges, Surface

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_band", "draw_bars", "draw_curve", "draw_edges", "draw_surface"]

_THIN, _THICK = 0.4, 3.4


def draw_surface(surface: Surface, ax: "Axes", *, scaled: bool = True) -> None:
    """Contours, the low ground darker; with a scale where the heights have a name, unless it is there already."""
    x, y, heights, levels = surface.x, surface.y, surface.heights, surface.levels
    # Alone they are a backdrop; with a scale they are what is to be read.
    strength = 0.55 if surface.label else 0.22
    filled = ax.contourf(x, y, heights, levels=levels, cmap="Greys_r", alpha=strength, extend="both")
    ax.contour(x, y, heights, levels=levels, colors=QUIET, linewidths=0.5)
    if surface.label and scaled:
        add_scale(filled, surface.label, ax)


def draw_bars(bars: Bars, ax: "Axes") -> list[Named]:
    """A filled histogram with its outline."""
    drawn = ax.stairs(bars.heights, bars.edges, fill=True, color=colour_of(0), alpha=0.45)
    return [(bars.label, drawn)]


def draw_band(band: Band, ax: "Axes") -> list[Named]:
    """What lies between two lines, with its edges drawn thin: areas that overlap stay apart in greyscale."""
    colour = colour_of(band.series)
    drawn = ax.fill_between(band.x, band.low, band.high, facecolor=colour, alpha=0.13, edgecolor="none", zorder=2)
    for edge in (band.low, band.high):
        ax.plot(band.x, edge, color=colour, alpha=0.55, linewidth=0.6, zorder=2)
    return [(band.label, drawn)]


def draw_curve(curve: Curve, ax: "Axes") -> list[Named]:
    """A line, with dots where every place counts; or what stays behind the lines: traces and references."""
    if curve.role == "trace":
        colour, dash = colour_of(curve.series), dash_of(curve.series)
        ax.plot(curve.x, curve.y, color=colour, linestyle=dash, linewidth=0.6, alpha=0.4, zorder=2.5)
        return []
    if curve.role == "reference":
        (drawn,) = ax.plot(curve.x, curve.y, color=QUIET, linestyle=(0, (1, 2)), linewidth=1.1, zorder=2.2)
        return [(curve.label, drawn)]
    dots: dict[str, Any] = {"marker": "o", "markersize": 2.6} if curve.dots else {}
    (drawn,) = ax.plot(
        curve.x,
        curve.y,
        color=colour_of(curve.series),
        # A path full of turns is clearer without dashes.
        linestyle="solid" if curve.dots else dash_of(curve.series),
        linewidth=1.2 if curve.dots else 2.0,
        drawstyle="steps-post" if curve.stairs else "default",
        # One's own axes keep the names, should another legend be wanted.
        label=curve.label,
        solid_joinstyle="round",
        zorder=3,
        **dots,
    )
    return [(curve.label, drawn)]


def draw_edges(edges: Edges, ax: "Axes") -> list[Named]:
    """Lines from place to place: ink, or by weight with blue above 0 and dashed vermilion below."""
    from matplotlib.collections import LineCollection
    from matplotlib.lines import Line2D

    ends = np.stack([np.asarray(edges.starts, float), np.asarray(edges.ends, float)], axis=1)
    if edges.weights is None:
        ax.add_collection(LineCollection(list(ends), colors=INK, linewidths=1.1, capstyle="butt", zorder=2))
        ax.autoscale_view()
        return [(edges.label, Line2D([], [], color=INK, linewidth=1.1))]
    weights = np.asarray(edges.weights, float)
    sizes = np.abs(weights) / max(float(np.abs(weights).max(initial=0.0)), 1e-300)
    named: list[Named] = []
    for series, word, chosen in ((0, "above 0", weights >= 0), (1, "below 0", weights < 0)):
        if not chosen.any():
            continue
        dash: Any = "solid" if series == 0 else (0, (4, 1.6))
        lines = LineCollection(
            list(ends[chosen]),
            colors=colour_of(series),
            linewidths=_THIN + (_THICK - _THIN) * sizes[chosen],
            alpha=0.25 + 0.75 * sizes[chosen],
            linestyles=[dash],
            zorder=2,
        )
        ax.add_collection(lines)
        example = Line2D([], [], color=colour_of(series), linewidth=2.0, linestyle=dash)
        named.append((f"{edges.label} {word}" if edges.label else "", example))
    ax.autoscale_view()
    return named
