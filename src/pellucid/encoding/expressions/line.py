"""Line: a straight line, ``(x − center) · factor``."""

import math

import numpy as np

from pellucid.encoding.expressions.fitted import AbstractExpression
from pellucid.shapes import Floats

__all__ = ["Line", "constant", "exact_unit", "slope_of", "standard_line"]


class Line(AbstractExpression, frozen=True, kw_only=True, tag="line"):
    """``(x − center) · factor``.

    Attributes:
        center: In the column's unit.
        factor: Per unit; 0 for a column that was constant in training, which comes back as ``center``.
    """

    center: float
    factor: float

    def forward(self, values: Floats) -> Floats:
        """Values along the line."""
        return (values - self.center) * self.factor

    def inverse(self, values: Floats) -> Floats:
        """Values in the user's unit."""
        if self.factor == 0:
            return np.full(values.shape, self.center)
        with np.errstate(over="ignore"):
            back: Floats = values / self.factor + self.center
        return back


def constant(value: float) -> Line:
    """A column without a spread: 0 everywhere."""
    return Line(center=value, factor=0.0, low=value, high=value)


def exact_unit(low: float, high: float) -> float:
    """A power of two near the larger magnitude: dividing by it loses no bit, and squares then stay within float64."""
    return math.ldexp(1.0, math.frexp(max(abs(low), abs(high)))[1] - 1)


def slope_of(spread: float) -> float:
    """1/spread; 0 where there is no spread, or one too small to divide by."""
    factor = 1.0 / spread if spread else 0.0
    return factor if math.isfinite(factor) else 0.0


def standard_line(values: Floats) -> Line:
    """Mean and population standard deviation of finite values ``[n]``, n ≥ 1."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return constant(low)
    unit = exact_unit(low, high)
    own = values / unit
    return Line(center=float(own.mean()) * unit, factor=slope_of(float(own.std()) * unit), low=low, high=high)
