"""Adamax: Adam with the largest gradient of late in place of the root mean square.

Kingma & Ba (2015), "Adam: a method for stochastic optimization", algorithm 2, with PyTorch's guard.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from pellucid.optimizers.adam import BETA1
from pellucid.optimizers.elementwise import AbstractElementwise
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Tables, powers
from pellucid.optimizers.ranges import beta, eps, lr, weight_decay
from pellucid.optimizers.spare import Spare
from pellucid.shapes import Array, Codes, Floats

__all__ = ["ADAMAX"]


class Adamax(AbstractElementwise):
    """m ← β₁·m + (1 − β₁)·g; u ← max(β₂·u, |g| + ε); p ← p − lr·m/((1 − β₁ᵗ)·u)."""

    def kept(self) -> tuple[str, ...]:
        """Running mean, and the largest size of late."""
        return ("mean", "largest")

    def numbers(self, tables: Tables, counts: Codes) -> tuple[dict[str, Floats], dict[str, Array]]:
        """Shares, guard and bias correction."""
        beta1 = tables["beta1"]
        numbers = {
            "beta1": beta1,
            "rest1": 1.0 - beta1,
            "beta2": tables["beta2"],
            "eps": tables["eps"],
            "correction": 1.0 - powers(beta1, counts),
        }
        return numbers, {}

    def direction(self, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare) -> Tensor:
        """m/((1 − β₁ᵗ)·u)."""
        mean, largest = state
        mean.mul_(n["beta1"]).add_(torch.mul(g, n["rest1"], out=spare[0]))
        torch.maximum(largest.mul_(n["beta2"]), g.abs_().add_(n["eps"]), out=largest)
        return torch.div(mean, largest, out=g).div_(n["correction"])


ADAMAX = Optimizer(
    name="adamax",
    formula="m ← β₁·m + (1 − β₁)·g; u ← max(β₂·u, |g| + ε); p ← p − lr/(1 − β₁ᵗ)·m/u",
    purpose="Adam whose steps are bounded by the learning rate: one large gradient keeps later steps small for long.",
    source='Kingma & Ba (2015), "Adam: a method for stochastic optimization", algorithm 2',
    parameters=(
        lr(2e-3),
        BETA1,
        beta("beta2", 0.999, "share that the largest gradient keeps from step to step"),
        eps(1e-8),
        weight_decay(),
    ),
    twin="torch.optim.Adamax",
    rule=Adamax,
    momentum="beta1",
)
