"""Update rules, one pass over a parameter each, and what is done to gradients before.

The formulas are those of ``pellucid.optimizers``, where their sources stand.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from pellucid.training.engines.compiled.codes import UPDATES
from pellucid.training.engines.compiled.kernels.control import Variable, cases, loop, routine
from pellucid.training.engines.compiled.kernels.terms import (
    DOUBLE,
    LINE,
    ONE,
    Term,
    absolute,
    double,
    fused,
    load,
    load_number,
    root,
    select,
    sign,
    spread,
    store,
    total,
    vector,
)
from pellucid.training.engines.compiled.work import NUMBERS

__all__ = ["clip", "penalise", "scale", "squares", "update"]

# The least number with all digits is 1.2·10⁻³⁸.
_LEAST = 1e-37

Rule: TypeAlias = Callable[[Term, Sequence[Term], Sequence[Term]], tuple[Term, Sequence[Term]]]


def _settled(mean: Term) -> Term:
    """0 where a dying mean would soon be too small to be written with all digits.

    Means of units that get no gradient any more would stay there for good, and some processors take a hundred times as
    long for such numbers.
    """
    return select(absolute(mean) < _LEAST, 0.0, mean)


def _descent(g: Term, state: Sequence[Term], n: Sequence[Term]) -> tuple[Term, Sequence[Term]]:
    return g, ()


def _momentum(g: Term, state: Sequence[Term], n: Sequence[Term]) -> tuple[Term, Sequence[Term]]:
    # n: μ, share of the gradient
    v = _settled(fused(state[0], n[0], g * n[1]))
    return v, (v,)


def _nesterov(g: Term, state: Sequence[Term], n: Sequence[Term]) -> tuple[Term, Sequence[Term]]:
    v = _settled(fused(state[0], n[0], g * n[1]))
    return fused(v, n[0], g), (v,)


def _adam(g: Term, state: Sequence[Term], n: Sequence[Term]) -> tuple[Term, Sequence[Term]]:
    # n: 1 − β₁, β₂, 1 − β₂, 1/√(1 − β₂ᵗ), ε; the rate is divided by 1 − β₁ᵗ.
    mean = _settled(fused(g - state[0], n[0], state[0]))
    square = fused(state[1], n[1], g * g * n[2])
    return mean / fused(root(square), n[3], n[4]), (mean, square)


def _lion(g: Term, state: Sequence[Term], n: Sequence[Term]) -> tuple[Term, Sequence[Term]]:
    # n: β₁, 1 − β₁, β₂, 1 − β₂
    return sign(fused(state[0], n[0], g * n[1])), (fused(state[0], n[2], g * n[3]),)


def _rmsprop(*, moves: bool, centered: bool) -> Rule:
    def rule(g: Term, state: Sequence[Term], n: Sequence[Term]) -> tuple[Term, Sequence[Term]]:
        # n: α, 1 − α, ε, μ
        velocity, square, *rest = state
        square = fused(square, n[0], g * g * n[1])
        spread_out = square
        if centered:
            mean = fused(rest[0], n[0], g * n[1])
            rest = [mean]
            spread_out = square - mean * mean
            spread_out = select(spread_out < 0.0, 0.0, spread_out)
        u = g / (root(spread_out) + n[2])
        if moves:
            velocity = u = _settled(fused(velocity, n[3], u))
        return u, (velocity, square, *rest)

    return rule


# name → tensors of state, and (gradient, state, numbers) → (direction, new state).
_RULES: Mapping[str, tuple[int, Rule]] = {
    "descent": (0, _descent),
    "momentum": (1, _momentum),
    "nesterov": (1, _nesterov),
    "adam": (2, _adam),
    "lion": (1, _lion),
    "rmsprop": (2, _rmsprop(moves=False, centered=False)),
    "rmsprop_momentum": (2, _rmsprop(moves=True, centered=False)),
    "rmsprop_centered": (3, _rmsprop(moves=False, centered=True)),
    "rmsprop_centered_momentum": (3, _rmsprop(moves=True, centered=True)),
}


@routine()
def update(
    code: Term,
    p: Term,
    g: Term,
    first: Term,
    second: Term,
    third: Term,
    size: Term,
    decay: Term,
    rate: Term,
    numbers: Term,
) -> None:
    """P ← p·decay − rate·direction, ``size`` bytes.

    Args:
        code: The form's place in ``codes.UPDATES``.
        p: The parameter.
        g: Its gradient.
        first: Tensors of state; those that the rule does not have are not looked at.
        second: See first.
        third: See first.
        size: Bytes of each.
        decay: Factor on the parameter.
        rate: Of the step.
        numbers: The rule's own, float32.
    """

    def run(count: int, rule: Rule) -> None:
        shrunk, step = spread(decay), spread(rate)
        own = [spread(load_number(numbers + n * ONE)) for n in range(NUMBERS)]
        with loop(0, size, LINE) as at:
            places = [place + at for place in (first, second, third)[:count]]
            direction, state = rule(load(g + at), [load(place) for place in places], own)
            for place, value in zip(places, state, strict=True):
                store(place, value)
            store(p + at, load(p + at) * shrunk - step * direction)

    cases(code, [partial(run, *_RULES[name]) for name in UPDATES])


@routine()
def penalise(g: Term, p: Term, size: Term, linear: Term, square: Term) -> None:
    """G ← g + square·p + linear·sign(p)."""
    with loop(0, size, LINE) as at:
        value = load(p + at)
        store(g + at, load(g + at) + value * spread(square) + sign(value) * spread(linear))


@routine()
def clip(g: Term, size: Term, limit: Term) -> None:
    """G cut off at ±limit."""
    with loop(0, size, LINE) as at:
        value, bound = load(g + at), spread(limit)
        value = select(value > bound, bound, value)
        store(g + at, select(value < -bound, -bound, value))


@routine()
def scale(g: Term, size: Term, factor: Term) -> None:
    """G ← g·factor."""
    with loop(0, size, LINE) as at:
        store(g + at, load(g + at) * spread(factor))


@routine(DOUBLE)
def squares(g: Term, size: Term) -> Term:
    """Σ g², in float64."""
    sums = Variable(double(vector(size)))
    with loop(0, size, LINE) as at:
        value = double(load(g + at))
        sums.add(value * value)
    return total(sums.get())
