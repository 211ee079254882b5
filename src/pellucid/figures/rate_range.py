"""The learning-rate range test: the loss that each rate comes to, and the rate that is proposed."""

import numpy as np

from pellucid.figures.curves import spoken
from pellucid.figures.figure import Axis, Curve, FigureData, Mark, Panel
from pellucid.figures.table import Table
from pellucid.optimizers.range_test import propose
from pellucid.training import LRRangeTest

__all__ = ["rate_range_figure"]

_ROWS = 9


def rate_range_figure(found: LRRangeTest) -> FigureData:
    """Loss at the end of the short runs over the rates, with the lowest and the proposed one marked.

    Args:
        found: What ``lr_range_test`` returned.
    """
    proposal = propose(found.rates, found.losses)
    ends = np.where(np.isfinite(proposal.losses), proposal.losses, np.nan)
    # A loss far above the untrained one says no more than that it went up: it would flatten all others.
    ceiling = 1.5 * proposal.untrained if np.isfinite(proposal.untrained) else float(np.nanmax(ends))
    high = min(float(np.nanmax(ends)), ceiling)
    low = float(np.nanmin(ends))
    room = 0.06 * (high - low or 1.0)
    curves = [Curve("loss at the end", found.rates, ends, dots=True)]
    if np.isfinite(proposal.untrained):
        level = np.full(2, proposal.untrained)
        curves.append(Curve("before training", found.rates[[0, -1]], level, role="reference"))
    proposed = float(np.exp(np.interp(np.log(found.lr), np.log(found.rates), np.log(np.clip(ends, 1e-300, None)))))
    panel = Panel(
        Axis("learning rate", logarithmic=True),
        Axis("training loss at the end"),
        curves=curves,
        marks=(Mark("lowest", proposal.lowest, low), Mark("proposed", found.lr, proposed)),
        limits=(float(found.rates[0]) / 1.3, float(found.rates[-1]) * 1.3, low - room, high + room),
    )
    places = np.unique(np.linspace(0, len(found.rates) - 1, min(_ROWS, len(found.rates))).round().astype(int))
    apart = f" Training falls apart from {spoken(proposal.diverges)} on." if proposal.diverges else ""
    return FigureData(
        "Learning-rate range",
        (panel,),
        f"Training loss after a short run with each of {len(found.rates)} rates: lowest with "
        f"{spoken(proposal.lowest)}; proposed is {spoken(found.lr)}.{apart}",
        Table(("learning rate", "loss at the end"), tuple((float(found.rates[p]), float(ends[p])) for p in places)),
        facts={"proposed": found.lr, "lowest": proposal.lowest, "untrained": proposal.untrained},
        caption=f"Every rate has a network of its own, from the same seed and on the same batches. {found.reason}",
    )
