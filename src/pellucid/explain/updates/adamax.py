"""Adamax, as lines: Kingma & Ba (2015), algorithm 2, with PyTorch's guard inside the maximum."""

from pellucid.explain.updates.account import Account, Formula, Formulas, Now
from pellucid.explain.updates.adam import MEANS, SYMBOLS

__all__ = ["ADAMAX"]


def _lines(now: Now) -> Formulas:
    largest = Formula("u", "max(β_2·u, |g| + ε)")
    return Formulas(
        (MEANS[0], largest, *now.step("m/((1 − β_1^t)·u)")),
        sentence="The gradient is measured against its largest size of late.",
    )


ADAMAX = Account(_lines, SYMBOLS, {"m": 0.0, "u": 0.0})
