"""Axes of a small chart: where a number lies, round ticks, and the frame around the drawing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pellucid.evaluation import format_number
from pellucid.report.markup import Markup, element, join

__all__ = ["BOX", "Axis", "frame"]

WIDTH, HEIGHT = 440, 270
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 10, 42
BOX = (LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM)
"""Left, right, top and bottom of what is drawn."""


@dataclass(frozen=True)
class Axis:
    """A range of numbers with its ticks.

    Attributes:
        low: Number at the left or bottom end.
        high: Number at the other end; above ``low``.
        ticks: Numbers to be written.
        logarithmic: Equal ratios take equal room; ``low`` > 0.
    """

    low: float
    high: float
    ticks: Sequence[float]
    logarithmic: bool = False

    @staticmethod
    def of(low: float, high: float, *, logarithmic: bool = False, whole: bool = False) -> "Axis":
        """An axis that holds the range, widened where it is a single number."""
        if not high > low:
            room = abs(low) * 0.05 or 1.0
            low, high = low - room, high + room
        if logarithmic:
            return Axis(low, high, _ratio_ticks(low, high), logarithmic=True)
        if not whole:
            room = (high - low) * 0.04
            low, high = (low if low == 0 else low - room), high + room
        ticks = _round_ticks(low, high)
        if whole:
            ticks = [tick for tick in ticks if tick == round(tick)]
            ticks = ticks if ticks and ticks[0] > low else [low, *ticks[1:]]
        return Axis(low, high, ticks)

    @staticmethod
    def exact(low: float, high: float) -> "Axis":
        """An axis from one number to another one above it, without room at its ends."""
        return Axis(low, high, _round_ticks(low, high))

    def share(self, value: float) -> float:
        """Where the number lies, 0 at ``low`` and 1 at ``high``."""
        if self.logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def across(self, value: float) -> float:
        """Horizontal place in the frame."""
        return round(LEFT + self.share(value) * (WIDTH - LEFT - RIGHT), 1)

    def up(self, value: float) -> float:
        """Vertical place in the frame."""
        return round(HEIGHT - BOTTOM - self.share(value) * (HEIGHT - TOP - BOTTOM), 1)


def frame(x: Axis, y: Axis, drawn: Markup, *, title: str, below: str) -> Markup:
    """The chart: grid, ticks, drawing and the name of the lower axis; ``title`` is its text alternative."""
    floor = HEIGHT - BOTTOM
    parts: list[Markup] = [element("title", title)]
    for tick, label in zip(y.ticks, _labels(y.ticks), strict=True):
        place = y.up(tick)
        parts.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=place, y2=place, class_="axis"))
        parts.append(element("text", label, x=LEFT - 7, y=place + 4, text_anchor="end"))
    parts.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=floor, y2=floor, class_="base"))
    for tick, label in zip(x.ticks, _labels(x.ticks), strict=True):
        # What stands at the very edge would leave the picture.
        half = 3.6 * len(label)
        place = min(x.across(tick), round(WIDTH - 1 - half, 1))
        parts.append(element("text", label, x=place, y=floor + 17, text_anchor="middle"))
    parts.append(element("text", below, x=(LEFT + WIDTH - RIGHT) / 2, y=HEIGHT - 6, text_anchor="middle"))
    return element(
        "svg", *parts, join(drawn), viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=title, class_="chart"
    )


def _round_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """At most ``most`` multiples of 1, 2, 2.5 or 5 times a power of ten inside the range."""
    raw = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [place * step for place in range(first, last + 1)]


def _ratio_ticks(low: float, high: float) -> list[float]:
    """Powers of ten, with 2 and 5 between them where there is room."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1, 2, 5) if len(decades) <= 4 else (1,)
    every = max(1, len(decades) // 6)
    ticks = [factor * 10.0**decade for decade in list(decades)[::every] for factor in factors]
    return [tick for tick in ticks if low <= tick <= high]


def _labels(ticks: Sequence[float]) -> list[str]:
    """Ticks written alike: as many decimals as the one that needs most, thousands as k where all are thousands."""
    if not ticks:
        return []
    largest = max(abs(tick) for tick in ticks)
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if largest >= 10 * size or (largest >= size and size > 1e3):
            return [f"{_plain(tick / size)}{sign if tick else ''}" for tick in ticks]
    if largest < 1e-3:
        return [format_number(tick, digits=2) if tick else "0" for tick in ticks]
    return [_plain(tick) for tick in ticks]


def _plain(value: float) -> str:
    text = f"{value:.6g}"
    return text.replace("-", "\N{MINUS SIGN}")
