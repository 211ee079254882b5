"""Areas: matrices of numbers, and planes divided among classes."""

from typing import TYPE_CHECKING

import numpy as np

from pellucid.figures.drawing.axes import add_scale, name_ticks
from pellucid.figures.drawing.legend import Named
from pellucid.figures.drawing.lettering import width_of
from pellucid.figures.drawing.palette import INK, ink_on, mixed, scale
from pellucid.figures.figure import Matrix, Regions
from pellucid.printable import MINUS, grouped
from pellucid.shapes import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_matrix", "draw_regions", "shades"]

# How strongly a class colours what is certainly its own: points of the same colour still stand out.
_FULL, _LEAST = 0.62, 0.06


def shades(regions: Regions) -> Floats:
    """Colours of a divided plane ``[ny, nx, 3]`` between 0 and 1: paper where no class is likelier than by chance."""
    least = 1.0 / max(2, len(regions.labels))
    share = np.clip((np.asarray(regions.strength, float) - least) / (1.0 - least), 0.0, 1.0)
    colours = np.ones((*share.shape, 3))
    for number in range(len(regions.labels)):
        own = np.asarray(regions.winner) == number
        colours[own] = mixed(number, _LEAST + (_FULL - _LEAST) * share[own])
    return colours


def draw_regions(regions: Regions, ax: "Axes", *, shown: set[int]) -> list[Named]:
    """The plane in the classes' colours, with the lines between them in ink.

    Args:
        regions: What to draw.
        ax: Where.
        shown: Series whose points are in the panel, and whose names are in the legend by them.
    """
    from matplotlib.patches import Patch

    x, y = np.asarray(regions.x, float), np.asarray(regions.y, float)
    half = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    extent = (x[0] - half[0], x[-1] + half[0], y[0] - half[1], y[-1] + half[1])
    ax.imshow(shades(regions), extent=extent, origin="lower", aspect="auto", interpolation="nearest", zorder=0)
    ax.set_xlim(*extent[:2]) if ax.get_autoscalex_on() else None
    ax.set_ylim(*extent[2:]) if ax.get_autoscaley_on() else None
    winner = np.asarray(regions.winner)
    for heights, level in _borders(regions, winner):
        if heights.min() < level < heights.max():
            ax.contour(x, y, heights, levels=[level], colors=INK, linewidths=1.1, zorder=2)
    present = [number for number in range(len(regions.labels)) if number not in shown and (winner == number).any()]
    return [(regions.labels[number], Patch(facecolor=tuple(mixed(number, np.array(_FULL))))) for number in present]


def _borders(regions: Regions, winner: Floats) -> list[tuple[Floats, float]]:
    """Heights whose contours are the lines between classes."""
    if len(regions.labels) == 2:
        # Where the two are equally likely: a smooth line between the cells.
        strength = np.asarray(regions.strength, float)
        return [(np.where(winner == 1, strength, 1.0 - strength), 0.5)]
    return [(_blurred((winner == number).astype(float)), 0.5) for number in range(len(regions.labels))]


def _blurred(cells: Floats) -> Floats:
    """Cells with their neighbours mixed in: the lines between them lose their stairs and stay in place."""
    for _ in range(4):
        wide = np.pad(cells, 1, mode="edge")
        across = wide[:, :-2] + 2.0 * wide[:, 1:-1] + wide[:, 2:]
        cells = (across[:-2] + 2.0 * across[1:-1] + across[2:]) / 16.0
    return cells


def draw_matrix(matrix: Matrix, ax: "Axes", *, bare: bool) -> None:
    """Cells with their numbers, the first row on top."""
    values = np.asarray(matrix.values, float)
    largest = float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else 0.0
    extreme = matrix.extreme or largest or 1.0
    colours = scale(centred=matrix.centred)
    low = -extreme if matrix.centred else 0.0
    image = ax.imshow(values, cmap=colours, vmin=low, vmax=extreme, aspect="equal" if bare else "auto")
    if matrix.rows:
        name_ticks(list(matrix.rows), "y", ax)
    if matrix.columns:
        name_ticks(list(matrix.columns), "x", ax)
    if not bare:
        ax.tick_params(length=0)
        for spine in ax.spines.values():
            spine.set_visible(False)
    if matrix.written:
        texts = _written(values)
        size = _fitting(texts, values.shape, ax)
        for (row, column), text in texts.items():
            red, green, blue, _ = colours((values[row, column] - low) / (extreme - low))
            ax.text(column, row, text, ha="center", va="center", fontsize=size, color=ink_on(red, green, blue))
    if matrix.label:
        add_scale(image, matrix.label, ax)


def _written(values: Floats) -> dict[tuple[int, int], str]:
    """What stands in which cell; whole numbers as such, others with two decimals."""
    finite = values[np.isfinite(values)]
    whole = bool(np.all(finite == np.round(finite)))
    return {
        (place[0], place[1]): (grouped(int(value)) if whole else f"{value:.2f}").replace("-", MINUS)
        for place, value in np.ndenumerate(values)
        if np.isfinite(value)
    }


def _fitting(texts: dict[tuple[int, int], str], shape: tuple[int, ...], ax: "Axes") -> float:
    """The size of letters, in points, with which the longest number stays within its cell."""
    box, inch = ax.get_window_extent(), ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    width, height = (side / inch * 72 / count for side, count in ((box.width, shape[1]), (box.height, shape[0])))
    return max(4.0, min(9.0, 0.85 * width / max(1.0, width_of(list(texts.values()), 1.0)), 0.6 * height))
