"""Adam and AdamW, each member with its own numbers and step counter.

Kingma & Ba (2015), "Adam: a method for stochastic optimization", algorithm 1; Loshchilov & Hutter (2019), "Decoupled
weight decay regularization", algorithm 2; Reddi, Kale & Kumar (2018), "On the convergence of Adam and beyond",
algorithm 2 (AMSGrad).
"""

from collections.abc import Mapping, Sequence
from weakref import ReferenceType, ref

import numpy as np
import torch
from torch import Tensor

from pellucid.optimizers.elementwise import ElementwiseSteps
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.fused import AdamInOnePass, has_one_pass
from pellucid.optimizers.hyper import Tables, powers
from pellucid.optimizers.optimizer import Stacked, Steps
from pellucid.optimizers.ranges import beta, eps, flag, lr, weight_decay
from pellucid.optimizers.spare import Spare
from pellucid.optimizers.tabled import AbstractTabled
from pellucid.shapes import Array, Codes, Floats

__all__ = ["ADAM", "ADAMW", "BETA1", "BETA2", "Adam", "adam_direction", "adam_numbers"]


def adam_numbers(beta1: Floats, beta2: Floats, eps: Floats, counts: Codes) -> dict[str, Floats]:
    """What :func:`adam_direction` needs, for one step or several, ``[…, m]`` each."""
    return {
        "beta1": beta1,
        "rest1": 1.0 - beta1,
        "beta2": beta2,
        "rest2": 1.0 - beta2,
        "eps": eps,
        "correction1": 1.0 - powers(beta1, counts),
        "correction2": np.sqrt(1.0 - powers(beta2, counts)),
    }


def adam_direction(g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare) -> Tensor:
    """The direction m̂ / (√v̂ + ε), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).

    Before it, m ← β₁·m + (1 − β₁)·g and v ← β₂·v + (1 − β₂)·g². With a third tensor of state, AMSGrad: the largest v so
    far takes the place of v.
    """
    mean, square, *rest = state
    mean.mul_(n["beta1"]).add_(torch.mul(g, n["rest1"], out=spare[0]))
    square.mul_(n["beta2"]).add_(g.mul_(g).mul_(n["rest2"]))
    for largest in rest:
        square = torch.maximum(largest, square, out=largest)
    divisor = torch.sqrt(square, out=g).div_(n["correction2"]).add_(n["eps"])
    return torch.div(mean, divisor, out=divisor).div_(n["correction1"])


class Adam(AbstractTabled):
    """p ← p − lr·m̂ / (√v̂ + ε), after decoupled decay; in one pass over memory where the kernel serves."""

    # Weak, because steps know their rule: what is in no circle is freed at once.
    _last: "ReferenceType[AdamInOnePass] | None" = None

    def kept(self) -> tuple[str, ...]:
        """Running means of gradient and square, and the largest of these for AMSGrad."""
        return ("mean", "square", "largest") if self.structural["amsgrad"] else ("mean", "square")

    def begin(self, parameters: Stacked, gradients: Stacked, tables: Tables) -> Steps:
        """The updates of an epoch."""
        if has_one_pass(parameters):
            # Most epochs make the calls of the epoch before them, with other numbers.
            last = self._last() if self._last is not None else None
            if last is None or not last.go_on(parameters, gradients, tables):
                last = AdamInOnePass(self, parameters, gradients, tables)
                self._last = ref(last)
            return last
        return ElementwiseSteps(self, adam_direction, parameters, gradients, tables)

    def numbers(self, tables: Tables, counts: Codes) -> tuple[dict[str, Floats], dict[str, Array]]:
        """Shares, guard and bias corrections."""
        return adam_numbers(tables["beta1"], tables["beta2"], tables["eps"], counts), {}

    def evaluation(self, parameters: Stacked) -> Stacked | None:
        """None: it predicts with what it trains."""
        return None


BETA1 = beta("beta1", 0.9, "share that the mean of gradients keeps; Adam's momentum")
BETA2 = beta("beta2", 0.999, "share that the mean of squared gradients keeps")

_AMSGRAD = flag("amsgrad", False, "divide by the largest mean square so far, so that steps never grow back")
_FORMULA = "m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; p ← p − lr·m̂/(√v̂ + ε), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)"

ADAM = Optimizer(
    name="adam",
    formula=_FORMULA,
    purpose="Momentum, and a step size of its own for every parameter: a gradient is measured against its usual size. "
    "A good first choice.",
    source='Kingma & Ba (2015), "Adam: a method for stochastic optimization", algorithm 1',
    parameters=(lr(1e-3), BETA1, BETA2, eps(1e-8), _AMSGRAD, weight_decay()),
    twin="torch.optim.Adam",
    rule=Adam,
    momentum="beta1",
)
ADAMW = Optimizer(
    name="adamw",
    formula=f"p ← p − lr·λ·p; {_FORMULA}",
    purpose="Adam with weight decay that its step sizes leave alone; the default.",
    source='Loshchilov & Hutter (2019), "Decoupled weight decay regularization", algorithm 2',
    parameters=(lr(1e-3), BETA1, BETA2, eps(1e-8), _AMSGRAD, weight_decay(0.01)),
    twin="torch.optim.AdamW",
    rule=Adam,
    momentum="beta1",
)
