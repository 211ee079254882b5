"""Predicted shares against true ones: part by part, and the rows that are farthest off."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pellucid.shapes import Floats, RowNumbers

__all__ = ["share_summary"]

WORST = 5


def share_summary(truth: Floats, shares: Floats, names: Sequence[str], rows: RowNumbers) -> dict[str, Any]:
    """Each part's mean share and error, as plain data.

    Args:
        truth: True shares ``[n, c]``, n ≥ 1.
        shares: Predicted ones.
        names: What the shares belong to ``[c]``.
        rows: The number by which a person finds each row ``[n]``.

    Returns:
        ``rows``; ``off``: half of the mean sum of |predicted − true|, the share that would have to be moved; ``parts``:
        for each ``name`` the mean ``truth`` and ``predicted`` share, and ``off``, the mean of |predicted − true|;
        ``worst``: the 5 rows farthest off with ``row`` (its number), ``off``, the ``part`` that is farthest off, and
        its ``truth`` and ``predicted``.
    """
    truth, shares = np.asarray(truth, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    distance = np.abs(shares - truth)
    moved = distance.sum(axis=1) / 2
    worst = np.argsort(-moved, kind="stable")[:WORST]
    farthest = distance.argmax(axis=1)
    return {
        "rows": len(truth),
        "off": float(moved.mean()),
        "parts": [
            {
                "name": name,
                "truth": float(truth[:, place].mean()),
                "predicted": float(shares[:, place].mean()),
                "off": float(distance[:, place].mean()),
            }
            for place, name in enumerate(names)
        ],
        "worst": [
            {
                "row": int(rows[place]),
                "off": float(moved[place]),
                "part": names[farthest[place]],
                "truth": float(truth[place, farthest[place]]),
                "predicted": float(shares[place, farthest[place]]),
            }
            for place in worst
        ],
    }
