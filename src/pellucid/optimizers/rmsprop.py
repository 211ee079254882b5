"""RMSprop: gradients divided by their usual size.

Tieleman & Hinton (2012), "Lecture 6.5: rmsprop", COURSERA; centred as in Graves (2013), "Generating sequences with
recurrent neural networks", arXiv 1308.0850, eq. (38)-(41), with PyTorch's guard outside the root.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from pellucid.optimizers.elementwise import AbstractElementwise
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Tables
from pellucid.optimizers.ranges import beta, eps, flag, lr, momentum, weight_decay
from pellucid.optimizers.spare import Spare
from pellucid.optimizers.velocity import moved_by, velocity_numbers
from pellucid.shapes import Array, Codes, Floats

__all__ = ["RMSPROP"]


class RMSprop(AbstractElementwise):
    """s ← α·s + (1 − α)·g²; u = g/(√s + ε), centred: √(s − mean(g)²); v ← μ·v + u; p ← p − lr·v."""

    def kept(self) -> tuple[str, ...]:
        """Velocity, running mean of squares, and of gradients where it is centred."""
        return ("velocity", "square", "mean") if self.structural["centered"] else ("velocity", "square")

    def numbers(self, tables: Tables, counts: Codes) -> tuple[dict[str, Floats], dict[str, Array]]:
        """The running means' shares, the guard and the velocity's factors."""
        own = {"alpha": tables["alpha"], "rest": 1.0 - tables["alpha"], "eps": tables["eps"]}
        return {**own, **velocity_numbers(tables["momentum"])}, {}

    def direction(self, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare) -> Tensor:
        """The velocity, or u where a member has no momentum."""
        velocity, square, *means = state
        square.mul_(n["alpha"]).add_(torch.mul(g, g, out=spare[0]).mul_(n["rest"]))
        variance = square
        for mean in means:
            mean.mul_(n["alpha"]).add_(torch.mul(g, n["rest"], out=spare[0]))
            # Rounding can make a variance of nothing slightly negative.
            variance = torch.sub(square, torch.mul(mean, mean, out=spare[0]), out=spare[0]).clamp_(min=0.0)
        root = torch.sqrt(variance, out=spare[0])
        return moved_by(g.div_(root.add_(n["eps"])), velocity, n, spare)


RMSPROP = Optimizer(
    name="rmsprop",
    formula="s ← α·s + (1 − α)·g²; v ← μ·v + g/(√s + ε); p ← p − lr·v",
    purpose="Adagrad with a short memory: gradients are measured against their usual size of late.",
    source='Tieleman & Hinton (2012), "Lecture 6.5: rmsprop", COURSERA: Neural networks for machine learning',
    aliases=("rms_prop",),
    parameters=(
        lr(1e-2),
        beta("alpha", 0.99, "share that the running mean of squares keeps"),
        eps(1e-8),
        momentum(),
        flag("centered", False, "measure against the spread of gradients instead of their size"),
        weight_decay(),
    ),
    twin="torch.optim.RMSprop",
    rule=RMSprop,
    momentum="momentum",
)
