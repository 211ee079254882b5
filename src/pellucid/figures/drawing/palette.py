"""Colours, dashes and shapes: what tells one series from another, three times over.

Colours are those of Okabe & Ito (2008), "Color universal design", which people with any common colour vision tell
apart; dashes say the same once more for lines, shapes for points. Scales of numbers change steadily from dark to light,
so that they survive a greyscale print.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from pellucid.shapes import Floats

if TYPE_CHECKING:
    from matplotlib.colors import Colormap

__all__ = ["DPI", "INK", "LINE", "PAPER", "QUIET", "colour_of", "dash_of", "ink_on", "mixed", "scale", "shape_of"]

INK, QUIET, LINE, PAPER = "#1b1d20", "#5b6167", "#d9d9d2", "#ffffff"
DPI = 150

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_DASHES: tuple[Any, ...] = (
    "solid",
    (0, (5, 2)),
    (0, (1.5, 1.5)),
    (0, (6, 2, 1.5, 2)),
    (0, (3, 1.5)),
    (0, (8, 2)),
)
# Seven shapes beside six colours: forty-two series before two look alike.
_SHAPES = ("o", "s", "^", "D", "v", "P", "X")

# From nothing to much; and from below 0 (dark) over 0 (grey) to above 0 (light).
_RISING = ("#f7f8f9", "#c9dcea", "#86b5d6", "#3a85ba", "#0a548f", "#062f55")
_CENTRED = ("#04244f", "#1f5c9e", "#6d8fb3", "#b3b3b3", "#e0ae62", "#f8cd7c", "#fff2c6")


def colour_of(series: int) -> str:
    """The colour of a series as ``#rrggbb``."""
    return _COLOURS[series % len(_COLOURS)]


def dash_of(series: int) -> Any:
    """The dashes of a series, as matplotlib has them."""
    return _DASHES[series % len(_DASHES)]


def shape_of(series: int) -> str:
    """The marker of a series."""
    return _SHAPES[series % len(_SHAPES)]


def mixed(series: int, share: Floats) -> Floats:
    """A series' colour on paper: 0 is paper, 1 the full colour; ``share [...]`` → ``[..., 3]`` between 0 and 1."""
    full = np.array([int(colour_of(series)[place : place + 2], 16) for place in (1, 3, 5)]) / 255.0
    colours: Floats = 1.0 - share[..., None] * (1.0 - full)
    return colours


def scale(*, centred: bool) -> "Colormap":
    """The scale of a matrix: from paper to dark blue, or with 0 grey between dark blue and light orange."""
    from matplotlib.colors import LinearSegmentedColormap

    stops = _CENTRED if centred else _RISING
    return LinearSegmentedColormap.from_list("centred" if centred else "rising", stops)


def ink_on(red: float, green: float, blue: float) -> str:
    """Ink or paper, whichever has the greater contrast with a background of these shares (WCAG 2.2's luminance)."""
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in (red, green, blue)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    # Contrast with white is 1.05 / (L + 0.05), with ink of luminance 0.012 it is (L + 0.05) / 0.062.
    return INK if (luminance + 0.05) ** 2 > 1.05 * 0.062 else PAPER
