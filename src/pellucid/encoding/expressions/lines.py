"""Straight lines: values as they are, standardised, between two bounds, by median and quartiles."""

from collections.abc import Mapping

import numpy as np

from pellucid.catalogue import Parameter, Value
from pellucid.encoding.expressions.entry import Expression
from pellucid.encoding.expressions.line import Line, exact_unit, slope_of, standard_line
from pellucid.errors import UsageError
from pellucid.shapes import Floats

__all__ = ["MIN_MAX", "NONE", "ROBUST", "STANDARD", "robust_line"]


def _as_they_are(values: Floats, numbers: Mapping[str, Value]) -> Line:
    return Line(center=0.0, factor=1.0, low=float(values.min()), high=float(values.max()))


def _standard(values: Floats, numbers: Mapping[str, Value]) -> Line:
    return standard_line(values)


def _min_max(values: Floats, numbers: Mapping[str, Value]) -> Line:
    start, end = float(numbers["start"]), float(numbers["end"])  # type: ignore[arg-type]
    if start >= end:
        raise UsageError(f"min_max needs start < end, found start={start:g} and end={end:g}.")
    low, high = float(values.min()), float(values.max())
    unit = exact_unit(low, high)
    # start + (x − low)·(end − start)/(high − low), written as (x − center)·factor.
    span = (high / unit - low / unit) / (end - start) * unit
    return Line(center=low - start * span, factor=slope_of(span), low=low, high=high)


def robust_line(values: Floats) -> Line:
    """Median and interquartile range; half of (max − min) where that is 0."""
    low, high = float(values.min()), float(values.max())
    unit = exact_unit(low, high)
    below, center, above = (float(part) for part in np.quantile(values / unit, (0.25, 0.5, 0.75)))
    spread = above - below or (high / unit - low / unit) / 2
    return Line(center=center * unit, factor=slope_of(spread * unit), low=low, high=high)


def _robust(values: Floats, numbers: Mapping[str, Value]) -> Line:
    return robust_line(values)


NONE = Expression(
    name="none",
    formula="x",
    inverse="z",
    comes_back="the mean",
    purpose="Values as they are: for columns that are near 0 and near 1 already.",
    source="common",
    aliases=("identity", "raw"),
    fit=_as_they_are,
)
STANDARD = Expression(
    name="standard",
    formula="(x − mean) / standard deviation",
    inverse="z · standard deviation + mean",
    comes_back="the mean",
    purpose="Mean 0 and spread 1: the plain choice, for values without far outliers.",
    source="common",
    aliases=("standardise", "standardize", "z_score", "StandardScaler"),
    fit=_standard,
)
MIN_MAX = Expression(
    name="min_max",
    formula="start + (x − min) · (end − start) / (max − min)",
    inverse="min + (z − start) · (max − min) / (end − start)",
    comes_back="the mean",
    purpose="All training values between two bounds: for outputs that end there, such as a sigmoid's. One outlier "
    "presses the others together.",
    source="common",
    aliases=("MinMaxScaler", "normalise", "normalize"),
    parameters=(
        Parameter(name="start", default=0.0, meaning="what the smallest value becomes"),
        Parameter(name="end", default=1.0, meaning="what the largest value becomes; > start"),
    ),
    fit=_min_max,
)
ROBUST = Expression(
    name="robust",
    formula="(x − median) / (third quartile − first quartile); half of (max − min) where the quartiles are equal",
    inverse="z · spread + median",
    comes_back="the mean",
    purpose="Center and spread that outliers do not move.",
    source="common",
    aliases=("RobustScaler",),
    fit=_robust,
)
