"""Lion: steps of one size, of which only the sign is chosen.

Chen et al. (2023), "Symbolic discovery of optimization algorithms", arXiv 2302.06675, algorithm 2.
"""

from collections.abc import Mapping, Sequence

from torch import Tensor

from pellucid.optimizers.elementwise import AbstractElementwise
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Hyper, Number
from pellucid.optimizers.ranges import beta, lr, weight_decay
from pellucid.shapes import Floats

__all__ = ["LION"]


class Lion(AbstractElementwise):
    """p ← p − lr·sign(β₁·m + (1 − β₁)·g); m ← β₂·m + (1 − β₂)·g."""

    def kept(self) -> tuple[str, ...]:
        """The running mean of gradients."""
        return ("mean",)

    def numbers(self, hyper: Hyper) -> Mapping[str, Floats]:
        """The shares."""
        beta1, beta2 = hyper["beta1"], hyper["beta2"]
        return {"beta1": beta1, "rest1": 1.0 - beta1, "beta2": beta2, "rest2": 1.0 - beta2}

    def direction(self, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Number]) -> Tensor:
        """The sign."""
        (mean,) = state
        sign = (mean * n["beta1"]).add_(g * n["rest1"]).sign_()
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
