"""Bent: what logarithm, root and power have in common: a curve, then a straight line."""

from collections.abc import Mapping

from pellucid.catalogue import Parameter, Value
from pellucid.encoding.expressions.line import Line, standard_line
from pellucid.shapes import Floats

__all__ = ["STANDARDIZE", "line_after"]

STANDARDIZE = Parameter(
    name="standardize",
    default=True,
    kind="flag",
    meaning="then minus mean, over standard deviation of the training rows, so that a network finds it near 0 and 1",
)


def line_after(curved: Floats, numbers: Mapping[str, Value]) -> Line:
    """The line that follows a curve: standardised, or as it is."""
    if numbers["standardize"]:
        return standard_line(curved)
    return Line(center=0.0, factor=1.0, low=float(curved.min()), high=float(curved.max()))
