"""The error function in float32, from products, sums and one quotient alone."""

import numpy as np

from pellucid.shapes import Floats

__all__ = ["erf"]

# Rational approximation x·P(x²)/Q(x²) for |x| ≤ 4, beyond which float32 cannot tell erf from ±1; the coefficients are
# those of Eigen 3.4, MathFunctionsImpl.h, generic_fast_erf_float. Largest error against math.erf: 4e-7 (tested).
_REACH = np.float32(4.0)
_NUMERATOR = tuple(
    np.float32(coefficient)
    for coefficient in (
        -2.72614225801306e-10,
        2.77068142495902e-08,
        -2.10102402082508e-06,
        -5.69250639462346e-05,
        -7.34990630326855e-04,
        -2.95459980854025e-03,
        -1.60960333262415e-02,
    )
)
_DENOMINATOR = tuple(
    np.float32(coefficient)
    for coefficient in (
        -1.45660718464996e-05,
        -2.13374055278905e-04,
        -1.68282697438203e-03,
        -7.37332916720468e-03,
        -1.42647390514189e-02,
    )
)


def erf(x: Floats) -> Floats:
    """2/√π · ∫₀ˣ exp(−t²) dt, element by element; float32 in and out, any shape."""
    x = np.clip(x, -_REACH, _REACH)
    square = x * x
    value = _horner(square, _NUMERATOR)
    value *= x
    value /= _horner(square, _DENOMINATOR)
    return value


def _horner(x: Floats, coefficients: tuple[np.float32, ...]) -> Floats:
    value = x * coefficients[0]
    for coefficient in coefficients[1:-1]:
        value += coefficient
        value *= x
    value += coefficients[-1]
    return value
