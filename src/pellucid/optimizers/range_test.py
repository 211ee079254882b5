"""Learning-rate range test: from losses over a grid of learning rates to one that is worth trying.

Smith (2017), "Cyclical learning rates for training neural networks", arXiv 1506.01186, §3.3, lets one network's
learning rate grow during a single run and looks where the loss begins to fall and where it stops. Here every rate of
the grid has a network of its own, all trained as one stack, so that no loss lags behind its rate and the lowest one
means what it says: that rate learned most in a short run. Proposed is half a decade less, since a long run also has to
settle, but never less than a factor of ten away from where training falls apart. (fastai's two suggestions, where the
loss falls most steeply and a tenth of the lowest, make up for a lag that is not here; ``steepest`` tells the former.)
"""

from dataclasses import dataclass

import numpy as np

from pellucid.errors import TrainingError, UsageError
from pellucid.printable import format_number
from pellucid.shapes import Floats

__all__ = ["Proposal", "propose"]

# The end of a run is its last tenth, so that one lucky batch decides nothing.
_END_SHARE = 0.1
# Beyond the best rate, a loss above the untrained one by this share of the best gain counts as divergence.
_WORSE_SHARE = 0.1
_DISTANCE = 10.0
_HALF_A_DECADE = 10**0.5


@dataclass(frozen=True)
class Proposal:
    """What a range test says.

    Attributes:
        lr: The proposed learning rate.
        rule: ``half a decade below the lowest``, ``a decade below divergence`` or ``smallest tried``.
        reason: The same as a sentence, with its numbers.
        steepest: Where the loss falls fastest as the rate grows; None where the smallest rate is the best.
        lowest: The rate with the lowest loss.
        diverges: The smallest rate above it at which training fell apart; None where none did.
        untrained: Loss before training.
        rates: The grid, rising ``[m]``.
        losses: Loss at the end ``[m]``; ∞ where it is not finite.
    """

    lr: float
    rule: str
    reason: str
    steepest: float | None
    lowest: float
    diverges: float | None
    untrained: float
    rates: Floats
    losses: Floats


def propose(rates: Floats, losses: Floats, *, untrained: float | None = None) -> Proposal:
    """A learning rate to try.

    Args:
        rates: Learning rates ``[m]``, all > 0 and different.
        losses: Training losses: curves over steps or epochs ``[m, n]``, or end values ``[m]``.
        untrained: Loss before training; None takes the first value of the smallest rate, which hardly trains.

    Raises:
        UsageError: If the shapes do not fit, or there are fewer than three rates.
        TrainingError: If no rate lowered the loss.
    """
    grid, table = np.asarray(rates, dtype=np.float64), np.asarray(losses, dtype=np.float64)
    _check(grid, table)
    order = np.argsort(grid)
    grid, table = grid[order], table[order]
    start = untrained
    if start is None:
        # Not a mean over rates: the first epoch of a rate that is far too large ends anywhere.
        first = table[:, 0] if table.ndim == 2 else table[:1]
        start = float(first[np.isfinite(first)][0]) if np.isfinite(first).any() else np.nan
    ends = _ends(table)
    best = int(np.argmin(ends))
    # Not "≥": an unknown start is no gain either.
    if not ends[best] < start:
        raise TrainingError(
            f"No learning rate between {grid[0]:g} and {grid[-1]:g} lowered the loss ({_told(start)} before training, "
            f"{_told(float(ends[best]))} at best). Widen the grid, train for more steps, or look for a mistake in the "
            "targets."
        )
    broken = np.flatnonzero(ends[best:] > start + _WORSE_SHARE * (start - ends[best])) + best
    diverges = float(grid[broken[0]]) if len(broken) else None
    return _decide(grid, ends, best, diverges, start)


def _decide(grid: Floats, ends: Floats, best: int, diverges: float | None, start: float) -> Proposal:
    lowest = float(grid[best])
    if not best:
        reason = (
            f"The smallest rate tried, {lowest:g}, has the lowest loss ({_told(float(ends[0]))}): try smaller ones too."
        )
        return Proposal(lowest, "smallest tried", reason, None, lowest, diverges, start, grid, ends)
    at = _steepest(grid[: best + 1], ends[: best + 1])
    steepest = float(grid[at])
    limit = np.inf if diverges is None else diverges / _DISTANCE
    wanted = max(lowest / _HALF_A_DECADE, float(grid[0]))
    if wanted <= limit:
        reason = f"The loss is lowest at {lowest:.3g}; half a decade less leaves a long run room to settle"
        reason += f", and training falls apart at {diverges:.3g} only." if diverges is not None else "."
        rule = "half a decade below the lowest"
        return Proposal(wanted, rule, reason, steepest, lowest, diverges, start, grid, ends)
    lr = max(limit, float(grid[0]))
    reason = (
        f"Training falls apart at {diverges:.3g}, close to the lowest loss at {lowest:.3g}; a tenth of that is safe."
    )
    return Proposal(lr, "a decade below divergence", reason, steepest, lowest, diverges, start, grid, ends)


def _steepest(grid: Floats, ends: Floats) -> int:
    """Place of the most negative slope of the loss over the logarithm of the rate, smoothed over three neighbours."""
    # A rate below the best that broke down says nothing about the slope.
    there = np.flatnonzero(np.isfinite(ends))
    x, y = np.log10(grid[there]), ends[there]
    if len(x) > 2:
        y = np.convolve(np.pad(y, 1, mode="edge"), np.full(3, 1 / 3), mode="valid")
    return int(there[np.argmin(np.gradient(y, x))]) if len(x) > 1 else int(there[0])


def _ends(table: Floats) -> Floats:
    """Losses at the end ``[m]``, ∞ where they are not finite."""
    if table.ndim == 2:
        count = max(1, int(_END_SHARE * table.shape[1]))
        # Only inf − inf is meant to be silent: it is no number either.
        with np.errstate(invalid="ignore", over="ignore"):
            table = table[:, -count:].mean(axis=1)
    return np.where(np.isfinite(table), table, np.inf)


def _check(grid: Floats, table: Floats) -> None:
    if grid.ndim != 1 or len(grid) < 3:
        raise UsageError(f"A range test needs at least three learning rates, found {grid.size}.")
    if not (np.isfinite(grid).all() and (grid > 0).all() and len(np.unique(grid)) == len(grid)):
        raise UsageError("A range test needs learning rates > 0 that all differ.")
    if table.ndim not in (1, 2) or len(table) != len(grid) or not table.size:
        raise UsageError(f"{len(grid)} learning rates need losses [m] or [m, steps], found shape {table.shape}.")


def _told(loss: float) -> str:
    return format_number(loss, digits=4)
