"""Residual summary: how large the errors of a regression are, which way they lean, and where."""

from typing import Any

import numpy as np

from pellucid.shapes import Array, Floats, RowNumbers

__all__ = ["residual_summary"]

GROUPS = 10
WORST = 5


def residual_summary(truth: Floats, prediction: Floats, rows: RowNumbers) -> dict[str, Any]:
    """What is worth knowing about prediction − truth, as plain data in the target's unit.

    Args:
        truth: Numbers ``[n]``, n ≥ 1.
        prediction: The same for the model.
        rows: The number by which a person finds each row ``[n]``.

    Returns:
        ``rows``; ``mean_error`` (positive: predicts too much); ``median_absolute``; ``quantiles`` of the error at
        ``0.05 0.25 0.5 0.75 0.95``; ``within_10_percent``: share of rows whose error is at most a tenth of the true
        value; ``truth_mean`` and ``truth_spread`` (standard deviation); ``groups``: up to 10 groups of about equal size
        by prediction, each with ``predicted`` and ``truth`` (means), ``low`` and ``high`` (10 % and 90 % quantile of
        the truth) and ``rows``; ``worst``: the 5 largest errors with ``row`` (its number), ``truth``,
        ``predicted``.
    """
    truth, prediction = np.asarray(truth, dtype=np.float64), np.asarray(prediction, dtype=np.float64)
    error = prediction - truth
    points = (0.05, 0.25, 0.5, 0.75, 0.95)
    worst = np.argsort(-np.abs(error), kind="stable")[:WORST]
    return {
        "rows": len(truth),
        "mean_error": float(error.mean()),
        "median_absolute": float(np.median(np.abs(error))),
        "quantiles": {str(point): float(np.quantile(error, point)) for point in points},
        "within_10_percent": float((np.abs(error) <= 0.1 * np.abs(truth)).mean()),
        "truth_mean": float(truth.mean()),
        "truth_spread": float(truth.std()),
        "groups": _groups(truth, prediction),
        "worst": [
            {"row": int(rows[place]), "truth": float(truth[place]), "predicted": float(prediction[place])}
            for place in worst
        ],
    }


def _groups(truth: Array, prediction: Array) -> list[dict[str, float]]:
    # Fewer than 5 rows in a group make its quantiles a story about single rows.
    count = max(1, min(GROUPS, len(truth) // 5))
    order = np.argsort(prediction, kind="stable")
    return [
        {
            "predicted": float(prediction[rows].mean()),
            "truth": float(truth[rows].mean()),
            "low": float(np.quantile(truth[rows], 0.1)),
            "high": float(np.quantile(truth[rows], 0.9)),
            "rows": len(rows),
        }
        for rows in np.array_split(order, count)
    ]
