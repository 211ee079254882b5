"""Line search to the strong Wolfe conditions, of one member, told one trial at a time.

Nocedal & Wright (2006), "Numerical optimization", algorithms 3.5 and 3.6, with the safeguards of Schmidt's minFunc that
PyTorch's ``LBFGS`` has.
"""

import math
from collections.abc import Generator
from typing import NamedTuple, TypeAlias

__all__ = ["Search", "strong_wolfe"]

# Nocedal & Wright, p. 62: c₁ and c₂ for quasi-Newton methods.
_ENOUGH, _FLAT = 1e-4, 0.9
# minFunc: a trial beyond the last one lies between these multiples.
_LEAST_GROWTH, _MOST_GROWTH = 0.01, 10.0
# minFunc: share of the bracket that a trial keeps from its ends after it has come too close once.
_MARGIN = 0.1
_SMALLEST = 1e-9

Search: TypeAlias = Generator[float, tuple[float, float], float]
"""Yields step lengths to try, is sent (value, slope) there, and returns the length that it settles on."""


class _Point(NamedTuple):
    """A step length, and value and slope there."""

    at: float
    value: float
    slope: float


def strong_wolfe(value: float, slope: float, first: float, *, reach: float, trials: int) -> Search:
    """Find t with f(t) ≤ f(0) + c₁·t·f′(0) and |f′(t)| ≤ −c₂·f′(0).

    Args:
        value: f(0).
        slope: f′(0), below 0.
        first: Step length to begin with; > 0.
        reach: Largest change of any parameter per unit of t; a bracket within which nothing moves is left as it is.
        trials: Trials after the first one, at most.
    """
    start = _Point(0.0, value, slope)
    now = _seen(first, (yield first))
    low, high = start, now
    done, used, before = False, 0, start
    # Outward, until a bracket holds a point that will do.
    while used < trials:
        if not _decreases(now, start) or (used > 1 and now.value >= before.value):
            low, high = before, now
            break
        if abs(now.slope) <= -_FLAT * slope:
            return now.at
        if now.slope >= 0:
            low, high = before, now
            break
        shortest, longest = now.at + _LEAST_GROWTH * (now.at - before.at), now.at * _MOST_GROWTH
        following = _cubic_minimum(before, now, shortest, longest)
        before, now = now, _seen(following, (yield following))
        used += 1
    else:
        low, high = start, now
    ends = [low, high]
    best = 0 if ends[0].value <= ends[1].value else 1
    near = False
    # Inward.
    while not done and used < trials and abs(ends[1].at - ends[0].at) * reach >= _SMALLEST:
        left, right = min(ends[0].at, ends[1].at), max(ends[0].at, ends[1].at)
        following = _cubic_minimum(ends[0], ends[1], left, right)
        margin = _MARGIN * (right - left)
        if min(right - following, following - left) >= margin:
            near = False
        elif near or following >= right or following <= left:
            following = right - margin if abs(following - right) < abs(following - left) else left + margin
            near = False
        else:
            near = True
        now = _seen(following, (yield following))
        used += 1
        worst = 1 - best
        if not _decreases(now, start) or now.value >= ends[best].value:
            ends[worst] = now
            best = 0 if ends[0].value <= ends[1].value else 1
        else:
            done = abs(now.slope) <= -_FLAT * slope
            if not done and now.slope * (ends[worst].at - ends[best].at) >= 0:
                ends[worst] = ends[best]
            ends[best] = now
    return ends[best].at


def _seen(at: float, answer: tuple[float, float]) -> _Point:
    # A value that is not a number is as bad as one that is endless: the step was too long.
    value, slope = answer
    return _Point(at, value if math.isfinite(value) else math.inf, slope)


def _decreases(now: _Point, start: _Point) -> bool:
    """The first condition: enough is gained."""
    return now.value <= start.value + _ENOUGH * now.at * start.slope


def _cubic_minimum(a: _Point, b: _Point, least: float, most: float) -> float:
    """Where the cubic through both points with their slopes is lowest, within bounds; their middle if nowhere.

    Nocedal & Wright (2006), eq. (3.59).
    """
    if a.at > b.at:
        a, b = b, a
    try:
        d1 = a.slope + b.slope - 3.0 * (a.value - b.value) / (a.at - b.at)
        d2 = math.sqrt(d1 * d1 - a.slope * b.slope)
        lowest = b.at - (b.at - a.at) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2.0 * d2))
    except (ValueError, ZeroDivisionError):
        lowest = math.nan
    return min(max(lowest, least), most) if math.isfinite(lowest) else (least + most) / 2.0
