"""Adam and AdamW, each member with its own numbers and step counter.

Kingma & Ba (2015), "Adam: a method for stochastic optimization", algorithm 1; Loshchilov & Hutter (2019), "Decoupled
weight decay regularization", algorithm 2.
"""

from collections.abc import Sequence
from typing import Self

import numpy as np
import torch

from pellucid.optimizers.fused import adam_in_one_pass, has_one_pass
from pellucid.optimizers.hyper import Hyper, spread
from pellucid.optimizers.optimizer import AbstractOptimizer, Stacked, pieces

__all__ = ["Adam"]


class Adam(AbstractOptimizer):
    """m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; p ← p − lr·m̂ / (√v̂ + ε), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).

    Before it, l2 adds to the gradient (Adam) and weight decay shrinks the parameter by lr·decay (AdamW).
    """

    def __init__(self, parameters: Stacked) -> None:
        self.mean, self.square = parameters.like(), parameters.like()
        self.steps = np.zeros(parameters.members, dtype=np.int64)
        self.in_one_pass = has_one_pass(parameters)

    def update(self, parameters: Stacked, gradients: Stacked, hyper: Hyper) -> None:
        """One step; see the class."""
        self.steps += 1
        if self.in_one_pass:
            adam_in_one_pass(parameters, gradients, self.mean, self.square, self.steps, hyper)
            return
        uniform = hyper.uniform and Hyper.agree(self.steps)
        correction1 = 1.0 - hyper.beta1**self.steps
        correction2 = np.sqrt(1.0 - hyper.beta2**self.steps)
        for group, (p, g, m, v) in pieces(uniform, parameters, gradients, self.mean, self.square):
            if group.decays and group.lr_factor and hyper.weight_decay.any():
                p.mul_(spread(1.0 - hyper.lr * hyper.weight_decay, p, uniform=uniform))
            if group.decays and hyper.l2.any():
                g.add_(p * spread(hyper.l2, p, uniform=uniform))
            m.mul_(spread(hyper.beta1, p, uniform=uniform)).add_(g * spread(1.0 - hyper.beta1, p, uniform=uniform))
            # One rounding per operation everywhere: fused multiply-adds would round differently at the ends of a run.
            g.mul_(g).mul_(spread(1.0 - hyper.beta2, p, uniform=uniform))
            v.mul_(spread(hyper.beta2, p, uniform=uniform)).add_(g)
            divisor = torch.sqrt(v, out=g).div_(spread(correction2, p, uniform=uniform))
            divisor.add_(spread(hyper.eps, p, uniform=uniform))
            step = torch.div(m, divisor, out=divisor)
            p.sub_(step.mul_(spread(hyper.lr * group.lr_factor / correction1, p, uniform=uniform)))

    def take(self, members: Sequence[int]) -> Self:
        """The same rule with only these members' state."""
        taken = object.__new__(type(self))
        taken.mean, taken.square = self.mean.take(members), self.square.take(members)
        taken.steps, taken.in_one_pass = self.steps[list(members)], self.in_one_pass
        return taken
