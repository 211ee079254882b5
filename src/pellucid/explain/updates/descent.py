"""Gradient descent, momentum and Nesterov's rule, as lines.

Robbins & Monro (1951); Polyak (1964), eq. (9); Sutskever et al. (2013), eq. (3), (4), in PyTorch's form, whose velocity
is not yet multiplied by the learning rate and begins with the whole first gradient.
"""

from pellucid.explain.updates.account import Account, Formula, Formulas, Now

__all__ = ["GRADIENT_DESCENT", "MOMENTUM", "NESTEROV"]

_SYMBOLS = {"momentum": "μ", "dampening": "dampening", "weight_decay": "λ"}


def _lines(now: Now, *, ahead: bool) -> Formulas:
    if not now.numbers["momentum"]:
        return Formulas(now.step("g"))
    damped = now.numbers.get("dampening", 0.0) and now.t > 1
    velocity = Formula("v", "μ·v + (1 − dampening)·g" if damped else "μ·v + g")
    return Formulas((velocity, *now.step("(g + μ·v)" if ahead else "v")))


def _plain(now: Now) -> Formulas:
    return _lines(now, ahead=bool(now.structural["nesterov"]))


def _momentum(now: Now) -> Formulas:
    return _lines(now, ahead=False)


def _nesterov(now: Now) -> Formulas:
    return _lines(now, ahead=True)


GRADIENT_DESCENT = Account(_plain, _SYMBOLS, {"v": 0.0})
MOMENTUM = Account(_momentum, _SYMBOLS, {"v": 0.0})
NESTEROV = Account(_nesterov, _SYMBOLS, {"v": 0.0})
