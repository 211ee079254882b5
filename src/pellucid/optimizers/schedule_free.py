"""Schedule-free AdamW: averaging in place of a schedule.

Defazio et al. (2024), "The road less scheduled", arXiv 2405.15682, algorithm 1 with the bias correction inside v̂, as in
the authors' package schedulefree 1.4. Gradients are taken at y, which is what the stack trains; predictions are made
with the average x.
"""

from collections.abc import Mapping

import numpy as np
import torch

from pellucid.catalogue import Parameter, Value
from pellucid.optimizers.adam import BETA2
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Hyper, Spread, powers, spread
from pellucid.optimizers.optimizer import AbstractRule, Again, Stacked, pieces
from pellucid.optimizers.ranges import beta, eps, lr, weight_decay

__all__ = ["SCHEDULE_FREE_ADAMW"]


class ScheduleFreeAdamW(AbstractRule):
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

    def update(self, parameters: Stacked, gradients: Stacked, hyper: Hyper, again: Again | None = None) -> None:
        """One step; see the class."""
        first = not self.steps.any()
        self.steps += 1
        beta1, beta2 = hyper["beta1"], hyper["beta2"]
        rate = hyper["lr"] * np.minimum(1.0, self.steps / np.maximum(hyper["warmup_steps"], 1.0))
        largest = np.maximum(rate, self.own["largest_rate"])
        weight = powers(self.steps * 1.0, hyper["r"]) * powers(largest, hyper["weight_lr_power"])
        weights = self.own["weights"] + weight
        # A rate of 0 at the very first steps: nothing has moved, and nothing is averaged.
        share = np.divide(weight, weights, out=np.zeros_like(weight), where=weights > 0)
        self.own = {"largest_rate": largest, "weights": weights, "beta1": beta1.copy()}
        numbers = {
            "beta2": beta2,
            "rest2": 1.0 - beta2,
            "correction": np.sqrt(1.0 - powers(beta2, self.steps)),
            "eps": hyper["eps"],
            "decay": hyper["weight_decay"],
            "rate": rate,
            "share": share,
            "pull": rate * (1.0 - beta1 * (1.0 - share)),
        }
        uniform = hyper.uniform and Hyper.agree(*numbers.values())
        spreads = Spread(numbers, uniform=uniform)
        for group, (y, g, square, z) in pieces(uniform, parameters, gradients, *self.state.values()):
            n = spreads.fit(y)
            if first:
                z.copy_(y)
            square.mul_(n["beta2"]).add_((g * g).mul_(n["rest2"]))
            u = g.div_(torch.sqrt(square).div_(n["correction"]).add_(n["eps"])).mul_(group.lr_factor)
            if group.decays and hyper["weight_decay"].any():
                u.add_(y * n["decay"])
            y.add_((z - y).mul_(n["share"])).sub_(u * n["pull"])
            z.sub_(u.mul_(n["rate"]))

    def evaluation(self, parameters: Stacked) -> Stacked | None:
        """The average x."""
        if not self.steps.all():
            return None
        uniform = Hyper.agree(self.own["beta1"])
        found = parameters.take(range(parameters.members))
        for _, (y, z) in pieces(False, found, self.state["z"]):
            y.sub_(z).div_(spread(self.own["beta1"], y, uniform=uniform)).add_(z)
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
