"""Rprop and Lion, as lines: rules that look at signs alone.

Riedmiller & Braun (1993), eq. (4), (5), in the form of Igel & Hüsken (2003), iRprop−; Chen et al. (2023), algorithm 2.
"""

from pellucid.explain.updates.account import Account, Formula, Formulas, Now

__all__ = ["LION", "RPROP"]


def _rprop(now: Now) -> Formulas:
    return Formulas(
        (
            Formula("q", "h·sign(g)", "1 where the sign is that of the last step, −1 where it has turned"),
            Formula("k", "η₊ if q > 0 else (η₋ if q < 0 else 1)"),
            Formula("s", "max(min(k·s, s_max), s_min)"),
            Formula("h", "0 if q < 0 else sign(g)"),
            Formula("Δw", "−s·h"),
            Formula("w", "w + Δw"),
        ),
        sentence="Each weight has a step size s of its own; a step whose sign has turned is left out.",
    )


def _lion(now: Now) -> Formulas:
    return Formulas(
        (
            Formula("u", "sign(β_1·m + (1 − β_1)·g)"),
            *now.step("u"),
            Formula("m", "β_2·m + (1 − β_2)·g"),
        ),
        sentence="Every weight moves by the learning rate, up or down.",
    )


RPROP = Account(
    _rprop,
    {"eta_minus": "η₋", "eta_plus": "η₊", "step_min": "s_min", "step_max": "s_max"},
    {"s": "lr", "h": 0.0},
)
LION = Account(_lion, {"beta1": "β_1", "beta2": "β_2", "weight_decay": "λ"}, {"m": 0.0})
