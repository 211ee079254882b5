"""Adagrad, Adadelta and RMSprop, as lines: rules that measure a gradient against its squares.

Duchi, Hazan & Singer (2011), §1.1; Zeiler (2012), algorithm 1; Tieleman & Hinton (2012), centred as in Graves (2013),
eq. (38)–(41), with PyTorch's guards.
"""

from pellucid.explain.updates.account import Account, Formula, Formulas, Now

__all__ = ["ADADELTA", "ADAGRAD", "RMSPROP"]

_SYMBOLS = {"eps": "ε", "weight_decay": "λ"}


def _adagrad(now: Now) -> Formulas:
    slowed = "/(1 + (t − 1)·lr_decay)" if now.numbers["lr_decay"] else ""
    step = Formula("Δw", f"−lr{slowed}·g/(√s + ε){now.decay}")
    return Formulas(
        (Formula("s", "s + g²"), step, Formula("w", "w + Δw")),
        sentence="The sum of all squares so far only grows, so that steps shrink.",
    )


def _adadelta(now: Now) -> Formulas:
    return Formulas(
        (
            Formula("v", "ρ·v + (1 − ρ)·g²"),
            Formula("d", "g·√(u + ε)/√(v + ε)"),
            Formula("u", "ρ·u + (1 − ρ)·d²"),
            *now.step("d"),
        ),
        sentence="The step's size is that of past steps; the first ones are small, as u begins with 0.",
    )


def _rmsprop(now: Now) -> Formulas:
    lines = [Formula("s", "α·s + (1 − α)·g²")]
    if now.structural["centered"]:
        lines += [Formula("m", "α·m + (1 − α)·g"), Formula("u", "g/(√max(0, s − m²) + ε)")]
    else:
        lines += [Formula("u", "g/(√s + ε)")]
    if now.numbers["momentum"]:
        lines.append(Formula("v", "μ·v + u"))
    return Formulas((*lines, *now.step("v" if now.numbers["momentum"] else "u")))


ADAGRAD = Account(_adagrad, _SYMBOLS, {"s": "initial"})
ADADELTA = Account(_adadelta, {**_SYMBOLS, "rho": "ρ"}, {"v": 0.0, "u": 0.0})
RMSPROP = Account(_rmsprop, {**_SYMBOLS, "alpha": "α", "momentum": "μ"}, {"s": 0.0, "m": 0.0, "v": 0.0})
