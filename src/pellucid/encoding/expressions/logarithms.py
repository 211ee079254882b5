"""Logarithms: ratios become differences."""

from collections.abc import Mapping

import numpy as np

from pellucid.catalogue import Value
from pellucid.encoding.expressions.bent import STANDARDIZE, line_after
from pellucid.encoding.expressions.entry import Expression
from pellucid.encoding.expressions.fitted import AbstractExpression
from pellucid.shapes import Floats

__all__ = ["LOG", "LOG1P", "Logarithm"]

_BACK = "the geometric mean{}: for a target whose logarithms are spread evenly the median, below the mean"


class Logarithm(AbstractExpression, frozen=True, kw_only=True, tag="logarithm"):
    """``(ln(x + shift) − center) · factor``, natural logarithm.

    Attributes:
        shift: 0 or 1.
        center: Of the logarithms.
        factor: Per unit of the logarithms.
    """

    shift: float
    center: float
    factor: float

    def __post_init__(self) -> None:
        if self.shift not in (0.0, 1.0):
            raise ValueError("a logarithm is shifted by 0 or 1")

    def forward(self, values: Floats) -> Floats:
        """Logarithms along the line; NaN or −∞ where there is no logarithm."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            curved = np.log1p(values) if self.shift else np.log(values)
            expressed: Floats = (curved - self.center) * self.factor
        return expressed

    def inverse(self, values: Floats) -> Floats:
        """Values in the user's unit: above 0, or above −1."""
        with np.errstate(over="ignore"):
            curved = values / self.factor + self.center if self.factor else np.full(values.shape, self.center)
            back: Floats = np.expm1(curved) if self.shift else np.exp(curved)
        return back


def _fitted(values: Floats, curved: Floats, shift: float, numbers: Mapping[str, Value]) -> Logarithm:
    line = line_after(curved, numbers)
    low, high = float(values.min()), float(values.max())
    return Logarithm(shift=shift, center=line.center, factor=line.factor, low=low, high=high)


def _log(values: Floats, numbers: Mapping[str, Value]) -> Logarithm:
    return _fitted(values, np.log(values), 0.0, numbers)


def _log1p(values: Floats, numbers: Mapping[str, Value]) -> Logarithm:
    return _fitted(values, np.log1p(values), 1.0, numbers)


LOG = Expression(
    name="log",
    formula="ln x, then standardised unless standardize=false",
    inverse="e^z, after the line has been undone",
    comes_back=_BACK.format(""),
    purpose="Amounts that grow by factors (prices, sizes, times): equal ratios become equal differences.",
    source="Tukey (1977), Exploratory Data Analysis, chapter 3",
    aliases=("ln", "logarithm"),
    domain="numbers above 0",
    takes=lambda values: values > 0,
    parameters=(STANDARDIZE,),
    fit=_log,
)
LOG1P = Expression(
    name="log1p",
    formula="ln(1 + x), then standardised unless standardize=false",
    inverse="e^z − 1, after the line has been undone",
    comes_back=_BACK.format(" of 1 + x, less 1"),
    purpose="As log, for amounts and counts among which are zeros.",
    source="Tukey (1977), Exploratory Data Analysis, chapter 3; Bartlett (1947), The use of transformations",
    domain="numbers above −1",
    takes=lambda values: values > -1,
    parameters=(STANDARDIZE,),
    fit=_log1p,
)
