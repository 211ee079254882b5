"""What torch's element-wise operators compute, to the last bit.

Sums, products, quotients and choices are rounded once, so that there is one way to compute them. Operators of
several roundings are as torch was compiled: with or without fused multiply-adds. For these every way is given, and
``probing`` finds out which one it is; an operator that none of them meets is left to torch.

Comparisons follow the vector instructions of torch's kernels: with NaN, the second operand of a minimum is the result.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from pellucid.arithmetic.functions import FUNCTIONS, Function
from pellucid.arithmetic.writer import Name, Writer

__all__ = ["FORMULAS", "Formula"]

Formula: TypeAlias = Callable[..., Name]
"""``(writer, kind of the result, *arguments) → result``; tensors come as names, numbers as they are."""

_NUMBERS = (int, float)


def _named(w: Writer, kind: str, x: Any) -> Name:
    return w.constant(x, kind) if isinstance(x, _NUMBERS) else x


def _two(on_floats: str, on_integers: str = "") -> Formula:
    def formula(w: Writer, kind: str, a: Any, b: Any) -> Name:
        operator = on_floats if kind == "float" else on_integers
        return w.two(operator, _named(w, kind, a), _named(w, kind, b), kind)

    return formula


def _sum(w: Writer, kind: str, a: Any, b: Any, alpha: float = 1) -> Name:
    if alpha != 1:
        return w.fused(_named(w, kind, b), w.constant(alpha), _named(w, kind, a))
    return _two("fadd", "add")(w, kind, a, b)


def _sum_of_product(w: Writer, kind: str, a: Any, b: Any, alpha: float = 1) -> Name:
    return w.two("fadd", _named(w, kind, a), w.two("fmul", _named(w, kind, b), w.constant(alpha)))


def _difference(w: Writer, kind: str, a: Any, b: Any) -> Name:
    return _two("fsub", "sub")(w, kind, a, b)


def _rsub(w: Writer, kind: str, a: Any, b: Any) -> Name:
    return _difference(w, kind, b, a)


def _minimum(w: Writer, a: Name, b: Name) -> Name:
    return w.choice("olt", a, b, a, b)


def _maximum(w: Writer, a: Name, b: Name) -> Name:
    return w.choice("ogt", a, b, a, b)


def _clamp(w: Writer, kind: str, x: Name, low: float | None = None, high: float | None = None) -> Name:
    if low is not None:
        x = _maximum(w, w.constant(low), x)
    return x if high is None else _minimum(w, w.constant(high), x)


def _clamp_max(w: Writer, kind: str, x: Name, high: float) -> Name:
    return _clamp(w, kind, x, None, high)


def _relu(w: Writer, kind: str, x: Name) -> Name:
    return _clamp(w, kind, x, 0.0)


def _larger(w: Writer, kind: str, a: Name, b: Name) -> Name:
    return w.choice("uno", a, b, w.constant(float("nan")), _maximum(w, a, b))


def _smaller(w: Writer, kind: str, a: Name, b: Name) -> Name:
    return w.choice("uno", a, b, w.constant(float("nan")), _minimum(w, a, b))


def _threshold(w: Writer, kind: str, dy: Name, x: Name, threshold: float) -> Name:
    return w.choice("ole", x, w.constant(threshold), w.constant(0.0), dy)


def _with(multiply_add: Callable[[Writer, Name, Name, Name], Name]) -> dict[str, Formula]:
    """Operators of several roundings, given how a product is added."""

    def addcmul(w: Writer, kind: str, x: Name, a: Name, b: Name, value: float = 1) -> Name:
        scaled = a if value == 1 else w.two("fmul", w.constant(value), a)
        return multiply_add(w, scaled, b, x)

    def tanh_backward(w: Writer, kind: str, dy: Name, y: Name) -> Name:
        return w.two("fmul", dy, multiply_add(w, w.negative(y), y, w.constant(1.0)))

    def sigmoid_backward(w: Writer, kind: str, dy: Name, y: Name) -> Name:
        return w.two("fmul", w.two("fmul", dy, w.two("fsub", w.constant(1.0), y)), y)

    def elu_backward(
        w: Writer, kind: str, dy: Name, alpha: float, scale: float, input_scale: float, is_result: bool, y: Name
    ) -> Name:
        if not is_result:
            raise ValueError("only from the result")
        bend = w.two("fadd", y, w.constant(float(np.float32(alpha) * np.float32(scale))))
        below = w.two("fmul", w.two("fmul", dy, w.constant(input_scale)), bend)
        return w.choice("ogt", y, w.constant(0.0), w.two("fmul", dy, w.constant(scale)), below)

    def lerp(w: Writer, kind: str, a: Name, b: Name, weight: Any) -> Name:
        share, way = _named(w, kind, weight), w.two("fsub", b, a)
        rest = w.two("fsub", share, w.constant(1.0))
        near = multiply_add(w, share, way, a)
        far = multiply_add(w, rest, way, b)
        return w.choice("olt", w.size(share), w.constant(0.5), near, far)

    return {
        "addcmul.default": addcmul,
        "tanh_backward.default": tanh_backward,
        "sigmoid_backward.default": sigmoid_backward,
        "elu_backward.default": elu_backward,
        "lerp.Tensor": lerp,
        "lerp.Scalar": lerp,
    }


_CONTRACTED = _with(lambda w, a, b, c: w.fused(a, b, c))
_PLAIN = _with(lambda w, a, b, c: w.two("fadd", w.two("fmul", a, b), c))


def _shifted(w: Writer, kind: str, x: Name, bits: int) -> Name:
    return w.two("ashr", x, w.constant(bits, kind), kind)


def _converted(w: Writer, kind: str, x: Name, **_: Any) -> Name:
    return w.new(f"sitofp {w.vector('i16')} {x} to {w.vector(kind)}")


def _own(function: Function) -> Formula:
    return lambda w, kind, x: function(w, x)


FORMULAS: Mapping[str, Sequence[Formula]] = {
    "add.Tensor": (_sum, _sum_of_product),
    "add.Scalar": (_sum, _sum_of_product),
    "sub.Tensor": (_difference,),
    "sub.Scalar": (_difference,),
    "rsub.Scalar": (_rsub,),
    "rsub.Tensor": (_rsub,),
    "mul.Tensor": (_two("fmul", "mul"),),
    "mul.Scalar": (_two("fmul", "mul"),),
    "div.Tensor": (_two("fdiv"),),
    "div.Scalar": (_two("fdiv"),),
    "neg.default": (lambda w, kind, x: w.negative(x),),
    "abs.default": (lambda w, kind, x: w.size(x),),
    "reciprocal.default": (lambda w, kind, x: w.two("fdiv", w.constant(1.0), x),),
    "relu.default": (_relu,),
    "clamp.default": (_clamp,),
    "clamp_min.default": (_clamp,),
    "clamp_max.default": (_clamp_max,),
    "maximum.default": (_larger,),
    "minimum.default": (_smaller,),
    "threshold_backward.default": (_threshold,),
    "bitwise_and.Scalar": (_two("", "and"),),
    "bitwise_xor.Scalar": (_two("", "xor"),),
    "bitwise_xor.Tensor": (_two("", "xor"),),
    "__rshift__.Scalar": (_shifted,),
    "_to_copy.default": (_converted,),
    **{f"pellucid::{name}.default": (_own(function),) for name, function in FUNCTIONS.items()},
    **{name: (formula, _PLAIN[name]) for name, formula in _CONTRACTED.items()},
}
"""Operator with overload → ways to compute it, one of which is torch's."""
