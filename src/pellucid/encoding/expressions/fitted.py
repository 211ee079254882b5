"""AbstractExpression: a fitted re-expression as plain data, and its use on a column of a table."""

import msgspec
import numpy as np

from pellucid.shapes import Array, Floats

__all__ = ["FARTHEST", "AbstractExpression", "express"]

FARTHEST = 1e30
"""A float32 network overflows long before a value this far from its neighbours means anything."""


class AbstractExpression(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="expression"):
    """A fitted re-expression.

    Law: ``inverse(forward(x)) = x`` to nine digits of x, or of the training values' spread, for x between the smallest
    and the largest training value.

    Attributes:
        low: Smallest finite training value; stands for −∞.
        high: Largest; stands for +∞.
    """

    low: float
    high: float

    def forward(self, values: Floats) -> Floats:
        """Re-expressed values, float64 ``[n]``; NaN or infinite where a value is not taken."""
        raise NotImplementedError

    def inverse(self, values: Floats) -> Floats:
        """Values in the user's unit, float64 ``[n]``; infinite where they overflow, never NaN for finite input."""
        raise NotImplementedError


def express(values: Floats, fitted: AbstractExpression) -> tuple[Floats, int]:
    """Re-express one column of a table, whatever it holds.

    Args:
        values: float64 ``[n]``; NaN where missing.
        fitted: Learned from training rows.

    Returns:
        float64 ``[n]`` with 0 where missing, and how many values were infinite (or cannot be computed with) and became
        the nearest training value.
    """
    missing = np.isnan(values)
    with np.errstate(all="ignore"):
        expressed = fitted.forward(values)
        beyond: Array = (~(np.abs(expressed) <= FARTHEST) | np.isinf(values)) & ~missing
        if beyond.any():
            nearest = fitted.forward(np.where(values > 0, fitted.high, fitted.low))
            # What was fitted keeps its own training values near; numbers from a stranger's file need not.
            nearest = np.clip(np.nan_to_num(nearest), -FARTHEST, FARTHEST)
            expressed = np.where(beyond, nearest, expressed)
    return np.where(missing, 0.0, expressed), int(beyond.sum())
