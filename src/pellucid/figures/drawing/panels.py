"""Panels into axes: what lies behind first, then lines, then points, and the legend outside of it all."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pellucid.errors import UsageError
from pellucid.figures.drawing.axes import dress
from pellucid.figures.drawing.cells import draw_matrix, draw_regions
from pellucid.figures.drawing.legend import Named, draw_legend
from pellucid.figures.drawing.lines import draw_band, draw_bars, draw_curve, draw_edges, draw_surface
from pellucid.figures.drawing.points import draw_intervals, draw_mark, draw_points
from pellucid.figures.drawing.sheet import blank
from pellucid.figures.figure import FigureData, Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw"]


def draw(figure: FigureData, ax: "Axes | Sequence[Axes] | None" = None) -> "list[Axes]":
    """Draw into axes that exist, or into a new figure.

    Args:
        figure: What to draw.
        ax: One pair of axes for each panel, a single one for a single panel; None makes a new figure.

    Returns:
        The axes, one for each panel; their ``.figure`` is the whole picture.

    Raises:
        UsageError: If the number of axes is not the number of panels.
        SurroundingsError: If matplotlib is not installed.
    """
    if ax is None:
        axes = list(blank(figure).axes)
    elif hasattr(ax, "ravel"):
        # An array as plt.subplots gives it: as many lines as there were.
        axes = list(ax.ravel())
    else:
        axes = list(ax) if isinstance(ax, Sequence) or hasattr(ax, "__iter__") else [ax]
    if len(axes) != len(figure.panels):
        raise UsageError(f"{figure.title!r} has {len(figure.panels)} panels and was given {len(axes)} pairs of axes.")
    for panel, one in zip(figure.panels, axes, strict=True):
        _draw_panel(panel, one)
    return axes


def _draw_panel(panel: Panel, ax: "Axes") -> None:
    dress(panel, ax)
    named: list[Named] = []
    if panel.regions is not None:
        named += draw_regions(panel.regions, ax, shown={cloud.series for cloud in panel.points})
    if panel.matrix is not None:
        draw_matrix(panel.matrix, ax, bare=panel.bare)
    if panel.surface is not None:
        draw_surface(panel.surface, ax)
    if panel.bars is not None:
        named += draw_bars(panel.bars, ax)
    parts: tuple[tuple[Sequence[object], Callable[..., list[Named]]], ...] = (
        (panel.bands, draw_band),
        (panel.edges, draw_edges),
        (panel.curves, draw_curve),
        (panel.points, draw_points),
    )
    for things, drawn in parts:
        for thing in things:
            named += drawn(thing, ax)
    if panel.intervals is not None:
        draw_intervals(panel.intervals, ax)
    for number, mark in enumerate(panel.marks):
        named += draw_mark(mark, number, ax)
    if panel.square:
        ax.set_aspect("equal", adjustable="box")
    draw_legend(named, panel.title, ax)
