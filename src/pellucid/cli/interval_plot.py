"""Intervals as bars of characters on one scale: ``━━●━━``."""

import math

from pellucid.cli.layout import cells
from pellucid.report.comparison.scale import Estimate, Scale

__all__ = ["interval_bar", "scale_ends"]


def interval_bar(scale: Scale, estimate: Estimate, width: int) -> str:
    """The interval with its mean, in ``width`` cells at most; an arrow where the mean lies beyond the scale."""
    mean, low, high = estimate
    if mean is None or not math.isfinite(mean):
        return ""
    if mean < scale.low:
        return "◂"
    if mean > scale.high:
        return " " * (width - 1) + "▸"
    # In halves of a cell, which line-drawing characters can show.
    first, middle, last = (
        min(math.floor(scale.share(mean if end is None else end) * 2 * width), 2 * width - 1)
        for end in (low, mean, high)
    )
    drawn = [_piece(cell, first, last) for cell in range(width)]
    drawn[middle // 2] = "●"
    return "".join(drawn).rstrip()


def _piece(cell: int, first: int, last: int) -> str:
    left, right = first <= 2 * cell <= last, first <= 2 * cell + 1 <= last
    return "━" if left and right else "╸" if left else "╺" if right else " "


def scale_ends(low: str, high: str, width: int) -> str:
    """The numbers at both ends of a scale, as a line above the bars."""
    return low + " " * max(1, width - cells(low) - cells(high)) + high
