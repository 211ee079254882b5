"""Losses and their gradients; the formulas are those of ``pellucid.objectives.losses``, where their sources stand.

Outputs lie column by column, sixteen rows side by side: a loss of one output then wastes nothing, and the sums over
classes of a softmax need no sideways additions.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

from pellucid.training.engines.compiled.codes import LOSSES
from pellucid.training.engines.compiled.kernels.activations import logistic, softplus
from pellucid.training.engines.compiled.kernels.control import Variable, cases, loop, routine
from pellucid.training.engines.compiled.kernels.mathematics import exponential, logarithm
from pellucid.training.engines.compiled.kernels.terms import (
    DOUBLE,
    LINE,
    ONE,
    Term,
    absolute,
    double,
    load,
    load_number,
    real,
    select,
    short,
    sign,
    spread,
    store,
    total,
    vector,
    whole,
)

__all__ = ["price"]

Rule: TypeAlias = Callable[[Term, Term, Term, Term], tuple[Term, Term]]


def _clipped(x: Term, bound: Term) -> Term:
    x = select(x > bound, bound, x)
    return select(x < -bound, -bound, x)


def _mse(z: Term, y: Term, a: Term, b: Term) -> tuple[Term, Term]:
    d = z - y
    return d * d, d * 2.0


def _l1(z: Term, y: Term, a: Term, b: Term) -> tuple[Term, Term]:
    d = z - y
    return absolute(d), sign(d)


def _huber(z: Term, y: Term, a: Term, b: Term) -> tuple[Term, Term]:
    c = _clipped(z - y, a)
    return c * (z - y - 0.5 * c), c


def _smooth_l1(z: Term, y: Term, a: Term, b: Term) -> tuple[Term, Term]:
    c = _clipped(z - y, a)
    return c / a * (z - y - 0.5 * c), c / a


def _bce_with_logits(z: Term, y: Term, a: Term, b: Term) -> tuple[Term, Term]:
    y = y * (1.0 - a) + 0.5 * a
    more = 1.0 + (b - 1.0) * y
    return softplus(z) * more - z * (b * y), logistic(z) * more - b * y


def _quantile(z: Term, y: Term, a: Term, b: Term) -> tuple[Term, Term]:
    above = y - z
    return select(above < 0.0, (b - 1.0) * above, b * above), 0.5 - b - 0.5 * sign(above)


# name → (output, target, member's number, column's number) → (loss, its derivative).
_ELEMENTWISE: Mapping[str, Rule] = {
    "mse": _mse,
    "l1": _l1,
    "huber": _huber,
    "smooth_l1": _smooth_l1,
    "bce_with_logits": _bce_with_logits,
    "quantile": _quantile,
}


@routine(DOUBLE)
def price(
    code: Term,
    z: Term,
    dz: Term,
    targets: Term,
    weights: Term,
    own: Term,
    rows: Term,
    outputs: Term,
    shared: Term,
    number: Term,
) -> Term:
    """The weighted loss of a batch, and its gradient.

    Args:
        code: The loss's place in ``codes.LOSSES``.
        z: Outputs ``[outputs, rows]``.
        dz: Where their gradient goes.
        targets: ``[outputs, rows]``, or ``[rows]`` for class numbers and where all outputs share a target.
        weights: Of the rows.
        own: A number per column ``[outputs]``: weights of the answer yes, levels.
        rows: A multiple of 16.
        outputs: How many.
        shared: Whether outputs share a target: 1 or 0.
        number: The member's number: δ, β, label smoothing.
    """
    sums = Variable(double(vector(z)))
    wide = rows * ONE

    def elementwise(rule: Rule) -> None:
        a = spread(number)
        share = 1.0 / spread(real(outputs))
        with loop(0, wide, LINE) as at:
            weight = load(weights + at) * share
            with loop(0, outputs, 1) as c:
                place = at + c * wide
                y = load(targets + at + c * (1 - shared) * wide)
                loss, slope = rule(load(z + place), y, a, spread(load_number(own + c * ONE)))
                store(dz + place, slope * weight)
                sums.add(double(loss * weight))

    def classes(*, shares: bool) -> None:
        even = spread(number) / spread(real(outputs))
        rest = 1.0 - spread(number)
        with loop(0, wide, LINE) as at:
            largest, powers = Variable(load(z + at)), Variable(vector(z))
            aimed, known = Variable(vector(z)), Variable(vector(z))

            def aim(c: Term) -> Term:
                if shares:
                    return load(targets + at + c * wide) * rest + even
                right = load(targets + at).equals(whole(spread(short(c))))
                return select(right, rest, vector(z)) + even

            with loop(1, outputs, 1) as c:
                value = load(z + at + c * wide)
                largest.set(select(value > largest.get(), value, largest.get()))
            with loop(0, outputs, 1) as c:
                far = load(z + at + c * wide) - largest.get()
                power, q = exponential(far), aim(c)
                store(dz + at + c * wide, power)
                powers.add(power)
                aimed.add(q)
                known.add(q * far)
            weight, scale = load(weights + at), aimed.get() / powers.get()
            loss = aimed.get() * logarithm(powers.get()) - known.get()
            sums.add(double(loss * weight))
            with loop(0, outputs, 1) as c:
                place = dz + at + c * wide
                store(place, (load(place) * scale - aim(c)) * weight)

    branches: dict[str, Callable[[], None]] = {name: partial(elementwise, rule) for name, rule in _ELEMENTWISE.items()}
    branches["cross_entropy"] = partial(classes, shares=False)
    branches["cross_entropy_of_shares"] = partial(classes, shares=True)
    cases(code, [branches[name] for name in LOSSES])
    return total(sums.get())
