"""Points: clouds, named marks, and values with their intervals."""

from typing import TYPE_CHECKING

import numpy as np

from pellucid.figures.drawing.axes import name_ticks
from pellucid.figures.drawing.legend import Named
from pellucid.figures.drawing.lettering import worded
from pellucid.figures.drawing.palette import INK, PAPER, colour_of, shape_of
from pellucid.figures.figure import Intervals, Mark, Points, Side

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_intervals", "draw_mark", "draw_points"]

_NAME, _LONGEST_NAME, _AWAY = 8.5, 28, 5.0
_SIDES: dict[Side, tuple[float, float, str, str]] = {
    "right": (1.0, 0.0, "left", "center"),
    "left": (-1.0, 0.0, "right", "center"),
    "above": (0.0, 1.0, "center", "bottom"),
    "below": (0.0, -1.0, "center", "top"),
    "middle": (0.0, 0.0, "center", "center"),
}


def draw_points(cloud: Points, ax: "Axes") -> list[Named]:
    """A cloud: a thin rim of paper keeps neighbours apart, a ring of ink sets some of them apart."""
    colour = colour_of(cloud.series)
    (drawn,) = ax.plot(
        cloud.x,
        cloud.y,
        linestyle="none",
        marker=shape_of(cloud.series),
        markersize=cloud.size,
        markerfacecolor=PAPER if cloud.hollow else colour,
        markeredgecolor=colour if cloud.hollow else PAPER,
        markeredgewidth=1.1 if cloud.hollow else 0.4,
        # Many points cover one another: a hint of transparency shows how many.
        alpha=1.0 if len(cloud.x) <= 300 else 0.6,
        label=cloud.label,
        zorder=4,
    )
    if cloud.outlined is not None:
        ringed = np.asarray(cloud.outlined, dtype=bool)
        ax.plot(
            np.asarray(cloud.x)[ringed],
            np.asarray(cloud.y)[ringed],
            linestyle="none",
            marker=shape_of(cloud.series),
            # Around it, with a seam of paper between, so that the class's own colour stays.
            markersize=cloud.size + 3.4,
            markerfacecolor="none",
            markeredgecolor=INK,
            markeredgewidth=1.3,
            zorder=4.5,
        )
    across, up, ha, va = _SIDES[cloud.side]
    away = _AWAY + cloud.size / 2
    for x, y, name in zip(cloud.x, cloud.y, cloud.names, strict=False):
        ax.annotate(
            worded(name, _LONGEST_NAME),
            (x, y),
            xytext=(across * away, up * away),
            textcoords="offset points",
            ha=ha,
            va=va,
            fontsize=_NAME,
            color=INK,
            zorder=6,
        )
    return [(cloud.label, drawn)]


def draw_mark(mark: Mark, number: int, ax: "Axes") -> list[Named]:
    """One named point in paper and ink."""
    shape, size = (("o", 7), ("*", 13), ("D", 7))[number % 3]
    (drawn,) = ax.plot(
        [mark.x],
        [mark.y],
        linestyle="none",
        marker=shape,
        markersize=size,
        markerfacecolor=PAPER,
        markeredgecolor=INK,
        label=mark.label,
        zorder=5,
    )
    return [(mark.label, drawn)]


def draw_intervals(intervals: Intervals, ax: "Axes") -> None:
    """Values with whiskers, one below the other."""
    count = len(intervals.labels)
    series = list(intervals.series) or [0] * count
    for place in range(count):
        value, low, high = (float(each[place]) for each in (intervals.values, intervals.low, intervals.high))
        colour = colour_of(series[place])
        ax.plot([low, high], [place, place], color=colour, linewidth=1.6, solid_capstyle="butt", zorder=3)
        ax.plot([low, high], [place, place], linestyle="none", marker="|", markersize=7, color=colour, zorder=3)
        ax.plot(
            [value],
            [place],
            linestyle="none",
            marker=shape_of(series[place]),
            markersize=6.5,
            color=colour,
            markeredgecolor=PAPER,
            markeredgewidth=0.6,
            zorder=4,
        )
    name_ticks(list(intervals.labels), "y", ax)
    ax.set_ylim(count - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
