"""Whether quantiles hold what they promise: level by level, and from the small predictions to the large ones."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pellucid.evaluation.metrics import middle_level, pinball_losses
from pellucid.evaluation.mistakes.residuals import residual_summary
from pellucid.shapes import Array, Floats, RowNumbers

__all__ = ["quantile_summary"]

GROUPS = 5


def quantile_summary(truth: Floats, values: Floats, levels: Sequence[float], rows: RowNumbers) -> dict[str, Any]:
    """Coverage, widths and errors as plain data, in the target's unit.

    Args:
        truth: Numbers ``[n]``, n ≥ 1.
        values: Predicted quantiles ``[n, q]``.
        levels: The q levels, increasing.
        rows: The number by which a person finds each row ``[n]``.

    Returns:
        ``levels``: for each ``level`` the share of rows ``below`` (or at) its quantile and its ``pinball`` loss;
        ``middle``: the level nearest ½; ``residuals``: its errors, as ``residual_summary`` gives them; and with two
        levels or more ``interval`` of the outermost: ``promised`` and ``inside`` (shares of rows), ``width`` (mean) and
        ``groups``: up to 5 groups of about equal size by the middle prediction, each with ``rows``, ``predicted``
        (mean), ``inside`` and ``width``.
    """
    truth, values = np.asarray(truth, dtype=np.float64), np.asarray(values, dtype=np.float64)
    middle = middle_level(tuple(levels))
    losses = pinball_losses(truth, values, tuple(levels)).mean(axis=0)
    below = (truth[:, None] <= values).mean(axis=0)
    found: dict[str, Any] = {
        "levels": [
            {"level": float(level), "below": float(below[place]), "pinball": float(losses[place])}
            for place, level in enumerate(levels)
        ],
        "middle": float(levels[middle]),
        "residuals": residual_summary(truth, values[:, middle], rows),
    }
    if len(levels) > 1:
        inside = (values[:, 0] <= truth) & (truth <= values[:, -1])
        width = values[:, -1] - values[:, 0]
        found["interval"] = {
            "promised": round(levels[-1] - levels[0], 12),
            "inside": float(inside.mean()),
            "width": float(width.mean()),
            "groups": _groups(values[:, middle], inside, width),
        }
    return found


def _groups(middle: Floats, inside: Array, width: Floats) -> list[dict[str, float]]:
    # Shares of fewer than 20 rows say little about coverage.
    count = max(1, min(GROUPS, len(middle) // 20))
    order = np.argsort(middle, kind="stable")
    return [
        {
            "rows": len(rows),
            "predicted": float(middle[rows].mean()),
            "inside": float(inside[rows].mean()),
            "width": float(width[rows].mean()),
        }
        for rows in np.array_split(order, count)
    ]
