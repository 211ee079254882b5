"""RAdam: Adam that divides by v̂ only once enough steps make v̂ worth trusting.

Liu et al. (2020), "On the variance of the adaptive learning rate and beyond", algorithm 2; the divisor is used beyond
ρ = 5, as in the authors' code and in PyTorch.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from pellucid.optimizers.adam import BETA1, BETA2
from pellucid.optimizers.elementwise import AbstractElementwise
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Tables, powers
from pellucid.optimizers.ranges import eps, lr, weight_decay
from pellucid.optimizers.spare import Spare
from pellucid.shapes import Array, Codes, Floats

__all__ = ["RADAM"]

_TRUSTED = 5.0


class RAdam(AbstractElementwise):
    """Adam's m and v; p ← p − lr·m̂·r·√(1 − β₂ᵗ)/(√v + ε) where ρ > 5, else p ← p − lr·m̂.

    ρ∞ = 2/(1 − β₂) − 1; ρ = ρ∞ − 2t·β₂ᵗ/(1 − β₂ᵗ); r² = (ρ − 4)(ρ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρ).
    """

    def kept(self) -> tuple[str, ...]:
        """Running means of gradient and square."""
        return ("mean", "square")

    def numbers(self, tables: Tables, counts: Codes) -> tuple[dict[str, Floats], dict[str, Array]]:
        """Shares, guard, the factor on the mean, and whether it is divided."""
        beta1, beta2 = tables["beta1"], tables["beta2"]
        power2 = powers(beta2, counts)
        longest = 2.0 / (1.0 - beta2) - 1.0
        length = longest - 2.0 * counts * power2 / (1.0 - power2)
        divides = length > _TRUSTED
        # Members that do not divide yet have no r; any length will do in its place.
        rho, end = np.where(divides, length, 6.0), np.where(divides, longest, 6.0)
        rectified = np.sqrt((rho - 4.0) * (rho - 2.0) * end / ((end - 4.0) * (end - 2.0) * rho))
        numbers = {
            "beta1": beta1,
            "rest1": 1.0 - beta1,
            "beta2": beta2,
            "rest2": 1.0 - beta2,
            "eps": tables["eps"],
            "factor": np.where(divides, rectified * np.sqrt(1.0 - power2), 1.0) / (1.0 - powers(beta1, counts)),
            "divides": divides.astype(np.float64),
            "stays": 1.0 - divides,
        }
        return numbers, {}

    def direction(self, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare) -> Tensor:
        """The corrected mean, divided or not."""
        mean, square = state
        mean.mul_(n["beta1"]).add_(torch.mul(g, n["rest1"], out=spare[0]))
        square.mul_(n["beta2"]).add_(g.mul_(g).mul_(n["rest2"]))
        # √v + ε, or 1: multiplying by 1 and adding 0 is exact, so that neither half of a stack sees the other.
        divisor = torch.sqrt(square, out=g).add_(n["eps"]).mul_(n["divides"]).add_(n["stays"])
        return torch.div(mean, divisor, out=g).mul_(n["factor"])


RADAM = Optimizer(
    name="radam",
    formula="m, v as adam; p ← p − lr·r·m̂/(√v̂ + ε) once ρ > 5, before that p ← p − lr·m̂",
    purpose="Adam with a warm-up built in: its first steps do not trust a handful of gradients.",
    source='Liu et al. (2020), "On the variance of the adaptive learning rate and beyond", algorithm 2',
    aliases=("rectified_adam",),
    parameters=(lr(1e-3), BETA1, BETA2, eps(1e-8), weight_decay()),
    twin="torch.optim.RAdam",
    rule=RAdam,
    momentum="beta1",
)
