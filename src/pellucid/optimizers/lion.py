"""Lion: steps of one size, of which only the sign is chosen.

Chen et al. (2023), "Symbolic discovery of optimization algorithms", arXiv 2302.06675, algorithm 2.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from pellucid.optimizers.elementwise import AbstractElementwise
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Tables
from pellucid.optimizers.ranges import beta, lr, weight_decay
from pellucid.optimizers.spare import Spare
from pellucid.shapes import Array, Codes, Floats

__all__ = ["LION"]


class Lion(AbstractElementwise):
    """p ← p − lr·sign(β₁·m + (1 − β₁)·g); m ← β₂·m + (1 − β₂)·g."""

    def kept(self) -> tuple[str, ...]:
        """The running mean of gradients."""
        return ("mean",)

    def numbers(self, tables: Tables, counts: Codes) -> tuple[dict[str, Floats], dict[str, Array]]:
        """The shares."""
        beta1, beta2 = tables["beta1"], tables["beta2"]
        return {"beta1": beta1, "rest1": 1.0 - beta1, "beta2": beta2, "rest2": 1.0 - beta2}, {}

    def direction(self, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare) -> Tensor:
        """The sign."""
        (mean,) = state
        sign = torch.mul(mean, n["beta1"], out=spare[0]).add_(torch.mul(g, n["rest1"], out=spare[1])).sign_()
        mean.mul_(n["beta2"]).add_(g.mul_(n["rest2"]))
        return sign


LION = Optimizer(
    name="lion",
    formula="p ← p − lr·(sign(β₁·m + (1 − β₁)·g) + λ·p); m ← β₂·m + (1 − β₂)·g",
    purpose="Every parameter moves by the learning rate, up or down; half of Adam's memory. Wants a learning rate "
    "three to ten times smaller than AdamW's, and a weight decay as much larger.",
    source='Chen et al. (2023), "Symbolic discovery of optimization algorithms", arXiv 2302.06675, algorithm 2',
    parameters=(
        lr(1e-4, "learning rate: the size of every step"),
        beta("beta1", 0.9, "share of the mean in the sign; the rest is this step's gradient"),
        beta("beta2", 0.99, "share that the mean of gradients keeps"),
        weight_decay(),
    ),
    rule=Lion,
    momentum="beta1",
)
