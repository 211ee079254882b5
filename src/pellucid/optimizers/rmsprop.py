"""RMSprop: gradients divided by their usual size.

Tieleman & Hinton (2012), "Lecture 6.5: rmsprop", COURSERA; centred as in Graves (2013), "Generating sequences with
recurrent neural networks", arXiv 1308.0850, eq. (38)-(41), with PyTorch's guard outside the root.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from pellucid.catalogue import Value
from pellucid.optimizers.elementwise import AbstractElementwise
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Hyper, Number
from pellucid.optimizers.optimizer import Stacked
from pellucid.optimizers.ranges import beta, eps, flag, lr, momentum, weight_decay
from pellucid.optimizers.velocity import moved_by, velocity_numbers
from pellucid.shapes import Floats

__all__ = ["RMSPROP"]


class RMSprop(AbstractElementwise):
    """s ← α·s + (1 − α)·g²; u = g/(√s + ε), centred: √(s − mean(g)²); v ← μ·v + u; p ← p − lr·v."""

    def __init__(self, parameters: Stacked, structural: Mapping[str, Value]) -> None:
        super().__init__(parameters, structural)
        self.own = {"has": np.zeros(parameters.members, dtype=bool)}

    def kept(self) -> tuple[str, ...]:
        """Velocity, running mean of squares, and of gradients where it is centred."""
        return ("velocity", "square", "mean") if self.structural["centered"] else ("velocity", "square")

    def numbers(self, hyper: Hyper) -> Mapping[str, Floats]:
        """The running means' shares, the guard and the velocity's factors."""
        self.own["has"] = hyper["momentum"] > 0
        own = {"alpha": hyper["alpha"], "rest": 1.0 - hyper["alpha"], "eps": hyper["eps"]}
        return {**own, **velocity_numbers(hyper["momentum"])}

    def direction(self, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Number]) -> Tensor:
        """The velocity, or u where a member has no momentum."""
        velocity, square, *means = state
        square.mul_(n["alpha"]).add_((g * g).mul_(n["rest"]))
        variance = square
        for mean in means:
            mean.mul_(n["alpha"]).add_(g * n["rest"])
            # Rounding can make a variance of nothing slightly negative.
            variance = (square - mean * mean).clamp_(min=0.0)
        return moved_by(g.div_(torch.sqrt(variance).add_(n["eps"])), velocity, n, self.own["has"])


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
