"""Words in a picture: names of strangers, as short as their place, and never read as formulas or commands."""

import textwrap
from collections.abc import Sequence

from pellucid.printable import printable

__all__ = ["width_of", "worded", "wrapped"]

# A letter's width as a share of its size, over ordinary text in DejaVu Sans.
_LETTER = 0.58


def worded(text: str, limit: int | None = None) -> str:
    """The text as matplotlib is to write it: on one line, hidden letters spelled out, dollars without meaning."""
    shown = printable(text, limit=limit).replace("$", r"\$")
    # A legend leaves out what begins with an underscore.
    return "\u2009" + shown if shown.startswith("_") else shown


def wrapped(text: str, *, size: float, inches: float, limit: int | None = None) -> str:
    """The text in lines that fit a width.

    Args:
        text: Anything.
        size: Of its letters, in points.
        inches: The width.
        limit: Characters to give at most; None cuts nothing.
    """
    letters = max(20, int(inches * 72 / (size * _LETTER)))
    return "\n".join(worded(line) for line in textwrap.wrap(printable(text, limit=limit), letters))


def width_of(texts: Sequence[str], size: float) -> float:
    """Room in points that the longest of some texts takes."""
    return max((len(text) for text in texts), default=0) * size * _LETTER
