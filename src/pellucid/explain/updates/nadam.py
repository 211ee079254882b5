"""NAdam, as lines: Dozat (2016), algorithm 2 with the schedule of §3.3."""

from pellucid.explain.updates.account import Account, Formula, Formulas, Now
from pellucid.explain.updates.adam import MEANS, SYMBOLS

__all__ = ["NADAM"]

_SHARED = (
    Formula("μ_t", "β_1·(1 − ½·0.96^(t·ψ))"),
    Formula("μ_{t+1}", "β_1·(1 − ½·0.96^((t + 1)·ψ))"),
    Formula("P", "P·μ_t", "the product of all μ so far"),
)


def _lines(now: Now) -> Formulas:
    return Formulas(
        (
            *MEANS,
            Formula("v̂", "v/(1 − β_2^t)"),
            Formula("m̂", "(1 − μ_t)·g/(1 − P) + μ_{t+1}·m/(1 − μ_{t+1}·P)", "the mean, looking one step ahead"),
            *now.step("m̂/(√v̂ + ε)"),
        ),
        _SHARED,
    )


NADAM = Account(_lines, {**SYMBOLS, "momentum_decay": "ψ"}, {"m": 0.0, "v": 0.0}, {"P": 1.0})
