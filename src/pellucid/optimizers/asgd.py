"""Averaged stochastic gradient descent: it predicts with the mean of where it has been.

Polyak & Juditsky (1992), "Acceleration of stochastic approximation by averaging"; Bottou (2012), "Stochastic gradient
descent tricks", §5.3, as in PyTorch.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from pellucid.catalogue import Parameter
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Tables, powers
from pellucid.optimizers.optimizer import Piece, Stacked, pieces
from pellucid.optimizers.ranges import lr
from pellucid.optimizers.spare import Spare
from pellucid.optimizers.tabled import AbstractPiecewise
from pellucid.shapes import Array, Codes, Floats

__all__ = ["ASGD"]


class ASGDRule(AbstractPiecewise):
    """η = lr/(1 + λ·lr·(t − 1))^α; p ← p − η·λ·p − η·g; a ← a + (p − a)/max(1, t − 1 − t₀)."""

    def kept(self) -> tuple[str, ...]:
        """The average."""
        return ("average",)

    def numbers(self, tables: Tables, counts: Codes) -> tuple[dict[str, Floats], dict[str, Array]]:
        """Rate and decay of each step, and its share in the average."""
        before = (counts - 1).astype(np.float64)
        decay = tables["weight_decay"]
        rate = tables["lr"] / powers(1.0 + decay * tables["lr"] * before, tables["alpha"])
        share = 1.0 / np.maximum(1.0, before - tables["t0"])
        numbers: dict[str, Floats] = {"rate": rate, "shrink": 1.0 - rate * decay}
        fresh = share == 1.0
        # Steps before t₀, and the first beyond it, start the average anew.
        if not fresh.all():
            numbers |= {"share": share, "fresh": fresh * 1.0}
        return numbers, {}

    def enter(self, group: Piece, p: Tensor, state: Sequence[Tensor], lr: Tensor) -> None:
        """Nothing: the first step takes the average from the parameters anyway."""

    def move(
        self, group: Piece, p: Tensor, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare
    ) -> None:
        """One step of one piece."""
        (average,) = state
        if group.decays:
            p.mul_(n["shrink"])
        p.sub_(g.mul_(n["rate"]).mul_(group.lr_factor))
        if "share" not in n:
            average.copy_(p)
            return
        # a + (p − a)·1 is p but for rounding; a step that starts the average anew takes p itself.
        moved = torch.sub(p, average, out=spare[0]).mul_(n["share"])
        torch.where(n["fresh"] > 0, p, average.add_(moved), out=average)

    def evaluation(self, parameters: Stacked) -> Stacked | None:
        """The average, for members that have begun."""
        begun = np.flatnonzero(self.steps).tolist()
        if not begun:
            return None
        found = parameters.take(range(parameters.members))
        for _, (p, average) in pieces(False, found, self.state["average"]):
            p[begun] = average[begun]
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
