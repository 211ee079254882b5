"""Schedule-free AdamW: averaging in place of a schedule.

Defazio et al. (2024), "The road less scheduled", arXiv 2405.15682, algorithm 1 with the bias correction inside v̂, as in
the authors' package schedulefree 1.4. Gradients are taken at y, which is what the stack trains; predictions are made
with the average x.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from pellucid.catalogue import Parameter, Value
from pellucid.optimizers.adam import BETA2
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Tables, powers, spread
from pellucid.optimizers.optimizer import Piece, Stacked, pieces
from pellucid.optimizers.ranges import beta, eps, lr, weight_decay
from pellucid.optimizers.spare import Spare
from pellucid.optimizers.tabled import AbstractPiecewise, running
from pellucid.shapes import Array, Codes, Floats

__all__ = ["SCHEDULE_FREE_ADAMW"]


class ScheduleFreeAdamW(AbstractPiecewise):
    """u = g/(√v̂ + ε) + λ·y; z ← z − γ·u; x ← (1 − c)·x + c·z; y ← (1 − β₁)·z + β₁·x.

    γ = lr·min(1, t/warmup_steps); c is this step's share of all w so far, w = tʳ·γmaxᵖ. Only y and z are kept: x is
    z + (y − z)/β₁, and y moves by c·(z − y) + γ·(β₁·(1 − c) − 1)·u, which is the same thing.
    """

    def __init__(self, parameters: Stacked, structural: Mapping[str, Value]) -> None:
        super().__init__(parameters, structural)
        self.own = {name: np.zeros(parameters.members) for name in ("largest_rate", "weights", "beta1")}

    def kept(self) -> tuple[str, ...]:
        """Mean square of gradients, and the iterate z."""
        return ("square", "z")

    def numbers(self, tables: Tables, counts: Codes) -> tuple[dict[str, Floats], dict[str, Array]]:
        """Shares, corrections and rates, and the share of each step in the average."""
        beta1, beta2 = tables["beta1"], tables["beta2"]
        rate = tables["lr"] * np.minimum(1.0, counts / np.maximum(tables["warmup_steps"], 1.0))
        largest = running(np.maximum, self.own["largest_rate"], rate)
        weight = powers(counts * 1.0, tables["r"]) * powers(largest, tables["weight_lr_power"])
        weights = running(np.add, self.own["weights"], weight)
        # A rate of 0 at the very first steps: nothing has moved, and nothing is averaged.
        share = np.divide(weight, weights, out=np.zeros_like(weight), where=weights > 0)
        numbers = {
            "beta2": beta2,
            "rest2": 1.0 - beta2,
            "correction": np.sqrt(1.0 - powers(beta2, counts)),
            "eps": tables["eps"],
            "decay": tables["weight_decay"],
            "rate": rate,
            "share": share,
            "pull": rate * (1.0 - beta1 * (1.0 - share)),
        }
        return numbers, {"largest_rate": largest, "weights": weights, "beta1": beta1}

    def enter(self, group: Piece, p: Tensor, state: Sequence[Tensor], lr: Tensor) -> None:
        """The iterate z begins where y does."""
        state[1].copy_(p)

    def move(
        self, group: Piece, p: Tensor, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare
    ) -> None:
        """One step of one piece; p is y."""
        square, z = state
        square.mul_(n["beta2"]).add_(torch.mul(g, g, out=spare[0]).mul_(n["rest2"]))
        root = torch.sqrt(square, out=spare[0]).div_(n["correction"])
        u = g.div_(root.add_(n["eps"])).mul_(group.lr_factor)
        if group.decays:
            u.add_(torch.mul(p, n["decay"], out=spare[0]))
        p.add_(torch.sub(z, p, out=spare[0]).mul_(n["share"])).sub_(torch.mul(u, n["pull"], out=spare[0]))
        z.sub_(u.mul_(n["rate"]))

    def evaluation(self, parameters: Stacked) -> Stacked | None:
        """The average x, for members that have begun."""
        begun = np.flatnonzero(self.steps).tolist()
        if not begun:
            return None
        found = parameters.take(range(parameters.members))
        for _, (y, z) in pieces(False, found, self.state["z"]):
            shares = spread(self.own["beta1"][begun], y)
            y[begun] = y[begun].sub_(z[begun]).div_(shares).add_(z[begun])
        return found


SCHEDULE_FREE_ADAMW = Optimizer(
    name="schedule_free_adamw",
    formula="y = (1 − β₁)·z + β₁·x; z ← z − γ·(g(y)/(√v̂ + ε) + λ·y); x ← (1 − c)·x + c·z, c = γ²/Σγ²; predicts with x",
    purpose="AdamW that needs no schedule and no end to plan for: it may be stopped at any time. Use it with the "
    "schedule constant, a learning rate up to ten times AdamW's, and warmup_steps.",
    source='Defazio et al. (2024), "The road less scheduled", arXiv 2405.15682, algorithm 1',
    aliases=("AdamWScheduleFree", "schedule_free"),
    parameters=(
        lr(2.5e-3),
        beta("beta1", 0.9, "share of the average x in the point y where gradients are taken", open_low=True),
        BETA2,
        eps(1e-8),
        Parameter(name="warmup_steps", kind="whole", default=0, meaning="steps over which the rate grows to lr", low=0),
        Parameter(name="r", default=0.0, meaning="later steps count for more in the average: weight tʳ", low=0.0),
        Parameter(
            name="weight_lr_power", default=2.0, meaning="power of the rate in a step's weight in the average", low=0.0
        ),
        weight_decay(),
    ),
    rule=ScheduleFreeAdamW,
)
