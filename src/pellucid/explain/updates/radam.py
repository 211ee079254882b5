"""RAdam, as lines: Liu et al. (2020), algorithm 2; the divisor is trusted beyond ρ = 5, as in the authors' code."""

from pellucid.explain.updates.account import Account, Formula, Formulas, Now
from pellucid.explain.updates.adam import MEANS, SYMBOLS

__all__ = ["RADAM"]

_TRUSTED = 5.0
_LENGTHS = (
    Formula("ρ_∞", "2/(1 − β_2) − 1", "how many gradients v remembers in the end"),
    Formula("ρ", "ρ_∞ − 2·t·β_2^t/(1 − β_2^t)", "how many so far"),
)
_RECTIFIED = Formula("r", "√((ρ − 4)·(ρ − 2)·ρ_∞/((ρ_∞ − 4)·(ρ_∞ − 2)·ρ))")


def _lines(now: Now) -> Formulas:
    beta2 = now.numbers["beta2"]
    longest = 2.0 / (1.0 - beta2) - 1.0
    length = longest - 2.0 * now.t * beta2**now.t / (1.0 - beta2**now.t)
    mean = Formula("m̂", "m/(1 − β_1^t)")
    if length <= _TRUSTED:
        return Formulas(
            (*MEANS, mean, *now.step("m̂")),
            _LENGTHS,
            "So few gradients say too little of their usual size (ρ ≤ 5), so that the step is not divided by it yet.",
        )
    return Formulas(
        (*MEANS, mean, *now.step("r·m̂·√(1 − β_2^t)/(√v + ε)")),
        (*_LENGTHS, _RECTIFIED),
        "The gradient is measured against its usual size, and the step held back by r while that rests on few of them.",
    )


RADAM = Account(_lines, SYMBOLS, {"m": 0.0, "v": 0.0})
