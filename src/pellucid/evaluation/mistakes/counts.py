"""Predicted rates against observed counts: how many rows should have had none, one, two…, and how many had."""

from typing import Any

import numpy as np

from pellucid.shapes import Array, Floats

__all__ = ["count_summary"]

MOST_SINGLE = 9
"""Up to this largest count each count stands for itself."""
GROUPS = 8


def count_summary(truth: Floats, rates: Floats) -> dict[str, Any]:
    """Rows by their count, observed and as the rates promise them, as plain data.

    Were the counts Poisson draws from the predicted rates, Σ P(count | rate) rows would have that count: Kleiber &
    Zeileis (2016), "Visualizing count data regressions using rootograms".

    Args:
        truth: Counts ``[n]``, n ≥ 1.
        rates: Predicted rates ``[n]``.

    Returns:
        ``mean_count`` and ``mean_rate``; ``dispersion``: mean of (count − rate)²/rate, 1 for Poisson counts, above
        where they spread more; ``counts``: groups with ``low``, ``high`` (None: no end), ``observed`` and ``expected``
        rows.
    """
    from scipy.special import pdtr  # here, so that judging alone stays quick to import

    truth = np.asarray(truth, dtype=np.float64)
    rates = np.maximum(np.asarray(rates, dtype=np.float64), np.finfo(np.float64).eps)
    ends = _ends(truth)
    below = np.zeros(len(truth))
    groups = []
    for low, high in zip([0, *(end + 1 for end in ends)], [*ends, None], strict=True):
        upto = np.ones(len(truth)) if high is None else pdtr(high, rates)
        held = truth >= low if high is None else (truth >= low) & (truth <= high)
        groups.append({"low": low, "high": high, "observed": int(held.sum()), "expected": float((upto - below).sum())})
        below = upto
    return {
        "mean_count": float(truth.mean()),
        "mean_rate": float(rates.mean()),
        "dispersion": float(((truth - rates) ** 2 / rates).mean()),
        "counts": groups,
    }


def _ends(truth: Array) -> list[int]:
    """Largest count of each group but the last, which has no end."""
    largest = int(truth.max())
    if largest <= MOST_SINGLE:
        return list(range(largest + 1))
    # Groups of about equally many rows; where counts repeat there are fewer.
    cuts = np.quantile(truth, np.arange(1, GROUPS) / GROUPS, method="inverted_cdf")
    return [int(cut) for cut in np.unique(cuts) if cut < largest]
