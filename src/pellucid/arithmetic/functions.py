"""Functions of many float32 at once, within two units of the last place.

Torch's own go through libraries that take one number at a time, or several but slowly (measured for 120,000 numbers:
tanh 430 µs, erf 210, exp 140, cos 290; these 20 to 40). Every function is a formula for a ``Writer``, so that it can
stand alone or among the operations of a kernel.

Constants of exp, tanh, sin and cos are those of Moshier (1989), "Cephes mathematical library", single precision (expf,
tanhf, sinf); those of erf are interpolations at Chebyshev's points, made with 50 digits.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from pellucid.arithmetic.writer import Name, Writer

__all__ = ["FUNCTIONS", "Function"]

Function: TypeAlias = Callable[[Writer, Name], Name]

_LOG2_E = 1.44269504088896341
# ln 2 in two parts, of which the first has so few bits that a whole number of them is exact.
_LN2_HIGH, _LN2_LOW = 0.693359375, -2.12194440e-4
# 1.5·2²³: a float32 of this size holds whole numbers in its last bits, so that adding it rounds.
_ROUNDER, _ROUNDER_BITS = 12582912.0, 0x4B400000
# Polynomials, highest power first.
_EXP = (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)
_TANH = (-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1)
_SIN = (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
_COS = (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
# erf(x)/x − 1 in x², |x| < 0.9.
_ERF_NEAR = (
    8.529401322836862e-05,
    -0.0008179632180888265,
    0.005204226693752301,
    -0.02686066479113085,
    0.11283718049593898,
    -0.37612635193967825,
    0.12837916678922245,
)
# −log(1 − erf(x))/x, 0.9 ≤ x ≤ 4.
_ERF_FAR = (
    -2.940336913448269e-07,
    4.840379238462816e-06,
    -1.578444586468319e-05,
    -0.0002616205130415503,
    0.003625265730257866,
    -0.023940280245068255,
    0.10657990800546101,
    0.6348933410662074,
    1.1287200889618945,
)


def _parts(number: float, count: int) -> list[float]:
    """A number as a sum of float32, each the nearest to what is left."""
    found: list[float] = []
    for _ in range(count):
        found.append(float(np.float32(number)))
        number -= found[-1]
    return found


# π/2 to 53 bits, and what is missing of it.
_QUARTER_TURN = [
    *_parts(np.pi / 2, 2),
    float(np.float32(np.pi / 2 - sum(_parts(np.pi / 2, 2)) + 6.123233995736766e-17)),
]


def _polynomial(w: Writer, x: Name, coefficients: Sequence[float]) -> Name:
    found = w.constant(coefficients[0])
    for coefficient in coefficients[1:]:
        found = w.fused(found, x, w.constant(coefficient))
    return found


def _between(w: Writer, low: float, x: Name, high: float) -> Name:
    """X within bounds; NaN stays."""
    low_name, high_name = w.constant(low), w.constant(high)
    x = w.choice("ogt", low_name, x, low_name, x)
    return w.choice("olt", high_name, x, high_name, x)


def _reduced(w: Writer, x: Name) -> tuple[Name, Name]:
    """(n, eʳ − 1) with x = n·ln 2 + r, |r| ≤ ½·ln 2; n as a whole number."""
    shifted = w.fused(x, w.constant(_LOG2_E), w.constant(_ROUNDER))
    count = w.two("fsub", shifted, w.constant(_ROUNDER))
    r = w.fused(count, w.constant(-_LN2_HIGH), x)
    r = w.fused(count, w.constant(-_LN2_LOW), r)
    small = w.fused(_polynomial(w, r, _EXP), w.two("fmul", r, r), r)
    return w.two("sub", w.bits(shifted), w.constant(_ROUNDER_BITS, "i32"), "i32"), small


def _power_of_two(w: Writer, n: Name) -> Name:
    """2ⁿ for −127 < n < 128."""
    biased = w.two("add", n, w.constant(127, "i32"), "i32")
    return w.floats(w.two("shl", biased, w.constant(23, "i32"), "i32"))


def exp(w: Writer, x: Name) -> Name:
    """eˣ; 0 and ∞ at the far ends."""
    n, small = _reduced(w, _between(w, -104.0, x, 89.0))
    # In two steps, so that neither the largest results nor those below the normal numbers are out of reach.
    half = w.two("ashr", n, w.constant(1, "i32"), "i32")
    rest = w.two("sub", n, half, "i32")
    near = w.two("fmul", w.two("fadd", small, w.constant(1.0)), _power_of_two(w, half))
    return w.two("fmul", near, _power_of_two(w, rest))


def expm1(w: Writer, x: Name) -> Name:
    """eˣ − 1, without cancellation at 0."""
    n, small = _reduced(w, _between(w, -30.0, x, 20.0))
    power = _power_of_two(w, n)
    near = w.fused(power, small, w.two("fsub", power, w.constant(1.0)))
    # −0 stays −0; above 20 the 1 does not count any more.
    near = w.choice("oeq", x, w.constant(0.0), x, near)
    return w.choice("ogt", x, w.constant(20.0), exp(w, x), near)


def tanh(w: Writer, x: Name) -> Name:
    """Hyperbolic tangent: x times a polynomial in x² near 0, else 1 − 2/(exp(2·|x|) + 1)."""
    size, square = w.size(x), w.two("fmul", x, x)
    near = w.fused(w.two("fmul", _polynomial(w, square, _TANH), square), x, x)
    # From 10 on it is 1 to the last bit.
    n, small = _reduced(w, _between(w, 0.0, w.two("fadd", size, size), 20.0))
    power = _power_of_two(w, n)
    large = w.fused(power, small, w.two("fadd", power, w.constant(1.0)))
    far = w.two("fsub", w.constant(1.0), w.two("fdiv", w.constant(2.0), large))
    # The sign of −0, too.
    return w.with_sign(w.choice("olt", size, w.constant(0.625), near, far), x)


def erf(w: Writer, x: Name) -> Name:
    """Error function: x times a polynomial in x² near 0, else 1 − exp(−x·P(x)) with the sign of x."""
    size = w.size(x)
    near = w.fused(_polynomial(w, w.two("fmul", x, x), _ERF_NEAR), x, x)
    # From 4 on it is 1 to the last bit.
    bounded = _between(w, 0.0, size, 4.0)
    n, small = _reduced(w, w.negative(w.two("fmul", _polynomial(w, bounded, _ERF_FAR), bounded)))
    power = _power_of_two(w, n)
    far = w.two("fsub", w.two("fsub", w.constant(1.0), power), w.two("fmul", power, small))
    return w.choice("olt", size, w.constant(0.9), near, w.with_sign(far, x))


def _wave(w: Writer, x: Name, quarters: int) -> Name:
    """Sine of x and so many quarter turns; good up to a million turns, of which float32 knows the whole ones alone."""
    shifted = w.fused(x, w.constant(2.0 / np.pi), w.constant(_ROUNDER))
    count = w.two("fsub", shifted, w.constant(_ROUNDER))
    r = x
    for part in _QUARTER_TURN:
        r = w.fused(count, w.constant(-part), r)
    # Where x is so large that turns cannot be told, the result is at least one of a sine.
    r = _between(w, -0.8, r, 0.8)
    square = w.two("fmul", r, r)
    sine = w.fused(w.two("fmul", _polynomial(w, square, _SIN), square), r, r)
    cosine = w.fused(square, w.constant(-0.5), w.constant(1.0))
    cosine = w.fused(w.two("fmul", square, square), _polynomial(w, square, _COS), cosine)
    quarter = w.two("add", w.bits(shifted), w.constant(quarters, "i32"), "i32")
    odd = w.two("and", quarter, w.constant(1, "i32"), "i32")
    # The second bit of the quarter is the sign.
    sign = w.two("shl", w.two("lshr", quarter, w.constant(1, "i32"), "i32"), w.constant(31, "i32"), "i32")
    found = w.whole_choice("eq", odd, w.constant(0, "i32"), sine, cosine)
    return w.floats(w.two("xor", w.bits(found), sign, "i32"))


def sin(w: Writer, x: Name) -> Name:
    """Sine."""
    # −0 stays −0.
    return w.choice("oeq", x, w.constant(0.0), x, _wave(w, x, 0))


def cos(w: Writer, x: Name) -> Name:
    """Cosine."""
    return _wave(w, x, 1)


FUNCTIONS: Mapping[str, Function] = {each.__name__: each for each in (exp, expm1, tanh, erf, sin, cos)}
"""Name in torch → formula."""
