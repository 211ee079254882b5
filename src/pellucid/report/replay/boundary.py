"""The still picture of a boundary: coloured cells over the plane of two inputs, with the line between the classes."""

from collections.abc import Callable, Sequence

import numpy as np

from pellucid.evaluation import format_number, format_percent
from pellucid.records import ReplayRecord
from pellucid.records.replay import STRENGTHS
from pellucid.report.axes import BOX, Axis, frame
from pellucid.report.markup import Markup, element, join
from pellucid.report.pictures import DIVERGING, SEQUENTIAL, class_ramp, png_address, ramp
from pellucid.shapes import Array

__all__ = ["area_columns", "boundary_picture"]

Told = tuple[Sequence[str], Callable[[Array], list[str]]]
"""Heads of a table, and what a frame puts under them."""
MOST_CLASSES = 6


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
    what = f"Predictions over {replay.x.label} and {replay.y.label} after the last epoch: {seen}."
    return frame(x, y, join(image), title=what, below=f"{_cut(replay.x.label)} (across), {_cut(replay.y.label)} (up)")


def area_columns(replay: ReplayRecord) -> Told:
    """Share of the plane that each class is given, or the range of the values."""
    if replay.meaning == "value":

        def ends(cells: Array) -> list[str]:
            step = (replay.high - replay.low) / (replay.levels - 1)
            return [format_number(replay.low + step * float(end)) for end in (cells.min(), cells.max())]

        return ("from", "to"), ends

    def areas(cells: Array) -> list[str]:
        said = cells // STRENGTHS if replay.meaning == "class" else (cells > (replay.levels - 1) / 2).astype(np.uint8)
        counts = np.bincount(said.ravel(), minlength=len(replay.classes))
        return [format_percent(float(count) / cells.size) for count in counts[:MOST_CLASSES]]

    return [f"“{_cut(name)}”" for name in replay.classes[:MOST_CLASSES]], areas


def _cut(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:23]}…"
