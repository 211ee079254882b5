"""The still picture of certainty: of each class's test rows, how many get which probability of their own class."""

from collections.abc import Callable, Sequence

import numpy as np

from pellucid.evaluation import format_percent
from pellucid.records import ReplayRecord
from pellucid.report.markup import Markup, element
from pellucid.report.pictures import CLASS_COLOURS, SEQUENTIAL, ramp
from pellucid.shapes import Array

__all__ = ["certainty_picture", "sure_columns"]

Told = tuple[Sequence[str], Callable[[Array], list[str]]]
"""Heads of a table, and what a frame puts under them."""
LEFT, WIDTH, TOP = 110, 440, 8
MOST_BARS = 6
"""More classes are told by shades instead of bars."""
MOST_COLUMNS = 6


def certainty_picture(replay: ReplayRecord, shares: Array) -> Markup:
    """The last frame, a strip for each class; ``shares`` is uint8 ``[c, bins]``."""
    classes, bins = shares.shape
    tall = classes <= MOST_BARS
    strip = 64 if tall else max(14, 190 // classes)
    step = (WIDTH - LEFT - 8) / bins
    full = replay.levels - 1
    shades = ramp(SEQUENTIAL, replay.levels)
    heads, told = sure_columns(replay)
    seen = ", ".join(f"{head} {value}" for head, value in zip(heads, told(shares[:MOST_COLUMNS]), strict=True))
    title = f"Probability of the own class after the last epoch; {seen}."
    drawn: list[Markup] = [element("title", title)]
    for which in range(classes):
        floor = TOP + strip * (which + 1)
        for place in range(bins):
            byte = int(shares[which, place])
            left = LEFT + place * step
            if tall and byte:
                size = round((strip - 8) * byte / full, 1)
                drawn.append(
                    _cell(left + 1, floor - size, step - 2, size, CLASS_COLOURS[which % len(CLASS_COLOURS)], "outline")
                )
            elif not tall:
                colour = shades[round(full * (byte / full) ** 0.5)]
                drawn.append(_cell(left, floor - strip, step + 0.3, strip + 0.3, colour, None))
        name = replay.classes[which]
        middle = floor - strip / 2 + 4
        drawn.append(element("text", _cut(name), x=LEFT - 8, y=middle, text_anchor="end"))
        if tall:
            drawn.append(element("line", x1=LEFT, x2=WIDTH - 8, y1=floor, y2=floor, class_="axis"))
    base = TOP + strip * classes
    drawn.append(element("line", x1=LEFT, x2=WIDTH - 8, y1=base, y2=base, class_="base"))
    for tick in (0, 0.25, 0.5, 0.75, 1):
        across = round(LEFT + tick * (WIDTH - LEFT - 8), 1)
        drawn.append(element("text", f"{tick:g}", x=across, y=base + 17, text_anchor="middle"))
    below = "probability of the own class"
    drawn.append(element("text", below, x=(LEFT + WIDTH - 8) / 2, y=base + 35, text_anchor="middle"))
    return element("svg", *drawn, viewBox=f"0 0 {WIDTH} {base + 42}", role="img", aria_label=title, class_="chart")


def sure_columns(replay: ReplayRecord) -> Told:
    """Share of each class's rows whose own class gets a probability of at least one half."""

    def sure(shares: Array) -> list[str]:
        bins = shares.shape[1]
        upper = shares[:, (bins + 1) // 2 :].sum(axis=1, dtype=np.int64)
        whole = shares.sum(axis=1, dtype=np.int64)
        return [format_percent(float(u / w)) if w else "–" for u, w in zip(upper, whole, strict=True)][:MOST_COLUMNS]

    return [f"“{_cut(name)}” at least one half" for name in replay.classes[:MOST_COLUMNS]], sure


def _cell(left: float, top: float, width: float, height: float, colour: Sequence[int], kind: str | None) -> Markup:
    red, green, blue = (int(part) for part in colour)
    return element(
        "rect",
        x=round(left, 1),
        y=round(top, 1),
        width=round(width, 1),
        height=round(height, 1),
        fill=f"#{red:02x}{green:02x}{blue:02x}",
        stroke="#5b6167" if kind else None,
    )


def _cut(name: str) -> str:
    return name if len(name) <= 16 else f"{name[:15]}…"
