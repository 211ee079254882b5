"""Scale: one dense column moved and stretched so that training finds it near zero and near one."""

import math
from typing import Literal

import msgspec
import numpy as np

from pellucid.encoding.preparation import Scaling
from pellucid.shapes import Floats

__all__ = ["Scale", "exact_unit", "fit_scale", "scale_values"]

_CLIP = 3.0
# A float32 network overflows long before a value this far from its neighbours means anything.
_FARTHEST = 1e30


class Scale(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``(x − center) · factor``.

    Attributes:
        center: In the column's unit.
        factor: Per unit; 0 for a column that was constant in training.
        low: Smallest finite training value; stands for −∞.
        high: Largest; stands for +∞.
    """

    center: float
    factor: float
    low: float
    high: float


def exact_unit(low: float, high: float) -> float:
    """A power of two near the larger magnitude: dividing by it loses no bit, and squares then stay within float64."""
    return math.ldexp(1.0, math.frexp(max(abs(low), abs(high)))[1] - 1)


def fit_scale(values: Floats, scaling: Scaling | Literal["none"]) -> Scale:
    """Learn the scale of one column from training rows.

    ``standard``: mean and population standard deviation. ``robust_clip``: median and interquartile range; if that is
    0, half of (max − min) instead; RealMLP, arXiv 2407.04491, §3 and Table A.1. ``none``: center 0, factor 1.

    Args:
        values: ``[n]``, NaN and ±∞ are left out.
        scaling: Which of them.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return Scale(center=0.0, factor=0.0, low=0.0, high=0.0)
    low, high = float(known.min()), float(known.max())
    if scaling == "none":
        return Scale(center=0.0, factor=1.0, low=low, high=high)
    if low == high:
        return Scale(center=low, factor=0.0, low=low, high=high)
    unit = exact_unit(low, high)
    known = known / unit
    if scaling == "standard":
        center, spread = float(known.mean()), float(known.std())
    else:
        below, center, above = (float(part) for part in np.quantile(known, (0.25, 0.5, 0.75)))
        spread = above - below or (high / unit - low / unit) / 2
    factor = 1.0 / (spread * unit) if spread * unit else 0.0
    return Scale(center=center * unit, factor=factor if math.isfinite(factor) else 0.0, low=low, high=high)


def scale_values(values: Floats, scale: Scale, scaling: Scaling) -> tuple[Floats, int]:
    """Scale one column.

    Args:
        values: float64 ``[n]``; NaN where missing.
        scale: Fitted.
        scaling: ``robust_clip`` also bends x to x/√(1 + (x/3)²), which stays within ±3.

    Returns:
        float64 ``[n]`` with 0 where missing, and how many values were infinite (or beyond float32) and became the
        nearest training value.
    """
    missing = np.isnan(values)
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = (values - scale.center) * scale.factor
        beyond = (~(np.abs(scaled) <= _FARTHEST) | np.isinf(values)) & ~missing
        if beyond.any():
            nearest = (np.where(values > 0, scale.high, scale.low) - scale.center) * scale.factor
            # A fitted scale keeps its own training values near; one from a stranger's file need not.
            nearest = np.clip(np.nan_to_num(nearest), -_FARTHEST, _FARTHEST)
            scaled = np.where(beyond, nearest, scaled)
    if scaling == "robust_clip":
        scaled = scaled / np.sqrt(1.0 + (scaled / _CLIP) ** 2)
    return np.where(missing, 0.0, scaled), int(beyond.sum())
