"""Adagrad: every parameter's steps shrink with the squares of its gradients so far.

Duchi, Hazan & Singer (2011), "Adaptive subgradient methods for online learning and stochastic optimization".
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from pellucid.catalogue import Parameter
from pellucid.optimizers.elementwise import AbstractElementwise
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Tables
from pellucid.optimizers.ranges import eps, lr, weight_decay
from pellucid.optimizers.spare import Spare
from pellucid.shapes import Array, Codes, Floats

__all__ = ["ADAGRAD"]


class Adagrad(AbstractElementwise):
    """s ← s + g²; p ← p − lr/(1 + (t − 1)·lr_decay) · g/(√s + ε)."""

    def kept(self) -> tuple[str, ...]:
        """The sum of squares."""
        return ("sum",)

    def numbers(self, tables: Tables, counts: Codes) -> tuple[dict[str, Floats], dict[str, Array]]:
        """The factor by which the rate has gone down, and the guard."""
        slowed = 1.0 + (counts - 1) * tables["lr_decay"]
        return {"slowed": slowed, "eps": tables["eps"], "start": tables["initial"]}, {}

    def direction(self, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare) -> Tensor:
        """g/(√s + ε), slowed."""
        (total,) = state
        total.add_(torch.mul(g, g, out=spare[0]))
        # What the sum is meant to begin with is a member's own number, and comes on top of it here.
        root = torch.add(total, n["start"], out=spare[0]).sqrt_()
        return g.div_(root.add_(n["eps"])).div_(n["slowed"])


ADAGRAD = Optimizer(
    name="adagrad",
    formula="s ← s + g²; p ← p − lr/(1 + (t − 1)·lr_decay) · g/(√s + ε)",
    purpose="Large steps for parameters that rarely have a gradient, ever smaller ones for the others; it may come to "
    "rest too early.",
    source='Duchi, Hazan & Singer (2011), "Adaptive subgradient methods for online learning and stochastic '
    'optimization", §1.1',
    parameters=(
        lr(1e-2),
        Parameter(name="lr_decay", default=0.0, meaning="how fast the rate itself goes down, per step", low=0.0),
        Parameter(name="initial", default=0.0, meaning="what the sum of squares begins with", low=0.0),
        eps(1e-10),
        weight_decay(),
    ),
    twin="torch.optim.Adagrad",
    rule=Adagrad,
)
