"""A test surface by itself: contours, the lowest point and where a descent begins."""

import numpy as np

from pellucid.figures.figure import Axis, FigureData, Mark, Panel, Surface
from pellucid.figures.surfaces import ChosenSurface
from pellucid.figures.table import Table
from pellucid.shapes import Floats

__all__ = ["contours", "landscape_figure"]

_ACROSS, _LEVELS = 161, 14


def contours(surface: ChosenSurface) -> Surface:
    """Heights over the surface's window; levels grow as squares, so that the floor shows too."""
    left, right, bottom, top = surface.entry.window
    x, y = np.linspace(left, right, _ACROSS), np.linspace(bottom, top, _ACROSS)
    heights = surface.value(np.stack(np.meshgrid(x, y), axis=-1))
    low, high = float(heights.min()), float(heights.max())
    levels = low + (high - low) * np.linspace(0.06, 1.0, _LEVELS) ** 2
    return Surface(x, y, heights, levels)


def landscape_figure(surface: ChosenSurface) -> FigureData:
    """Contours with start and minimum; a table of value and gradient at points of interest."""
    entry = surface.entry
    start, minimum = entry.start, surface.minimum
    panel = Panel(
        Axis("x"),
        Axis("y"),
        surface=contours(surface),
        marks=(Mark("start", *start), Mark("minimum", *minimum)),
        limits=entry.window,
    )
    points: list[tuple[str, tuple[float, float]]] = [("start", start), ("minimum", minimum), ("origin", (0.0, 0.0))]
    table = Table(
        ("", "x", "y", "value", "slope along x", "slope along y"),
        tuple((name, *point, *_seen(surface, np.array(point))) for name, point in points),
    )
    lowest = float(surface.value(np.array(minimum)))
    return FigureData(
        title=f"{surface}",
        panels=(panel,),
        alt=f"Contours of {entry.formula}, lowest ({lowest:.3g}) at x = {minimum[0]:.3g}, y = {minimum[1]:.3g}.",
        table=table,
        facts={"minimum_x": minimum[0], "minimum_y": minimum[1], "minimum_value": lowest},
    )


def _seen(surface: ChosenSurface, point: Floats) -> tuple[float, float, float]:
    slope = surface.gradient(point)
    return float(surface.value(point)), float(slope[0]), float(slope[1])
