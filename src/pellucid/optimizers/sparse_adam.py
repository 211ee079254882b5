"""SparseAdam: Adam that leaves alone the rows of a table that a step did not look up.

PyTorch's ``torch.optim.SparseAdam``, a lazy form of Kingma & Ba (2015), algorithm 1. A row takes part in a step where
its gradient is not all zero; the moments of the others do not decay. The step count is the stack's, as in PyTorch.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from pellucid.optimizers.adam import BETA1, BETA2
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Hyper, Spread, Tables, powers, spread
from pellucid.optimizers.optimizer import AbstractRule, Again, Stacked, Steps, moving
from pellucid.optimizers.ranges import eps, lr, weight_decay
from pellucid.optimizers.step_by_step import StepByStep

__all__ = ["SPARSE_ADAM"]


class SparseAdam(AbstractRule):
    """Adam's m and v; p ← p − lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m/(√v + ε), in tables for the rows that were looked up."""

    def kept(self) -> tuple[str, ...]:
        """Running means of gradient and square."""
        return ("mean", "square")

    def update(self, parameters: Stacked, gradients: Stacked, hyper: Hyper, again: Again | None = None) -> None:
        """One step; see the class."""
        self.steps += 1
        beta1, beta2 = hyper["beta1"], hyper["beta2"]
        numbers = {
            "beta1": beta1,
            "rest1": 1.0 - beta1,
            "beta2": beta2,
            "rest2": 1.0 - beta2,
            "eps": hyper["eps"],
            "factor": np.sqrt(1.0 - powers(beta2, self.steps)) / (1.0 - powers(beta1, self.steps)),
            "shrink": 1.0 - hyper["lr"] * hyper["weight_decay"],
        }
        spreads = Spread(numbers)
        tables = {spec.name for spec in parameters.specs if spec.kind == "category"}
        for group in parameters.groups:
            if not moving(group):
                continue
            decays = group.decays and bool(hyper["weight_decay"].any())
            for name in group.names:
                p, g = parameters.views[name], gradients.views[name]
                mean, square = self.state["mean"].views[name], self.state["square"].views[name]
                rate = spread(hyper["lr"] * group.lr_factor, p)
                seen = (g != 0).any(dim=-1, keepdim=True) if name in tables else None
                _step(p, g, mean, square, spreads.fit(p), rate, decays=decays, seen=seen)

    def begin(self, parameters: Stacked, gradients: Stacked, tables: Tables) -> Steps:
        """The updates of an epoch."""
        return StepByStep(self, parameters, gradients, tables)

    def evaluation(self, parameters: Stacked) -> Stacked | None:
        """None: it predicts with what it trains."""
        return None


def _step(
    p: Tensor,
    g: Tensor,
    mean: Tensor,
    square: Tensor,
    n: Mapping[str, Tensor],
    rate: Tensor,
    *,
    decays: bool,
    seen: Tensor | None,
) -> None:
    new_mean = (mean * n["beta1"]).add_(g * n["rest1"])
    new_square = (square * n["beta2"]).add_((g * g).mul_(n["rest2"]))
    step = (new_mean / torch.sqrt(new_square).add_(n["eps"])).mul_(n["factor"]).mul_(rate)
    new_p = (p * n["shrink"] if decays else p) - step
    for old, new in ((mean, new_mean), (square, new_square), (p, new_p)):
        old.copy_(new if seen is None else torch.where(seen, new, old))


SPARSE_ADAM = Optimizer(
    name="sparse_adam",
    formula="as adam, for the rows of a category table that the batch looked up; m, v and p of the others stay",
    purpose="For category tables of which a batch sees few rows: a rare category's mean is not forgotten between its "
    "rows. Everything else is updated as by Adam.",
    source="torch.optim.SparseAdam; Kingma & Ba (2015), algorithm 1",
    aliases=("lazy_adam",),
    parameters=(lr(1e-3), BETA1, BETA2, eps(1e-8), weight_decay()),
    twin="torch.optim.SparseAdam",
    rule=SparseAdam,
    momentum="beta1",
)
