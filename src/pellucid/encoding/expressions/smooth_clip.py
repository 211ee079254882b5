"""Robust line with a smooth clip: outliers stay outliers, but within ±3."""

from collections.abc import Mapping

import numpy as np

from pellucid.catalogue import Value
from pellucid.encoding.expressions.entry import Expression
from pellucid.encoding.expressions.fitted import FARTHEST, AbstractExpression
from pellucid.encoding.expressions.lines import robust_line
from pellucid.shapes import Floats

__all__ = ["LIMIT", "ROBUST_CLIP", "SmoothClip"]

LIMIT = 3.0


class SmoothClip(AbstractExpression, frozen=True, kw_only=True, tag="smooth_clip"):
    """A line bent towards ±3.

    Attributes:
        center: In the column's unit.
        factor: Per unit.
    """

    center: float
    factor: float

    def forward(self, values: Floats) -> Floats:
        """Values within ±3; those beyond ``FARTHEST`` before the bend stay there, so that ``express`` sees them."""
        with np.errstate(over="ignore", invalid="ignore"):
            straight = (values - self.center) * self.factor
            bent = straight / np.sqrt(1.0 + (straight / LIMIT) ** 2)
        return np.where(np.abs(straight) > FARTHEST, straight, bent)

    def inverse(self, values: Floats) -> Floats:
        """Values in the user's unit, infinite at ±3 and beyond.

        Values that lay more than ten thousand spreads from the center have lost digits to the bend.
        """
        if self.factor == 0:
            return np.full(values.shape, self.center)
        share = np.clip(values / LIMIT, -1.0, 1.0)
        with np.errstate(divide="ignore", over="ignore"):
            # u = z/√(1 + (z/3)²)  ⟺  z = u/√((1 − u/3)(1 + u/3))
            straight = values / np.sqrt((1.0 - share) * (1.0 + share))
            back: Floats = straight / self.factor + self.center
        return back


def _robust_clip(values: Floats, numbers: Mapping[str, Value]) -> SmoothClip:
    line = robust_line(values)
    return SmoothClip(center=line.center, factor=line.factor, low=line.low, high=line.high)


ROBUST_CLIP = Expression(
    name="robust_clip",
    formula="z / √(1 + (z/3)²) with z as in robust",
    inverse="u / √(1 − (u/3)²), then as in robust; ±∞ at ±3",
    comes_back="nothing with a name: far values count less than in the mean",
    purpose="Near the median as robust, outliers within ±3: what the recipe tabular does with every input.",
    source="Holzmüller, Grinsztajn, Steinwart (2024), Better by default, arXiv 2407.04491, section 3 and table A.1",
    aliases=("smooth_clip",),
    fit=_robust_clip,
)
