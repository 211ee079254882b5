"""Functions of sixteen float32 at once, within two units of the last place.

The machine's own are for one number at a time. Constants of exp, log and tanh are those of Moshier (1989), "Cephes
mathematical library", single precision (expf, logf, tanhf); those of log1p and of the normal distribution's tail are
interpolations at Chebyshev's points, made with 40 digits.
"""

from collections.abc import Sequence

from pellucid.training.engines.compiled.kernels.terms import (
    Term,
    absolute,
    bits_of,
    floats_of,
    fused,
    select,
    vector,
    whole,
)

__all__ = ["exponential", "exponential_less_one", "hyperbolic_tangent", "log_one_plus", "logarithm", "tail"]

_LOG2_E = 1.44269504088896341
_ROOT_HALF, _ROOT_HALF_BITS = 0.70710678118654752, 0x3F3504F3
_LARGEST = 3.4028235e38
# ln 2 in two parts, of which the first has so few bits that a whole number of them is exact.
_LN2_HIGH, _LN2_LOW = 0.693359375, -2.12194440e-4
# 1.5·2²³: a float32 of this size holds whole numbers in its last bits, so that adding it rounds.
_ROUNDER, _ROUNDER_BITS = 12582912.0, 0x4B400000
# Polynomials, highest power first.
_EXP = (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)
_LOG = (
    7.0376836292e-2,
    -1.1514610310e-1,
    1.1676998740e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
)
_TANH = (-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1)
# log(1 + e)/e for 0 ≤ e ≤ 1, to 5·10⁻⁹.
_LOG_ONE_PLUS = (
    -0.00317605701843196,
    0.019542527261014103,
    -0.05637361283010733,
    0.10543623795419527,
    -0.15269667074363288,
    0.19663274257204805,
    -0.24951616262872076,
    0.3332971049891775,
    -0.49999892648063277,
    0.999999994656292,
)
# erfc(u)·exp(u²)/t with t = 1/(1 + 0.3·u), 0 ≤ u ≤ 10, to 2.5·10⁻⁸.
_TAIL = (
    -0.13077087726853567,
    0.49193427055715194,
    -0.5261516628242922,
    0.5645142421510231,
    -0.10698336247742518,
    0.2205391691053022,
    0.1467960221862433,
    0.17094911994808726,
    0.16917305765161686,
)


def _polynomial(x: Term, coefficients: Sequence[float]) -> Term:
    found = vector(x, coefficients[0])
    for coefficient in coefficients[1:]:
        found = fused(found, x, coefficient)
    return found


def _parts(x: Term) -> tuple[Term, Term]:
    """(n, r) with x = n·ln 2 + r, |r| ≤ ½·ln 2."""
    shifted = fused(x, _LOG2_E, _ROUNDER)
    count = shifted - _ROUNDER
    rest = fused(count, -_LN2_HIGH, x)
    return bits_of(shifted) - _ROUNDER_BITS, fused(count, -_LN2_LOW, rest)


def _small(r: Term) -> Term:
    """eʳ − 1 for |r| ≤ ½·ln 2."""
    return fused(_polynomial(r, _EXP), r * r, r)


def exponential(x: Term) -> Term:
    """eˣ, never below e⁻⁸⁷ nor above e⁸⁸: whatever is made of it is then right within rounding, and stays finite."""
    x = select(x > 88.0, 88.0, x)
    x = select(x < -87.0, -87.0, x)
    n, r = _parts(x)
    power = floats_of((n + 127) << 23)
    return fused(power, _small(r), power)


def exponential_less_one(x: Term) -> Term:
    """eˣ − 1 for x ≤ 0, without cancellation at 0."""
    x = select(x < -40.0, -40.0, x)
    n, r = _parts(x)
    power = floats_of((n + 127) << 23)
    return fused(power, _small(r), power - 1.0)


def logarithm(x: Term) -> Term:
    """Natural logarithm of normal numbers > 0; ∞ for ∞, NaN for NaN."""
    # x = 2ⁿ·(1 + f), √½ ≤ 1 + f < √2.
    bits = bits_of(x) - _ROOT_HALF_BITS
    n = bits >> 23
    f = floats_of(bits - (n << 23) + _ROOT_HALF_BITS) - 1.0
    count, square = whole(n), f * f
    rest = fused(count, _LN2_LOW, _polynomial(f, _LOG) * f * square)
    found = fused(count, _LN2_HIGH, fused(square, -0.5, rest) + f)
    return select(x < _LARGEST, found, x)


def log_one_plus(e: Term) -> Term:
    """log(1 + e) for 0 ≤ e ≤ 1."""
    return _polynomial(e, _LOG_ONE_PLUS) * e


def hyperbolic_tangent(x: Term) -> Term:
    """Hyperbolic tangent: x times a polynomial in x² near 0, else 1 − 2/(exp(2·|x|) + 1)."""
    size, square = absolute(x), x * x
    near = fused(_polynomial(square, _TANH) * square, x, x)
    far = 1.0 - 2.0 / (exponential(size + size) + 1.0)
    return select(size < 0.625, near, select(x < 0.0, -far, far))


def tail(size: Term, density: Term) -> Term:
    """Share of the normal distribution beyond a distance ≥ 0, given exp(−½·distance²).

    ½·erfc(u) = ½·exp(−u²)·t·P(t) with u = distance/√2 and t = 1/(1 + 0.3·u), the form of Hastings (1955),
    "Approximations for digital computers", sheet 43.
    """
    t = 1.0 / fused(size, 0.3 * _ROOT_HALF, 1.0)
    return 0.5 * density * t * _polynomial(t, _TAIL)
