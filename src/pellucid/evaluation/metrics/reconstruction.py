"""The metric of rows that went through a narrow code and came back."""

import numpy as np

from pellucid.evaluation.metrics.judged import Judged
from pellucid.evaluation.metrics.metric import Measure, Metric, ratio
from pellucid.shapes import Floats

__all__ = ["SPREAD_KEPT"]


def _spread_kept(rows: Judged) -> Measure:
    lost = ((rows.truth - rows.values) ** 2).sum(axis=1)
    # Counted from the middle, no digits are lost where a column lies far from 0.
    centred = rows.truth - rows.truth.mean(axis=0)
    squares = (centred**2).sum(axis=1)

    def measure(weights: Floats) -> Floats:
        total = weights.sum(axis=-1)
        spread = weights @ squares - ((weights @ centred) ** 2).sum(axis=-1) / total
        share: Floats = 1 - ratio(weights @ lost, np.asarray(spread))
        return share

    return measure


SPREAD_KEPT = Metric(
    name="spread_kept",
    title="spread kept",
    formula="1 − Σ (x − x̂)² / Σ (x − mean)², over all rows and columns",
    purpose="Share of the columns' spread that comes back through the code; 0 for the column means, 1 for everything.",
    source="Pearson (1901), On lines and planes of closest fit to systems of points in space",
    aliases=("explained_variance",),
    greater_is_better=True,
    unit="share",
    tasks=("reconstruction",),
    measure=_spread_kept,
)
