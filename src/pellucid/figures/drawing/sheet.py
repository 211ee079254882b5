"""The sheet that panels stand on: how large, in how many lines, with what above and below."""

from typing import TYPE_CHECKING

from pellucid.errors import SurroundingsError
from pellucid.figures.drawing.lettering import wrapped
from pellucid.figures.drawing.palette import DPI, INK, PAPER, QUIET
from pellucid.figures.figure import FigureData, Panel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["blank"]

# Inches.
_SQUARE = 5.2, 5.0
_ALONE, _WIDTH, _HEIGHT = 6.4, 4.8, 3.9
_IMAGE, _ROW, _CELL = 1.5, 0.27, 0.36
_TITLE, _CAPTION = 12, 8.5
_MOST_CELLS = 40
"""Rows or columns of a matrix that get room for their numbers; more share it."""
_LONGEST_TITLE, _LONGEST_CAPTION = 140, 900


def blank(figure: FigureData) -> "Figure":
    """A matplotlib figure with empty axes for every panel, its title above and its caption below.

    Raises:
        SurroundingsError: If matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise SurroundingsError(
            "Drawing needs matplotlib, which is not installed. Install it: pip install 'pellucid[plots]'"
        ) from None
    panels = figure.panels
    columns = min(figure.columns or len(panels), len(panels))
    lines = -(-len(panels) // columns)
    sizes = [_size(panel, alone=len(panels) == 1) for panel in panels]
    widths = [max(size[0] for size in sizes[place::columns]) for place in range(columns)]
    heights = [max(size[1] for size in sizes[line * columns : (line + 1) * columns]) for line in range(lines)]
    width = sum(widths)
    title = wrapped(figure.title, size=_TITLE * 1.08, inches=width, limit=_LONGEST_TITLE)
    caption = wrapped(figure.caption, size=_CAPTION, inches=width, limit=_LONGEST_CAPTION)
    # What stands above and below takes nothing from the panels.
    height = sum(heights) + 0.2 * title.count("\n") + (0.16 * (caption.count("\n") + 1) if caption else 0.0)
    whole = Figure(figsize=(width, height), dpi=DPI, layout="constrained", facecolor=PAPER)
    grid = whole.add_gridspec(lines, columns, width_ratios=widths, height_ratios=heights)
    for place in range(len(panels)):
        whole.add_subplot(grid[place // columns, place % columns])
    whole.suptitle(title, x=0.012, ha="left", fontsize=_TITLE, fontweight="bold", color=INK)
    if caption:
        whole.supxlabel(caption, x=0.012, ha="left", fontsize=_CAPTION, color=QUIET)
    return whole


def _size(panel: Panel, *, alone: bool) -> tuple[float, float]:
    """Width and height that a panel asks for."""
    if panel.square and not panel.bare and alone:
        return _SQUARE
    width = _ALONE if alone else _WIDTH
    if panel.matrix is not None:
        rows, columns = panel.matrix.values.shape
        if panel.bare and not alone:
            return _IMAGE, _IMAGE
        if panel.matrix.rows or panel.matrix.columns:
            return (
                max(width, 1.8 + _CELL * min(columns, _MOST_CELLS)),
                max(_HEIGHT, 1.5 + 0.8 * _CELL * min(rows, _MOST_CELLS)),
            )
    if panel.intervals is not None:
        return width, max(2.2, 1.3 + _ROW * len(panel.intervals.labels))
    if panel.y.categories:
        return width, max(_HEIGHT, 1.3 + _ROW * len(panel.y.categories))
    return width, _HEIGHT
