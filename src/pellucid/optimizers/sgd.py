"""Stochastic gradient descent, with momentum and Nesterov's look-ahead (Sutskever et al. 2013; torch's form)."""

from collections.abc import Sequence
from typing import Self

import numpy as np

from pellucid.optimizers.hyper import Hyper, spread
from pellucid.optimizers.optimizer import AbstractOptimizer, Stacked, pieces

__all__ = ["SGD"]


class SGD(AbstractOptimizer):
    """g ← g + l2·p; v ← μ·v + g (v = g at the first step); p ← p − lr·v, or p − lr·(g + μ·v) for Nesterov."""

    def __init__(self, parameters: Stacked) -> None:
        self.velocity = parameters.like()
        self.steps = np.zeros(parameters.members, dtype=np.int64)

    def update(self, parameters: Stacked, gradients: Stacked, hyper: Hyper) -> None:
        """One step; see the class."""
        self.steps += 1
        uniform = hyper.uniform
        for group, (p, g, v) in pieces(uniform, parameters, gradients, self.velocity):
            lr = spread(hyper.lr * group.lr_factor, p, uniform=uniform)
            if group.decays and group.lr_factor and hyper.weight_decay.any():
                p.mul_(spread(1.0 - hyper.lr * hyper.weight_decay, p, uniform=uniform))
            if group.decays and hyper.l2.any():
                g.add_(p * spread(hyper.l2, p, uniform=uniform))
            if hyper.momentum.any():
                momentum = spread(hyper.momentum, p, uniform=uniform)
                # The velocity starts at 0, so that the first step gives v = g, as in torch.
                v.mul_(momentum).add_(g)
                g = g.add_(v * momentum) if hyper.nesterov else v
            p.sub_(g * lr)

    def take(self, members: Sequence[int]) -> Self:
        """The same rule with only these members' state."""
        taken = object.__new__(type(self))
        taken.velocity, taken.steps = self.velocity.take(members), self.steps[list(members)]
        return taken
