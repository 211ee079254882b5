"""Confusion: which class was taken for which, in rows and in shares of each true class."""

from collections.abc import Sequence

import numpy as np

from pellucid.figures.figure import Axis, FigureData, Matrix, Panel
from pellucid.figures.table import Cell, Table
from pellucid.shapes import Array

__all__ = ["confusion_figure"]

_BOTH, _WRITTEN = 12, 40
"""Up to so many classes both panels stand side by side; up to so many cells are numbered."""


def confusion_figure(counts: Array, labels: Sequence[str]) -> FigureData:
    """Counts and shares, and for every class how often it was found and what it was taken for.

    Args:
        counts: Rows of true class (down) and predicted class (across) ``[c, c]``.
        labels: Names of the classes ``[c]``.
    """
    counts = np.asarray(counts, dtype=np.float64)
    true, predicted = counts.sum(axis=1), counts.sum(axis=0)
    with np.errstate(invalid="ignore"):
        shares = counts / true[:, None]
        found, right = np.diag(counts) / true, np.diag(counts) / predicted
    numbered = len(labels) <= _WRITTEN
    across, up = Axis("predicted class"), Axis("true class")
    panels = [Panel(across, up, matrix=Matrix(counts, labels, labels, written=numbered), title="rows")]
    if len(labels) <= _BOTH:
        matrix = Matrix(shares, labels, labels, written=True, extreme=1.0)
        panels.append(Panel(across, Axis(""), matrix=matrix, title="share of each true class"))
    off = np.where(np.eye(len(labels), dtype=bool), -1.0, counts)
    rows: list[tuple[Cell, ...]] = []
    for number, label in enumerate(labels):
        rival = int(off[number].argmax()) if len(labels) > 1 else number
        taken = f"{labels[rival]} ({int(off[number, rival])})" if off[number, rival] > 0 else ""
        rows.append((label, int(true[number]), float(found[number]), float(right[number]), taken))
    total, hits = int(counts.sum()), int(np.trace(counts))
    worst = divmod(int(off.argmax()), len(labels))
    alt = f"{hits} of {total} rows get their own class ({hits / max(total, 1):.1%})".replace("%", " %")
    if off[worst] > 0:
        alt += f"; most often {labels[worst[0]]} is taken for {labels[worst[1]]} ({int(off[worst])} rows)"
    return FigureData(
        "Confusion on the test rows",
        tuple(panels),
        f"{alt}.",
        Table(("class", "rows", "of them found", "of predicted right", "most often taken for"), tuple(rows)),
        facts={"rows": total, "right": hits, "accuracy": hits / total if total else float("nan")},
    )
