"""Rprop: step sizes that grow while a gradient keeps its sign and shrink when it turns.

Riedmiller & Braun (1993), "A direct adaptive method for faster backpropagation learning: the RPROP algorithm", in the
form without backtracking that forgets a gradient whose sign has turned (Igel & Hüsken 2003, "Empirical evaluation of
the improved Rprop learning algorithms", iRprop−), as in PyTorch.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from pellucid.catalogue import Parameter
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Tables
from pellucid.optimizers.optimizer import Piece, Stacked
from pellucid.optimizers.ranges import lr
from pellucid.optimizers.spare import Spare
from pellucid.optimizers.tabled import AbstractPiecewise
from pellucid.shapes import Array, Codes, Floats

__all__ = ["RPROP"]


class Rprop(AbstractPiecewise):
    """s ← clamp(s·η₊) where g keeps its sign, clamp(s·η₋) and g ← 0 where it turns; p ← p − s·sign(g)."""

    def kept(self) -> tuple[str, ...]:
        """Step sizes, and the signs of the last gradients."""
        return ("size", "sign")

    def numbers(self, tables: Tables, counts: Codes) -> tuple[dict[str, Floats], dict[str, Array]]:
        """Factors and limits of the sizes."""
        return {name: tables[name] for name in ("eta_minus", "eta_plus", "step_min", "step_max")}, {}

    def enter(self, group: Piece, p: Tensor, state: Sequence[Tensor], lr: Tensor) -> None:
        """The first sizes are the learning rate."""
        state[0].copy_((lr * group.lr_factor).to(p.dtype).expand_as(p))

    def move(
        self, group: Piece, p: Tensor, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare
    ) -> None:
        """One step of one piece."""
        size, before = state
        # The product of signs, and not of gradients, which may be too small to have one.
        sign = g.sign_()
        turned = before * sign
        grown = torch.where(turned > 0, size * n["eta_plus"], size)
        changed = torch.where(turned < 0, size * n["eta_minus"], grown)
        torch.minimum(changed, n["step_max"], out=size)
        torch.maximum(size, n["step_min"], out=size)
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
