"""Activations and their derivatives; the formulas are those of ``pellucid.activations``, where their sources stand."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

from pellucid.training.engines.compiled.codes import ACTIVATIONS
from pellucid.training.engines.compiled.kernels.control import cases, loop, routine
from pellucid.training.engines.compiled.kernels.mathematics import (
    exponential,
    exponential_less_one,
    hyperbolic_tangent,
    log_one_plus,
    tail,
)
from pellucid.training.engines.compiled.kernels.terms import LINE, Term, absolute, fused, load, select, spread, store

__all__ = ["activate", "logistic", "pull", "softplus"]

Value: TypeAlias = Callable[[Term, Term, Term], Term]
Pull: TypeAlias = Callable[[Term, Term, Term, Term, Term], Term]

_NORMAL_DENSITY = 0.3989422804014327
_TANH_FACTOR, _TANH_CUBE = 0.7978845608028654, 0.044715
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


# Choices by sign are put so that NaN comes through: a comparison with it is false.
def _between(x: Term, low: Term | float, high: Term | float) -> Term:
    x = select(x < low, low, x)
    return select(x > high, high, x)


def logistic(x: Term) -> Term:
    """σ(x)."""
    return 1.0 / (exponential(-x) + 1.0)


def _hard_sigmoid(x: Term) -> Term:
    return _between(x + 3.0, 0.0, 6.0) / 6.0


def _silu_pull(dy: Term, x: Term, y: Term, a: Term, b: Term) -> Term:
    s = logistic(x)
    return dy * (s + y - y * s)


def _softsign_pull(dy: Term, x: Term, y: Term, a: Term, b: Term) -> Term:
    size = absolute(x) + 1.0
    return dy / size / size


def _chance(x: Term, density: Term) -> Term:
    """Φ(x), given exp(−½x²)."""
    beyond = tail(absolute(x), density)
    return select(x < 0.0, beyond, 1.0 - beyond)


def _gelu(x: Term, a: Term, b: Term) -> Term:
    return x * _chance(x, exponential(x * x * -0.5))


def _gelu_pull(dy: Term, x: Term, y: Term, a: Term, b: Term) -> Term:
    density = exponential(x * x * -0.5)
    return dy * fused(x, density * _NORMAL_DENSITY, _chance(x, density))


def _gelu_tanh_parts(x: Term) -> tuple[Term, Term]:
    near = _between(x, -16.0, 16.0)
    square = near * near
    t = hyperbolic_tangent(fused(square, _TANH_CUBE, 1.0) * near * _TANH_FACTOR)
    return t, fused(square, 3.0 * _TANH_CUBE, 1.0) * _TANH_FACTOR


def _gelu_tanh(x: Term, a: Term, b: Term) -> Term:
    return (_gelu_tanh_parts(x)[0] + 1.0) * 0.5 * x


def _gelu_tanh_pull(dy: Term, x: Term, y: Term, a: Term, b: Term) -> Term:
    t, inner = _gelu_tanh_parts(x)
    return ((1.0 - t * t) * inner * x + t + 1.0) * 0.5 * dy


def _tanh_softplus(x: Term) -> Term:
    e = exponential(select(x > 20.0, 20.0, x))
    n = e * (e + 2.0)
    return n / (n + 2.0)


def _mish_pull(dy: Term, x: Term, y: Term, a: Term, b: Term) -> Term:
    t = _tanh_softplus(x)
    return dy * (t + x * (1.0 - t * t) * logistic(x))


def softplus(x: Term) -> Term:
    """log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|)."""
    return select(x < 0.0, 0.0, x) + log_one_plus(exponential(-absolute(x)))


# name → (x, a, b) → y and (dy, x, y, a, b) → dy·f′(x), where a and b are the activation's numbers.
_RULES: Mapping[str, tuple[Value, Pull]] = {
    "identity": (lambda x, a, b: x, lambda dy, x, y, a, b: dy),
    # Where linear layers stand on both sides of it, they do the same; see ``codes.MERGED``.
    "relu": (lambda x, a, b: select(x < 0.0, 0.0, x), lambda dy, x, y, a, b: select(x <= 0.0, 0.0, dy)),
    "leaky_relu": (
        lambda x, a, b: select(x <= 0.0, x * a, x),
        lambda dy, x, y, a, b: select(x <= 0.0, dy * a, dy),
    ),
    "relu6": (
        lambda x, a, b: _between(x, 0.0, 6.0),
        lambda dy, x, y, a, b: select(x <= 0.0, 0.0, select(x >= 6.0, 0.0, dy)),
    ),
    "hard_tanh": (
        lambda x, a, b: _between(x, a, b),
        lambda dy, x, y, a, b: select(x <= a, 0.0, select(x >= b, 0.0, dy)),
    ),
    "hard_sigmoid": (
        lambda x, a, b: _hard_sigmoid(x),
        lambda dy, x, y, a, b: select(x <= -3.0, 0.0, select(x >= 3.0, 0.0, dy / 6.0)),
    ),
    "hard_swish": (
        lambda x, a, b: x * _hard_sigmoid(x),
        lambda dy, x, y, a, b: select(x <= -3.0, 0.0, select(x >= 3.0, dy, dy * (x / 3.0 + 0.5))),
    ),
    "sigmoid": (lambda x, a, b: logistic(x), lambda dy, x, y, a, b: dy * (y - y * y)),
    "tanh": (lambda x, a, b: hyperbolic_tangent(x), lambda dy, x, y, a, b: dy - dy * y * y),
    "softsign": (lambda x, a, b: x / (absolute(x) + 1.0), _softsign_pull),
    "silu": (lambda x, a, b: x * logistic(x), _silu_pull),
    "gelu": (_gelu, _gelu_pull),
    "gelu_tanh": (_gelu_tanh, _gelu_tanh_pull),
    "mish": (lambda x, a, b: x * _tanh_softplus(x), _mish_pull),
    "softplus": (
        lambda x, a, b: select(x * a > b, x, softplus(x * a) / a),
        lambda dy, x, y, a, b: select(x * a > b, dy, dy * logistic(x * a)),
    ),
    "elu": (
        lambda x, a, b: select(x <= 0.0, exponential_less_one(x) * a, x),
        lambda dy, x, y, a, b: select(x <= 0.0, dy * (y + a), dy),
    ),
    "celu": (
        lambda x, a, b: select(x <= 0.0, exponential_less_one(x / a) * a, x),
        lambda dy, x, y, a, b: select(x <= 0.0, dy * (y / a + 1.0), dy),
    ),
    "selu": (
        lambda x, a, b: select(x <= 0.0, exponential_less_one(x) * (_SELU_SCALE * _SELU_ALPHA), x * _SELU_SCALE),
        lambda dy, x, y, a, b: select(x <= 0.0, dy * (y + _SELU_SCALE * _SELU_ALPHA), dy * _SELU_SCALE),
    ),
}
_IN_ORDER = tuple(_RULES[name] for name in ACTIVATIONS)


@routine()
def activate(code: Term, x: Term, y: Term, size: Term, a: Term, b: Term) -> None:
    """Y = f(x), ``size`` bytes of each; ``codes.ACTIVATIONS`` has the codes."""

    def run(rule: Value) -> None:
        with loop(0, size, LINE) as at:
            store(y + at, rule(load(x + at), spread(a), spread(b)))

    cases(code, [partial(run, value) for value, _ in _IN_ORDER])


@routine()
def pull(code: Term, dy: Term, x: Term, y: Term, size: Term, a: Term, b: Term, dx: Term) -> None:
    """Dx = dy·f′(x), to a place of its own.

    Of a choice that is stored over one of its sides, LLVM makes a store of the chosen numbers only, and some processors
    take twenty times as long for such a store.
    """

    def run(rule: Pull) -> None:
        with loop(0, size, LINE) as at:
            store(dx + at, rule(load(dy + at), load(x + at), load(y + at), spread(a), spread(b)))

    cases(code, [partial(run, back) for _, back in _IN_ORDER])
