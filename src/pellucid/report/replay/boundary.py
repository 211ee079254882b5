"""The still picture of a boundary: coloured cells over the plane of two inputs, with the line between the classes."""

from collections.abc import Callable, Sequence

import numpy as np

from pellucid.evaluation import format_number, format_percent
from pellucid.records import ReplayRecord
from pellucid.records.replay import STRENGTHS
from pellucid.report.axes import BOX, Axis, frame
from pellucid.report.figure import entry
from pellucid.report.markup import Markup, element, join
from pellucid.report.pictures import CLASS_COLOURS, DIVERGING, SEQUENTIAL, Colour, class_ramp, png_address, ramp
from pellucid.shapes import Array

__all__ = ["area_columns", "boundary_legend", "boundary_picture"]

Told = tuple[Sequence[str], Callable[[Array], list[str]]]
"""Heads of a table, and what a frame puts under them."""
MOST_CLASSES = 6
LETTER, LINE = 8, 15
"""Room of a letter and of a line, in the picture's own measure."""
LEAST_AREA = 0.04
"""Share of the plane from which on a class is named there."""


def boundary_picture(replay: ReplayRecord, cells: Array) -> Markup:
    """The last frame with its axes; ``cells`` is uint8 ``[h, w]``, the first line at the bottom."""
    colours = {
        "probability": lambda: ramp(DIVERGING, replay.levels),
        "class": lambda: class_ramp(len(replay.classes), STRENGTHS),
    }.get(replay.meaning, lambda: ramp(SEQUENTIAL, replay.levels))()
    left, right, top, bottom = BOX
    image = element(
        "image",
        href=png_address(cells[::-1], colours),
        x=left,
        y=top,
        width=right - left,
        height=bottom - top,
        preserveAspectRatio="none",
        class_="picture",
    )
    heads, told = area_columns(replay)
    seen = ", ".join(f"{head} {value}" for head, value in zip(heads, told(cells), strict=True))
    x, y = Axis.exact(replay.x.low, replay.x.high), Axis.exact(replay.y.low, replay.y.high)
    names = [] if replay.meaning == "value" else [_border(_said(replay, cells)), *_names(replay, cells)]
    what = f"Predictions over {replay.x.label} and {replay.y.label} after the last epoch: {seen}."
    return frame(
        x, y, join(image, *names), title=what, below=f"{_cut(replay.x.label)} (across), {_cut(replay.y.label)} (up)"
    )


def area_columns(replay: ReplayRecord) -> Told:
    """Share of the plane that each class is given, or the range of the values."""
    if replay.meaning == "value":

        def ends(cells: Array) -> list[str]:
            step = (replay.high - replay.low) / (replay.levels - 1)
            return [format_number(replay.low + step * float(end)) for end in (cells.min(), cells.max())]

        return ("from", "to"), ends

    def areas(cells: Array) -> list[str]:
        counts = np.bincount(_said(replay, cells).ravel(), minlength=len(replay.classes))
        return [format_percent(float(count) / cells.size) for count in counts[:MOST_CLASSES]]

    return [f"“{_cut(name)}”" for name in replay.classes[:MOST_CLASSES]], areas


def boundary_legend(replay: ReplayRecord) -> list[Markup]:
    """Which colour stands for what."""
    if replay.meaning == "value":
        ends = ((SEQUENTIAL[0], replay.low), (SEQUENTIAL[-1], replay.high))
        return [entry(_swatch(colour), format_number(value)) for colour, value in ends]
    if replay.meaning == "probability":
        colours: Sequence[Colour] = (DIVERGING[0], DIVERGING[-1])
    else:
        colours = [CLASS_COLOURS[place % len(CLASS_COLOURS)] for place in range(len(replay.classes))]
    return [entry(_swatch(colour), name) for colour, name in zip(colours, replay.classes, strict=False)]


def _swatch(colour: Colour) -> Markup:
    red, green, blue = colour
    return element("rect", x=0, y=0, width=26, height=10, fill=f"#{red:02x}{green:02x}{blue:02x}", class_="swatch")


def _said(replay: ReplayRecord, cells: Array) -> Array:
    """The class that every cell is given to."""
    if replay.meaning == "class":
        return cells // STRENGTHS
    found: Array = (cells > (replay.levels - 1) / 2).astype(np.uint8)
    return found


def _border(said: Array) -> Markup:
    """The line between cells of different classes."""
    height, width = said.shape
    left, right, top, bottom = BOX
    step, rise = (right - left) / width, (bottom - top) / height
    parts = []
    for line, column in zip(*np.nonzero(said[:, 1:] != said[:, :-1]), strict=True):
        parts.append(f"M{left + (column + 1) * step:.1f} {bottom - line * rise:.1f}v{-rise:.1f}")
    for line, column in zip(*np.nonzero(said[1:] != said[:-1]), strict=True):
        parts.append(f"M{left + column * step:.1f} {bottom - (line + 1) * rise:.1f}h{step:.1f}")
    return element("path", d="".join(parts), class_="border")


def _names(replay: ReplayRecord, cells: Array) -> list[Markup]:
    """Names of the classes where they stand, so that nobody has to tell them by their colours."""
    said = _said(replay, cells)
    height, width = said.shape
    left, right, top, bottom = BOX
    found: list[Markup] = []
    taken: list[tuple[float, float, float]] = []
    for which, name in enumerate(replay.classes):
        lines, columns = np.nonzero(said == which)
        if len(lines) < LEAST_AREA * said.size:
            continue
        # The middle itself may belong to another class.
        best = int(np.argmin((lines - lines.mean()) ** 2 + (columns - columns.mean()) ** 2))
        words = _cut(name)
        half = LETTER * len(words) / 2
        across = min(max(left + (float(columns[best]) + 0.5) / width * (right - left), left + half), right - half)
        up = bottom - (float(lines[best]) + 0.5) / height * (bottom - top) + 4
        # Where there is no room for a name, the legend has it.
        if any(abs(x - across) < room + half and abs(y - up) < LINE for x, y, room in taken):
            continue
        taken.append((across, up, half))
        found.append(element("text", words, x=round(across, 1), y=round(up, 1), text_anchor="middle", class_="over"))
    return found


def _cut(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:23]}…"
