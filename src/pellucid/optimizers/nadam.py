"""NAdam: Adam with Nesterov's look-ahead.

Dozat (2016), "Incorporating Nesterov momentum into Adam", algorithm 2 and the schedule of §3.3, as in PyTorch.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from pellucid.catalogue import Parameter, Value
from pellucid.optimizers.adam import BETA1, BETA2
from pellucid.optimizers.elementwise import AbstractElementwise
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Tables, powers
from pellucid.optimizers.optimizer import Stacked
from pellucid.optimizers.ranges import eps, lr, weight_decay
from pellucid.optimizers.spare import Spare
from pellucid.optimizers.tabled import running
from pellucid.shapes import Array, Codes, Floats

__all__ = ["NADAM"]

# Dozat (2016), §3.3: the base of the momentum's approach to β₁.
_APPROACH = 0.96


class NAdam(AbstractElementwise):
    """Adam's m and v; p ← p − lr·((1 − μ)·g/(1 − Πμ) + μ′·m/(1 − μ′·Πμ)) / (√v̂ + ε).

    μ = β₁·(1 − ½·0.96^(t·ψ)) at this step, μ′ the same at the next one, Πμ the product of all μ so far.
    """

    def __init__(self, parameters: Stacked, structural: Mapping[str, Value]) -> None:
        super().__init__(parameters, structural)
        self.own = {"product": np.ones(parameters.members)}

    def kept(self) -> tuple[str, ...]:
        """Running means of gradient and square."""
        return ("mean", "square")

    def numbers(self, tables: Tables, counts: Codes) -> tuple[dict[str, Floats], dict[str, Array]]:
        """Shares, guard, and what gradient and mean count for."""
        beta1, beta2, rate = tables["beta1"], tables["beta2"], tables["momentum_decay"]
        approach = np.full(beta1.shape, _APPROACH)
        now = beta1 * (1.0 - 0.5 * powers(approach, counts * rate))
        following = beta1 * (1.0 - 0.5 * powers(approach, (counts + 1) * rate))
        product = running(np.multiply, self.own["product"], now)
        numbers = {
            "beta1": beta1,
            "rest1": 1.0 - beta1,
            "beta2": beta2,
            "rest2": 1.0 - beta2,
            "eps": tables["eps"],
            "correction": np.sqrt(1.0 - powers(beta2, counts)),
            "of_gradient": (1.0 - now) / (1.0 - product),
            "of_mean": following / (1.0 - product * following),
        }
        return numbers, {"product": product}

    def direction(self, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare) -> Tensor:
        """Gradient and mean, weighted, over √v̂ + ε."""
        mean, square = state
        mean.mul_(n["beta1"]).add_(torch.mul(g, n["rest1"], out=spare[0]))
        square.mul_(n["beta2"]).add_(torch.mul(g, g, out=spare[0]).mul_(n["rest2"]))
        divisor = torch.sqrt(square, out=spare[0]).div_(n["correction"]).add_(n["eps"])
        return g.mul_(n["of_gradient"]).add_(torch.mul(mean, n["of_mean"], out=spare[1])).div_(divisor)


NADAM = Optimizer(
    name="nadam",
    formula="m, v as adam; p ← p − lr·((1 − μₜ)·g/(1 − Πμ) + μₜ₊₁·m/(1 − μₜ₊₁·Πμ))/(√v̂ + ε), "
    "μₜ = β₁·(1 − ½·0.96^(t·momentum_decay))",
    purpose="Adam that looks ahead, with a momentum that grows to β₁; often a little faster than Adam at first.",
    source='Dozat (2016), "Incorporating Nesterov momentum into Adam", algorithm 2',
    parameters=(
        lr(2e-3),
        BETA1,
        BETA2,
        eps(1e-8),
        Parameter(name="momentum_decay", default=4e-3, meaning="ψ: how fast the momentum grows to β₁", low=0.0),
        weight_decay(),
    ),
    twin="torch.optim.NAdam",
    rule=NAdam,
    momentum="beta1",
)
