"""One sheet for many figures of one shape: what holds still is drawn once, what moves is drawn upon it."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pellucid.errors import UsageError
from pellucid.figures.drawing.axes import add_scale, dress
from pellucid.figures.drawing.cells import draw_regions
from pellucid.figures.drawing.legend import Named, draw_legend
from pellucid.figures.drawing.lettering import worded
from pellucid.figures.drawing.lines import draw_band, draw_bars, draw_curve, draw_edges, draw_surface
from pellucid.figures.drawing.points import draw_mark, draw_points
from pellucid.figures.drawing.sheet import blank
from pellucid.figures.figure import FigureData, Panel, Surface
from pellucid.shapes import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["drawn_frames"]

_Part = tuple[Any, Callable[[Any, "Axes"], list[Named]]]


def drawn_frames(frames: Sequence[FigureData], *, dpi: int) -> list[Array]:
    """Every figure as it looks, uint8 ``[h, w, 3]``: axes, legend and caption of the first one, parts of its own.

    Args:
        frames: At least one; equal in number and kind of panels.
        dpi: Dots per inch.

    Raises:
        UsageError: If a panel holds a matrix or intervals, which do not move.
        SurroundingsError: If matplotlib is not installed.
    """
    # The longest words decide how much room there is above and below.
    figure = blank(max(frames, key=lambda frame: (len(frame.caption), len(frame.title))))
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas: Any = FigureCanvasAgg(figure)
    figure.set_dpi(dpi)
    # The sheet is laid out with the longest title, and each frame then writes its own in that place.
    heading: Any = figure._suptitle  # type: ignore[attr-defined]
    heading.set_animated(True)
    sheets = [_Sheet(ax, [frame.panels[place] for frame in frames]) for place, ax in enumerate(figure.axes)]
    canvas.draw()
    figure.set_layout_engine("none")
    still = canvas.copy_from_bbox(figure.bbox)
    drawn = []
    for frame in frames:
        canvas.restore_region(still)
        heading.set_text(worded(frame.title))
        figure.draw_artist(heading)
        for sheet, panel in zip(sheets, frame.panels, strict=True):
            sheet.show(panel)
        drawn.append(np.array(canvas.buffer_rgba())[..., :3])
    return drawn


class _Sheet:
    """One pair of axes and what is on it at the moment. Contours keep the scale of the first panel.

    Args:
        ax: Empty.
        panels: What will be shown, one after the other.
    """

    def __init__(self, ax: "Axes", panels: Sequence[Panel]) -> None:
        first = panels[0]
        if first.matrix is not None or first.intervals is not None:
            raise UsageError("A moving picture is made of lines, points and areas; matrices and intervals stand still.")
        self._ax = ax
        self._parts: dict[str, _Part] = {}
        self._artists: dict[str, list[Any]] = {}
        dress(first, ax)
        if first.limits is None:
            self._make_room(panels)
        self._limits = ax.get_xlim(), ax.get_ylim()
        named: list[Named] = []
        for name, part in _parts(first):
            named += self._draw(name, part)
        if first.surface is not None and first.surface.label:
            filled = self._artists["surface"][0]
            add_scale(filled, first.surface.label, ax)
        if first.square:
            ax.set_aspect("equal", adjustable="box")
        draw_legend(named, first.title, ax)

    def show(self, panel: Panel) -> None:
        """Draw this panel's parts; what is as before is not made anew."""
        now = dict(_parts(panel))
        for name in self._artists.keys() - now.keys():
            self._take_away(name)
        for name, part in now.items():
            before = self._parts.get(name)
            if before is None or not _same(before[0], part[0]):
                self._draw(name, part)
        self._parts = now
        artists = [artist for own in self._artists.values() for artist in own]
        # The spines once more: an area would cover half of them.
        for artist in sorted([*artists, *self._ax.spines.values()], key=lambda each: each.get_zorder()):
            self._ax.draw_artist(artist)

    def _make_room(self, panels: Sequence[Panel]) -> None:
        """Limits that hold what every panel shows."""
        before = set(self._ax.get_children())
        for panel in panels:
            for _, (part, drawn) in _parts(panel):
                drawn(part, self._ax)
        limits = self._ax.get_xlim(), self._ax.get_ylim()
        for artist in set(self._ax.get_children()) - before:
            artist.remove()
        self._ax.set_xlim(*limits[0])
        self._ax.set_ylim(*limits[1])

    def _draw(self, name: str, part: _Part) -> list[Named]:
        thing, drawn = part
        self._take_away(name)
        before = set(self._ax.get_children())
        named = drawn(thing, self._ax)
        self._ax.set_xlim(*self._limits[0])
        self._ax.set_ylim(*self._limits[1])
        new = [artist for artist in self._ax.get_children() if artist not in before]
        for artist in new:
            artist.set_animated(True)
        self._artists[name] = new
        return named

    def _take_away(self, name: str) -> None:
        for artist in self._artists.pop(name, []):
            artist.remove()


def _parts(panel: Panel) -> Iterator[tuple[str, _Part]]:
    """What a panel consists of, each with how it is drawn."""
    if panel.regions is not None:
        shown = {cloud.series for cloud in panel.points}
        yield "regions", (panel.regions, lambda part, ax: draw_regions(part, ax, shown=shown))
    if panel.surface is not None:
        yield "surface", (panel.surface, _heights)
    if panel.bars is not None:
        yield "bars", (panel.bars, draw_bars)
    several: tuple[tuple[str, Sequence[Any], Callable[[Any, Axes], list[Named]]], ...] = (
        ("band", panel.bands, draw_band),
        ("edges", panel.edges, draw_edges),
        ("curve", panel.curves, draw_curve),
        ("points", panel.points, draw_points),
    )
    for name, parts, drawn in several:
        for number, part in enumerate(parts):
            yield f"{name} {number}", (part, drawn)
    for number, mark in enumerate(panel.marks):
        yield f"mark {number}", (mark, _mark(number))


def _heights(surface: Surface, ax: "Axes") -> list[Named]:
    """Contours; their scale stands still."""
    draw_surface(surface, ax, scaled=False)
    return []


def _mark(number: int) -> Callable[[Any, "Axes"], list[Named]]:
    return lambda part, ax: draw_mark(part, number, ax)


def _same(one: Any, other: Any) -> bool:
    """Whether two parts hold the same numbers."""
    if type(one) is not type(other):
        return False
    fields = vars(one)
    return one is other or all(np.array_equal(fields[name], value) for name, value in vars(other).items())
