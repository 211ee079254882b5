"""Yeo–Johnson power: the power, between logarithm and square and beyond, that makes values most nearly normal.

Yeo, Johnson (2000), "A new family of power transformations to improve normality or symmetry", Biometrika 87, eq. (2.1)
and the likelihood of section 4.
"""

import math
from collections.abc import Mapping

import numpy as np

from pellucid.catalogue import Value
from pellucid.encoding.expressions.bent import STANDARDIZE, line_after
from pellucid.encoding.expressions.entry import Expression
from pellucid.encoding.expressions.fitted import AbstractExpression
from pellucid.shapes import Floats

__all__ = ["POWER", "Power", "likeliest_exponent"]

_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
_FLAT = 1e-6
"""The ends of the training rows stay as far as this, of 1, from where a negative power flattens: ten digits come back.
"""
_FARTHEST_EXPONENT = 20.0


class Power(AbstractExpression, frozen=True, kw_only=True, tag="power"):
    """``(ψ(x) − center) · factor`` with Yeo and Johnson's ψ.

    Attributes:
        exponent: λ: 1 leaves values as they are, 0 is ln(1 + x) for x ≥ 0, 2 is −ln(1 − x) for x < 0.
        center: Of ψ(x).
        factor: Per unit of ψ(x).
    """

    exponent: float
    center: float
    factor: float

    def forward(self, values: Floats) -> Floats:
        """ψ along the line."""
        with np.errstate(over="ignore", invalid="ignore"):
            return (_curved(values, self.exponent) - self.center) * self.factor

    def inverse(self, values: Floats) -> Floats:
        """Values in the user's unit; ±∞ beyond the values that ψ reaches."""
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            curved = values / self.factor + self.center if self.factor else np.full(values.shape, self.center)
            up, down = np.maximum(curved, 0.0), np.maximum(-curved, 0.0)
            return np.where(curved >= 0, _grown(up, self.exponent), -_grown(down, 2.0 - self.exponent))


def _curved(values: Floats, exponent: float) -> Floats:
    """((1 + x)^λ − 1)/λ for x ≥ 0, −((1 − x)^(2−λ) − 1)/(2 − λ) for x < 0; logarithms where the divisor is 0."""
    up, down = np.maximum(values, 0.0), np.maximum(-values, 0.0)
    return np.where(values >= 0, _shrunk(up, exponent), -_shrunk(down, 2.0 - exponent))


def _shrunk(sizes: Floats, exponent: float) -> Floats:
    """((1 + x)^λ − 1)/λ for x ≥ 0, without the loss of digits near λ = 0 and x = 0."""
    logs = np.log1p(sizes)
    return np.expm1(exponent * logs) / exponent if exponent else logs


def _grown(curved: Floats, exponent: float) -> Floats:
    """The inverse of ``_shrunk``."""
    logs = np.log1p(np.maximum(exponent * curved, -1.0)) / exponent if exponent else curved
    return np.expm1(logs)


def likeliest_exponent(values: Floats) -> float:
    """λ of the largest normal likelihood, for finite values ``[n]`` that are not all equal.

    The negative log-likelihood is convex in λ (Marchand, Muzellec, Beguier, Ogier du Terrail, Andreux (2022),
    "SecureFedYJ: a safe feature Gaussianization protocol for federated learning", proposition 1), so a golden-section
    search finds its one minimum. λ is kept where the training values stay apart in float64.
    """
    low, high = _bounds(float(values.min()), float(values.max()))
    bends = float(np.sum(np.sign(values) * np.log1p(np.abs(values))))

    def loss(exponent: float) -> float:
        # −log L = n/2 · ln Var ψ(x) − (λ − 1) · Σ sgn(x)·ln(1 + |x|)
        curved = _curved(values, exponent)
        unit = float(np.abs(curved).max()) or 1.0
        spread = float((curved / unit).std())
        if spread == 0:
            return math.inf
        return len(values) * (math.log(spread) + math.log(unit)) - (exponent - 1.0) * bends

    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = loss(left), loss(right)
    while high - low > 1e-9 * max(1.0, abs(low), abs(high)):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = loss(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = loss(right)
    return (low + high) / 2.0


def _bounds(lowest: float, highest: float) -> tuple[float, float]:
    """Exponents by which neither end of the values overflows or is flattened."""
    far, flat = math.log(1e100), math.log(1.0 / _FLAT)
    low, high = -_FARTHEST_EXPONENT, _FARTHEST_EXPONENT
    if highest > 0:
        # (1 + max)^λ between 1e-6 and 1e100
        size = math.log1p(highest)
        low, high = max(low, -flat / size), min(high, max(far / size, 1.0))
    if lowest < 0:
        # The same for 2 − λ on the other side.
        size = math.log1p(-lowest)
        low, high = max(low, 2.0 - max(far / size, 1.0)), min(high, 2.0 + flat / size)
    return low, high


def _power(values: Floats, numbers: Mapping[str, Value]) -> Power:
    exponent = likeliest_exponent(values)
    line = line_after(_curved(values, exponent), numbers)
    low, high = float(values.min()), float(values.max())
    return Power(exponent=exponent, center=line.center, factor=line.factor, low=low, high=high)


POWER = Expression(
    name="power",
    formula="((1 + x)^λ − 1)/λ for x ≥ 0, −((1 − x)^(2−λ) − 1)/(2 − λ) for x < 0, logarithms where λ or 2 − λ is 0; "
    "λ of the largest likelihood; then standardised unless standardize=false",
    inverse="(1 + λz)^(1/λ) − 1 for z ≥ 0, 1 − (1 − (2 − λ)z)^(1/(2−λ)) for z < 0, after the line has been undone",
    comes_back="near the median of a skewed target",
    purpose="Skewed values of either sign, when no other reason picks a logarithm or a root.",
    source="Yeo, Johnson (2000), A new family of power transformations to improve normality or symmetry, eq. (2.1)",
    aliases=("yeo_johnson", "PowerTransformer"),
    parameters=(STANDARDIZE,),
    fit=_power,
)
