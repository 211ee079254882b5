"""Muon, as lines: Jordan et al. (2024); weight decay and the adjusted rate: Liu et al. (2025), arXiv 2502.16982.

The trainer orthogonalises a matrix by matrix products. Here the same iteration is made on its singular values, one by
one: a·σ + b·σ³ + c·σ⁵, which is what the products come to.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from pellucid.explain.numbers import written
from pellucid.explain.updates.account import Account, Formula, Formulas, Now
from pellucid.explain.updates.adam import MEANS
from pellucid.shapes import Array

__all__ = ["MUON", "MUON_REST"]

_ADJUSTMENTS = {"original": "√max(1, o/i)", "match_rms_adamw": "0.2·√max(i, o)", "none": "1"}


def _lines(now: Now) -> Formulas:
    ahead = (Formula("u", "(1 − μ)·g + μ·m", "looking one step ahead"),) if now.structural["nesterov"] else ()
    averaged = "u" if ahead else "m"
    adjustment = _ADJUSTMENTS[str(now.structural["adjust_lr"])]
    return Formulas(
        (
            Formula("m", "μ·m + (1 − μ)·g"),
            *ahead,
            Formula("O", f"orthogonal({averaged})", partial(_singular_values, averaged)),
            Formula("a", adjustment, f"i = {now.shape[0]}, o = {now.shape[1]}"),
            *now.step("a·O"),
        ),
        sentence="Weights of hidden layers move along the matrix whose singular values are all brought near 1; "
        "everything else moves as by AdamW.",
    )


def _singular_values(symbol: str, values: Mapping[str, Any], result: Any) -> str:
    """How the iteration changes the matrix as a whole."""
    before, after = (
        f"{written(each[-1], 3)} … {written(each[0], 3)}"
        for each in (np.linalg.svd(matrix, compute_uv=False) for matrix in (values[symbol], result))
    )
    return f"singular values {before} of the whole matrix become {after}"


def _orthogonal(now: Now) -> Mapping[str, Callable[[Array], Array]]:
    coefficients, iterations = now.structural["coefficients"], now.structural["iterations"]
    assert isinstance(coefficients, tuple) and isinstance(iterations, int)
    a, b, c = coefficients

    def orthogonal(matrix: Array) -> Array:
        left, values, right = np.linalg.svd(matrix, full_matrices=False)
        values = values / max(float(np.sqrt((matrix**2).sum())), now.numbers["eps"])
        for _ in range(iterations):
            values = a * values + b * values**3 + c * values**5
        found: Array = (left * values) @ right
        return found

    return {"orthogonal": orthogonal}


def _rest(now: Now) -> Formulas:
    factor = "" if now.numbers["adamw_lr_factor"] == 1.0 else "k·"
    corrected = (Formula("m̂", "m/(1 − β_1^t)"), Formula("v̂", "v/(1 − β_2^t)"))
    return Formulas((*MEANS, *corrected, *now.step(f"{factor}m̂/(√v̂ + ε)")))


_SYMBOLS = {
    "momentum": "μ",
    "weight_decay": "λ",
    "adamw_lr_factor": "k",
    "adamw_beta1": "β_1",
    "adamw_beta2": "β_2",
    "adamw_eps": "ε",
    "eps": "ε_0",
}
MUON = Account(_lines, _SYMBOLS, {"m": 0.0}, whole=_orthogonal)
"""Weights of hidden layers."""
MUON_REST = Account(_rest, _SYMBOLS, {"m": 0.0, "v": 0.0})
"""Everything else."""
