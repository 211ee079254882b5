"""What figures of functions share: gaps where a curve jumps, room around it, numbers in a sentence."""

from collections.abc import Sequence

import numpy as np

from pellucid.figures.figure import Curve
from pellucid.printable import MINUS
from pellucid.shapes import Floats

__all__ = ["broken", "room_for", "spoken"]


def broken(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The curve with a gap where it jumps, so that no upright line pretends to be part of the function.

    Args:
        x: Places, rising, close to one another ``[n]``.
        y: Values ``[n]``.
    """
    steps = np.abs(np.diff(y))
    if len(steps) < 5 or not np.isfinite(y).all():
        return x, y
    # Two steps away: where a jump has a point half-way, as sign has at 0, both of its steps stand out.
    beside = np.maximum(np.pad(steps, (2, 0))[:-2], np.pad(steps, (0, 2))[2:])
    jumps = np.flatnonzero((steps > 10.0 * beside) & (steps > 1e-2 * np.ptp(y)))
    return np.insert(x, jumps + 1, x[jumps]), np.insert(y, jumps + 1, np.nan)


def room_for(curves: Sequence[Curve], *, highest: float = np.inf) -> tuple[float, float, float, float] | None:
    """Limits of a panel where its curves by themselves would not make good ones, else None.

    Args:
        curves: On the same stretch of places.
        highest: A size that would flatten everything else; what is much larger is cut off there.
    """
    x, y = (np.concatenate(each) for each in ([curve.x for curve in curves], [curve.y for curve in curves]))
    low, high = float(np.nanmin(y)), float(np.nanmax(y))
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        # A level line needs something below and above it.
        return float(x.min()), float(x.max()), low - 1.0, high + 1.0
    if high <= 2 * highest and low >= -2 * highest:
        return None
    return float(x.min()), float(x.max()), max(low, -highest) - 0.05 * highest, min(high, highest) + 0.05 * highest


def spoken(value: float) -> str:
    """A number as it stands in a sentence: three digits, no idle zeros."""
    return f"{value:.3g}".replace("-", MINUS)
