"""Averaged stochastic gradient descent: it predicts with the mean of where it has been.

Polyak & Juditsky (1992), "Acceleration of stochastic approximation by averaging"; Bottou (2012), "Stochastic gradient
descent tricks", §5.3, as in PyTorch.
"""

import numpy as np
import torch

from pellucid.catalogue import Parameter
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Hyper, Spread, powers
from pellucid.optimizers.optimizer import AbstractRule, Again, Stacked, pieces
from pellucid.optimizers.ranges import lr

__all__ = ["ASGD"]


class ASGDRule(AbstractRule):
    """η = lr/(1 + λ·lr·(t − 1))^α; p ← p − η·λ·p − η·g; a ← a + (p − a)/max(1, t − 1 − t₀)."""

    def kept(self) -> tuple[str, ...]:
        """The average."""
        return ("average",)

    def update(self, parameters: Stacked, gradients: Stacked, hyper: Hyper, again: Again | None = None) -> None:
        """One step; see the class."""
        before = self.steps.astype(np.float64)
        self.steps += 1
        decay = hyper["weight_decay"]
        rate = hyper["lr"] / powers(1.0 + decay * hyper["lr"] * before, hyper["alpha"])
        share = 1.0 / np.maximum(1.0, before - hyper["t0"])
        numbers = {"rate": rate, "shrink": 1.0 - rate * decay, "share": share, "fresh": (share == 1.0) * 1.0}
        uniform = hyper.uniform and Hyper.agree(*numbers.values())
        spreads = Spread(numbers, uniform=uniform)
        for group, (p, g, average) in pieces(uniform, parameters, gradients, self.state["average"]):
            n = spreads.fit(p)
            if group.decays and decay.any():
                p.mul_(n["shrink"])
            p.sub_(g.mul_(n["rate"]).mul_(group.lr_factor))
            # a + (p − a)·1 is p but for rounding; a step that starts the average anew takes p itself.
            average.copy_(torch.where(torch.as_tensor(n["fresh"]) > 0, p, average + (p - average).mul_(n["share"])))

    def evaluation(self, parameters: Stacked) -> Stacked | None:
        """The average."""
        if not self.steps.all():
            return None
        found = parameters.take(range(parameters.members))
        for _, (p, average) in pieces(False, found, self.state["average"]):
            p.copy_(average)
        return found


ASGD = Optimizer(
    name="asgd",
    formula="η = lr/(1 + λ·lr·(t − 1))^α; p ← p − η·(λ·p + g); predicts with the mean of p from step t₀ on",
    purpose="Gradient descent whose noise is averaged away: steps stay large and the mean comes to rest. Set t0 to the "
    "step where averaging shall begin; with PyTorch's default it hardly ever does.",
    source='Polyak & Juditsky (1992), "Acceleration of stochastic approximation by averaging"',
    aliases=("averaged_sgd", "averaged_stochastic_gradient_descent"),
    parameters=(
        lr(1e-2),
        Parameter(name="alpha", default=0.75, meaning="power with which the rate goes down", low=0.0),
        Parameter(name="t0", default=1e6, meaning="steps before averaging begins", low=0.0),
        Parameter(
            name="weight_decay",
            default=1e-4,
            meaning="λ (PyTorch's lambd): decoupled decay, and the speed with which the rate goes down",
            low=0.0,
        ),
    ),
    twin="torch.optim.ASGD",
    rule=ASGDRule,
)
