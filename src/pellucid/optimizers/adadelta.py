"""Adadelta: steps measured in the parameter's own unit, by the size of its past steps.

Zeiler (2012), "ADADELTA: an adaptive learning rate method", arXiv 1212.5701.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from pellucid.optimizers.elementwise import AbstractElementwise
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Tables
from pellucid.optimizers.ranges import beta, eps, lr, weight_decay
from pellucid.optimizers.spare import Spare
from pellucid.shapes import Array, Codes, Floats

__all__ = ["ADADELTA"]


class Adadelta(AbstractElementwise):
    """v ← ρ·v + (1 − ρ)·g²; d = g·√(u + ε)/√(v + ε); u ← ρ·u + (1 − ρ)·d²; p ← p − lr·d."""

    def kept(self) -> tuple[str, ...]:
        """Running means of squared gradients and squared steps."""
        return ("square", "moved")

    def numbers(self, tables: Tables, counts: Codes) -> tuple[dict[str, Floats], dict[str, Array]]:
        """The share kept, the share replaced, and the guard."""
        return {"rho": tables["rho"], "rest": 1.0 - tables["rho"], "eps": tables["eps"]}, {}

    def direction(self, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare) -> Tensor:
        """The step d."""
        square, moved = state
        square.mul_(n["rho"]).add_(torch.mul(g, g, out=spare[0]).mul_(n["rest"]))
        size = torch.add(moved, n["eps"], out=spare[0]).sqrt_()
        step = g.mul_(size.div_(torch.add(square, n["eps"], out=spare[1]).sqrt_()))
        moved.mul_(n["rho"]).add_(torch.mul(step, step, out=spare[0]).mul_(n["rest"]))
        return step


ADADELTA = Optimizer(
    name="adadelta",
    formula="v ← ρ·v + (1 − ρ)·g²; d = g·√(u + ε)/√(v + ε); u ← ρ·u + (1 − ρ)·d²; p ← p − lr·d",
    purpose="Needs no learning rate to speak of: it finds the size of its steps, but begins with very small ones.",
    source='Zeiler (2012), "ADADELTA: an adaptive learning rate method", arXiv 1212.5701, algorithm 1',
    parameters=(
        lr(1.0, "factor on the step that the rule finds by itself"),
        beta("rho", 0.9, "share that both running means keep"),
        eps(1e-6),
        weight_decay(),
    ),
    twin="torch.optim.Adadelta",
    rule=Adadelta,
)
