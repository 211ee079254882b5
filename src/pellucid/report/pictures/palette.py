"""Colours of pictures: ramps from bytes to colours, the same ones as in ``kit/palette.js``.

Told apart by lightness too, so that they survive a grey print and the common kinds of colour blindness.
"""

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from pellucid.shapes import Array

__all__ = ["CLASS_COLOURS", "DIVERGING", "SEQUENTIAL", "Colour", "class_ramp", "ramp"]

Colour: TypeAlias = tuple[int, int, int]

DIVERGING: tuple[Colour, ...] = ((166, 73, 6), (247, 245, 240), (8, 90, 148))
"""First class – undecided – second class, or below – at – above."""
SEQUENTIAL: tuple[Colour, ...] = ((247, 245, 240), (86, 156, 200), (8, 48, 107))
"""Little – much."""
CLASS_COLOURS: tuple[Colour, ...] = (
    (85, 85, 204),
    (221, 119, 0),
    (136, 153, 119),
    (187, 51, 0),
    (102, 136, 255),
    (136, 85, 119),
    (102, 102, 85),
    (170, 136, 170),
)
"""One for each class. Searched for: any two are 15 apart (CIEDE2000) in normal sight and with each of the three common
kinds of colour blindness, and all have a contrast of 3 to the light and to the dark page."""


def ramp(anchors: Sequence[Colour], size: int) -> Array:
    """Colours between anchors in equal steps: uint8 ``[size, 3]``; ``size`` is at least 2."""
    found = np.empty((size, 3), dtype=np.uint8)
    for place in range(size):
        at = place / (size - 1) * (len(anchors) - 1)
        first = min(int(at), len(anchors) - 2)
        for part in range(3):
            start, end = anchors[first][part], anchors[first + 1][part]
            found[place, part] = math.floor(start + (end - start) * (at - first) + 0.5)
    return found


def class_ramp(classes: int, strengths: int) -> Array:
    """Colours of bytes class · strengths + shade: uint8 ``[classes · strengths, 3]``, pale where a class is unsure."""
    found = np.empty((classes * strengths, 3), dtype=np.uint8)
    for which in range(classes):
        full = CLASS_COLOURS[which % len(CLASS_COLOURS)]
        for shade in range(strengths):
            share = 0.2 + 0.8 * shade / (strengths - 1)
            for part in range(3):
                found[which * strengths + shade, part] = math.floor(255 + (full[part] - 255) * share + 0.5)
    return found
