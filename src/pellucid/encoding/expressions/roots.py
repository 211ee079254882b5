"""Square root: counts with a spread that grows with their size."""

from collections.abc import Mapping

import numpy as np

from pellucid.catalogue import Value
from pellucid.encoding.expressions.bent import STANDARDIZE, line_after
from pellucid.encoding.expressions.entry import Expression
from pellucid.encoding.expressions.fitted import AbstractExpression
from pellucid.shapes import Floats

__all__ = ["SQRT", "Root"]


class Root(AbstractExpression, frozen=True, kw_only=True, tag="root"):
    """``(√x − center) · factor``.

    Attributes:
        center: Of the roots.
        factor: Per unit of the roots.
    """

    center: float
    factor: float

    def forward(self, values: Floats) -> Floats:
        """Roots along the line; NaN below 0."""
        with np.errstate(invalid="ignore", over="ignore"):
            expressed: Floats = (np.sqrt(values) - self.center) * self.factor
        return expressed

    def inverse(self, values: Floats) -> Floats:
        """Values in the user's unit; what would be a negative root comes back as 0."""
        with np.errstate(over="ignore"):
            roots = values / self.factor + self.center if self.factor else np.full(values.shape, self.center)
            back: Floats = np.square(np.maximum(roots, 0.0))
        return back


def _root(values: Floats, numbers: Mapping[str, Value]) -> Root:
    line = line_after(np.sqrt(values), numbers)
    return Root(center=line.center, factor=line.factor, low=float(values.min()), high=float(values.max()))


SQRT = Expression(
    name="sqrt",
    formula="√x, then standardised unless standardize=false",
    inverse="z², after the line has been undone; 0 for what would be a negative root",
    comes_back="the square of the mean root, below the mean",
    purpose="Counts and areas: milder than a logarithm, and takes zeros.",
    source="Bartlett (1936), The square root transformation in analysis of variance",
    aliases=("square_root", "root"),
    domain="numbers from 0 on",
    takes=lambda values: values >= 0,
    parameters=(STANDARDIZE,),
    fit=_root,
)
