"""Rprop: step sizes that grow while a gradient keeps its sign and shrink when it turns.

Riedmiller & Braun (1993), "A direct adaptive method for faster backpropagation learning: the RPROP algorithm", in the
form without backtracking that forgets a gradient whose sign has turned (Igel & Hüsken 2003, "Empirical evaluation of
the improved Rprop learning algorithms", iRprop−), as in PyTorch.
"""

import torch

from pellucid.catalogue import Parameter
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Hyper, Spread, spread
from pellucid.optimizers.optimizer import AbstractRule, Again, Stacked, pieces
from pellucid.optimizers.ranges import lr

__all__ = ["RPROP"]


class Rprop(AbstractRule):
    """s ← clamp(s·η₊) where g keeps its sign, clamp(s·η₋) and g ← 0 where it turns; p ← p − s·sign(g)."""

    def kept(self) -> tuple[str, ...]:
        """Step sizes, and the signs of the last gradients."""
        return ("size", "sign")

    def update(self, parameters: Stacked, gradients: Stacked, hyper: Hyper, again: Again | None = None) -> None:
        """One step; see the class."""
        self.steps += 1
        first = bool((self.steps == 1).all())
        names = ("eta_minus", "eta_plus", "step_min", "step_max")
        spreads = Spread({name: hyper[name] for name in names}, uniform=hyper.uniform)
        stacks = (parameters, gradients, self.state["size"], self.state["sign"])
        for group, (p, g, size, before) in pieces(hyper.uniform, *stacks):
            n = spreads.fit(p)
            if first:
                size.add_(spread(hyper["lr"] * group.lr_factor, p, uniform=hyper.uniform))
            # The product of signs, and not of gradients, which may be too small to have one.
            sign = torch.sign(g)
            turned = before * sign
            grown = torch.where(turned > 0, size * n["eta_plus"], size)
            changed = torch.where(turned < 0, size * n["eta_minus"], grown)
            torch.minimum(changed, torch.as_tensor(n["step_max"], dtype=p.dtype), out=size)
            torch.maximum(size, torch.as_tensor(n["step_min"], dtype=p.dtype), out=size)
            sign.masked_fill_(turned < 0, 0.0)
            before.copy_(sign)
            p.sub_(sign.mul_(size))

    def evaluation(self, parameters: Stacked) -> Stacked | None:
        """None: it predicts with what it trains."""
        return None


RPROP = Optimizer(
    name="rprop",
    formula="s ← s·η₊ while g keeps its sign, s·η₋ when it turns; p ← p − s·sign(g)",
    purpose="For all rows at every step: it looks at signs alone, so that noise would mislead it. The learning rate is "
    "the first step size; schedules of it have no effect after the first step.",
    source='Riedmiller & Braun (1993), "A direct adaptive method for faster backpropagation learning: the RPROP '
    'algorithm", eq. (4), (5)',
    aliases=("resilient_backpropagation",),
    parameters=(
        lr(1e-2, "size of the first step of every parameter"),
        Parameter(
            name="eta_minus",
            default=0.5,
            meaning="factor on the size when the sign turns",
            low=0.0,
            high=1.0,
            open_low=True,
            open_high=True,
        ),
        Parameter(name="eta_plus", default=1.2, meaning="factor while the sign stays", low=1.0, open_low=True),
        Parameter(name="step_min", default=1e-6, meaning="smallest size", low=0.0),
        Parameter(name="step_max", default=50.0, meaning="largest size", low=0.0, open_low=True),
    ),
    twin="torch.optim.Rprop",
    rule=Rprop,
    full_batch=True,
)
