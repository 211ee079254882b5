"""How well each group is put in order."""

from typing import Any

import numpy as np

from pellucid.evaluation.metrics import Judged, measures_of
from pellucid.shapes import Array, Floats

__all__ = ["order_summary"]


def order_summary(truth: Floats, scores: Floats) -> dict[str, Any]:
    """Share of the pairs in the right order, group by group, as plain data.

    Args:
        truth: Relevance and group ``[n, 2]``.
        scores: ``[n]``.

    Returns:
        ``groups`` that have an order, the ``lowest`` share among them, the ``quartiles`` (three shares), and how many
        are ``no_better`` than a coin.
    """
    shares = []
    for group in np.unique(truth[:, 1]):
        own = truth[:, 1] == group
        share = _share(truth[own, 0], scores[own])
        if share is not None:
            shares.append(share)
    found: Array = np.array(shares)
    return {
        "groups": len(shares),
        "lowest": float(found.min()) if shares else None,
        "quartiles": np.quantile(found, [0.25, 0.5, 0.75]).tolist() if shares else [],
        "no_better": int((found <= 0.5).sum()),
    }


def _share(relevance: Floats, scores: Floats) -> float | None:
    rows = Judged("ranking", np.stack([relevance, np.zeros(len(relevance))], axis=1), scores)
    share = float(measures_of(rows, ("pairs_right",))["pairs_right"](np.ones(len(relevance))))
    return share if np.isfinite(share) else None
