"""Calibration: whether what is said with 80 % comes true in 80 of 100 cases."""

import numpy as np
from scipy import special

from pellucid.figures.figure import Axis, Bars, Curve, Edges, FigureData, Panel, Points
from pellucid.figures.table import Table
from pellucid.shapes import Array, Floats

__all__ = ["calibration_figure", "wilson"]

_BINS = 10


def wilson(hits: Array, rows: Array, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Interval of a share, within 0 and 1 also for few rows (Wilson 1927; Brown, Cai & DasGupta 2001).

    Args:
        hits: Rows of which it is true ``[k]``.
        rows: Rows in all ``[k]``, each ≥ 1.
        level: Coverage.
    """
    z = float(special.ndtri(0.5 + level / 2.0))
    share = hits / rows
    # (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n)
    middle = share + z**2 / (2.0 * rows)
    half = z * np.sqrt(share * (1.0 - share) / rows + z**2 / (4.0 * rows**2))
    return np.maximum((middle - half) / (1.0 + z**2 / rows), 0.0), np.minimum(
        (middle + half) / (1.0 + z**2 / rows), 1.0
    )


def calibration_figure(probability: Floats, came_true: Array, what: str) -> FigureData:
    """Observed shares over predicted probabilities in ten bins, with intervals, and how many rows each bin has.

    Args:
        probability: Predicted ``[n]``, 0 to 1.
        came_true: Whether it was so ``[n]``.
        what: Whose probability: ``class yes``; ``the predicted class``.
    """
    probability, came_true = np.asarray(probability, dtype=np.float64), np.asarray(came_true, dtype=bool)
    bins = np.minimum((probability * _BINS).astype(int), _BINS - 1)
    rows = np.bincount(bins, minlength=_BINS)
    filled = np.flatnonzero(rows)
    n = rows[filled]
    hits = np.bincount(bins, weights=came_true, minlength=_BINS)[filled]
    said = np.bincount(bins, weights=probability, minlength=_BINS)[filled] / n
    share = hits / n
    low, high = wilson(hits, n)
    # Expected calibration error: Σ n_k/n · |share − said|
    gap = float(np.sum(n * np.abs(share - said)) / len(probability))
    outside = int(np.sum((said < low) | (said > high)))
    edges = np.linspace(0.0, 1.0, _BINS + 1)
    ends = np.stack([np.stack([said, low], axis=1), np.stack([said, high], axis=1)])
    upper = Panel(
        Axis(f"predicted probability of {what}"),
        Axis("share that came true"),
        curves=[Curve("perfect", np.array([0.0, 1.0]), np.array([0.0, 1.0]), role="reference")],
        edges=[Edges("95 % interval", ends[0], ends[1])],
        points=[Points("share in a bin", said, share, size=6.5)],
        limits=(-0.02, 1.02, -0.02, 1.02),
        square=True,
    )
    counts = Panel(
        Axis(f"predicted probability of {what}"),
        Axis("test rows"),
        bars=Bars("rows", edges, rows.astype(np.float64)),
        limits=(-0.02, 1.02, 0.0, 1.06 * float(rows.max())),
    )
    table = Table(
        ("probability from", "to", "rows", "predicted", "came true", "low", "high"),
        tuple(
            (float(edges[k]), float(edges[k + 1]), int(n[i]), *map(float, (said[i], share[i], low[i], high[i])))
            for i, k in enumerate(filled)
        ),
    )
    fits = "all intervals hold what was predicted" if not outside else f"{outside} of {len(n)} bins are off"
    return FigureData(
        "Calibration on the test rows",
        (upper, counts),
        f"Predicted probability of {what} against how often it came true: on average {gap:.3f} apart; {fits}.",
        table,
        facts={"expected_calibration_error": gap, "bins_off": outside, "rows": len(probability)},
        caption=f"Ten bins of equal width; 95 % intervals by Wilson's formula. {len(probability)} rows.",
    )
