"""Which labels are found and which are said in vain."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pellucid.evaluation.metrics import one_against_rest
from pellucid.shapes import Array, Floats

__all__ = ["label_summary"]


def label_summary(truth: Array, values: Array, probabilities: Floats | None, names: Sequence[str]) -> dict[str, Any]:
    """Each label's mistakes and the row's as a whole, as plain data.

    Args:
        truth: 0 or 1 for each label ``[n, t]``.
        values: The same as decided.
        probabilities: ``[n, t]`` or None.
        names: The labels ``[t]``.

    Returns:
        ``rows``; ``all_right``: rows whose labels are all right; ``true_labels`` and ``said_labels``: how many labels a
        row has on average, truly and as said; ``labels``: for each ``name``, ``rows`` that have it, rows it was
        ``said`` of, rows it was said of ``rightly``, the share of rows in which it is ``right`` either way, and its
        ``roc_auc`` (None without probabilities, or where every row has it or none).
    """
    truth, values = np.asarray(truth).astype(np.int64), np.asarray(values).astype(np.int64)
    right = truth == values
    return {
        "rows": len(truth),
        "all_right": int(right.all(axis=1).sum()),
        "true_labels": float(truth.sum(axis=1).mean()),
        "said_labels": float(values.sum(axis=1).mean()),
        "labels": [
            {
                "name": name,
                "rows": int(truth[:, place].sum()),
                "said": int(values[:, place].sum()),
                "rightly": int((truth[:, place] & values[:, place]).sum()),
                "right": float(right[:, place].mean()),
                "roc_auc": None if probabilities is None else _area(truth[:, place], probabilities[:, place]),
            }
            for place, name in enumerate(names)
        ],
    }


def _area(truth: Array, probabilities: Floats) -> float | None:
    area = float(one_against_rest(truth == 1, np.asarray(probabilities, dtype=np.float64))(np.ones(len(truth))))
    return area if np.isfinite(area) else None
