"""Which columns come back through a code, and which rows do not."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pellucid.shapes import Floats, RowNumbers

__all__ = ["column_summary"]

MOST_WORST = 10


def column_summary(truth: Floats, back: Floats, names: Sequence[str], rows: RowNumbers) -> dict[str, Any]:
    """Share of each column's spread that comes back, as plain data.

    Args:
        truth: Encoded columns ``[n, c]``.
        back: What came back.
        names: Of the columns.
        rows: The number by which a person finds each row ``[n]``.

    Returns:
        ``columns``: ``name`` and ``kept`` of each, the share of its spread that comes back, None for a column that does
        not vary; least first. ``worst``: ``row`` and ``rmse`` of the rows that are farthest off.
    """
    squares = (truth - back) ** 2
    spread = truth.var(axis=0)
    columns: list[dict[str, Any]] = [
        {"name": name, "kept": 1 - float(lost) / float(own) if own > 0 else None}
        for name, lost, own in zip(names, squares.mean(axis=0), spread, strict=True)
    ]
    columns.sort(key=lambda column: (column["kept"] is None, column["kept"] or 0.0))
    error = np.sqrt(squares.mean(axis=1))
    worst = np.argsort(-error, kind="stable")[:MOST_WORST]
    return {
        "columns": columns,
        "worst": [{"row": int(rows[place]), "rmse": float(error[place])} for place in worst],
        "rows": len(truth),
    }
