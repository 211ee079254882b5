"""Adam and AdamW, as lines.

Kingma & Ba (2015), algorithm 1; Loshchilov & Hutter (2019), algorithm 2; Reddi, Kale & Kumar (2018), algorithm 2, where
PyTorch corrects the largest v as it corrects v.
"""

from pellucid.explain.updates.account import Account, Formula, Formulas, Now

__all__ = ["ADAM", "MEANS", "SYMBOLS"]

SYMBOLS = {"beta1": "β_1", "beta2": "β_2", "eps": "ε", "weight_decay": "λ"}
MEANS = (Formula("m", "β_1·m + (1 − β_1)·g"), Formula("v", "β_2·v + (1 − β_2)·g²"))
"""The running means of gradient and square."""


def _lines(now: Now) -> Formulas:
    largest = (Formula("v_max", "max(v_max, v)"),) if now.structural.get("amsgrad") else ()
    corrected = (
        Formula("m̂", "m/(1 − β_1^t)"),
        Formula("v̂", "v_max/(1 − β_2^t)" if largest else "v/(1 − β_2^t)"),
    )
    return Formulas(
        (*MEANS, *largest, *corrected, *now.step("m̂/(√v̂ + ε)")),
        sentence="The gradient is measured against its usual size, so that the step is near lr whatever its scale.",
    )


ADAM = Account(_lines, SYMBOLS, {"m": 0.0, "v": 0.0, "v_max": 0.0})
