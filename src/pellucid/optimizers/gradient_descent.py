"""Gradient descent, with momentum and with Nesterov's look-ahead.

Robbins & Monro (1951), "A stochastic approximation method"; Polyak (1964), "Some methods of speeding up the convergence
of iteration methods"; Sutskever et al. (2013), "On the importance of initialization and momentum in deep learning", in
PyTorch's form, whose velocity is not yet multiplied by the learning rate.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np
from torch import Tensor

from pellucid.catalogue import Parameter, Value
from pellucid.optimizers.elementwise import AbstractElementwise
from pellucid.optimizers.entry import Optimizer
from pellucid.optimizers.hyper import Tables
from pellucid.optimizers.optimizer import Stacked
from pellucid.optimizers.ranges import flag, lr, momentum, weight_decay
from pellucid.optimizers.spare import Spare
from pellucid.optimizers.tabled import running
from pellucid.optimizers.velocity import moved_by, velocity_numbers
from pellucid.shapes import Array, Codes, Floats

__all__ = ["GRADIENT_DESCENT", "MOMENTUM", "NESTEROV"]


class AbstractDescent(AbstractElementwise):
    """v ← μ·v + (1 − dampening)·g (v = g at first); p ← p − lr·v, or p − lr·(g + μ·v) where it looks ahead."""

    def __init__(self, parameters: Stacked, structural: Mapping[str, Value]) -> None:
        super().__init__(parameters, structural)
        # Which members have had any momentum so far.
        self.own = {"had": np.zeros(parameters.members, dtype=bool)}

    @property
    @abstractmethod
    def ahead(self) -> bool:
        """Whether it takes the gradient's step on top of the velocity's."""

    def kept(self) -> tuple[str, ...]:
        """The velocity."""
        return ("velocity",)

    def numbers(self, tables: Tables, counts: Codes) -> tuple[dict[str, Floats], dict[str, Array]]:
        """Velocity's factors; the first gradient enters it undamped."""
        had = running(np.logical_or, self.own["had"], tables["momentum"] > 0)
        before = np.concatenate([self.own["had"][None], had[:-1]])
        share = np.where(before, 1.0 - tables.get("dampening", 0.0), 1.0)
        return velocity_numbers(tables["momentum"], share), {"had": had}

    def direction(self, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare) -> Tensor:
        """The velocity."""
        return moved_by(g, state[0], n, spare, ahead=self.ahead)


class GradientDescent(AbstractDescent):
    """Looks ahead if it is told to."""

    @property
    def ahead(self) -> bool:
        """The flag ``nesterov``."""
        return bool(self.structural["nesterov"])


class Momentum(AbstractDescent):
    """Follows the velocity."""

    ahead = False


class Nesterov(AbstractDescent):
    """Looks ahead."""

    ahead = True


_DAMPENING = Parameter(
    name="dampening", default=0.0, meaning="share of a gradient that is kept out of the velocity", low=0.0, high=1.0
)

GRADIENT_DESCENT = Optimizer(
    name="gradient_descent",
    formula="p ← p − lr·g; with momentum μ: v ← μ·v + (1 − dampening)·g, p ← p − lr·v",
    purpose="The plainest rule, and the base of the others. All rows, a few or one per step are batch, mini-batch and "
    "stochastic gradient descent; give momentum for all but the simplest problems.",
    source='Robbins & Monro (1951), "A stochastic approximation method"',
    aliases=("SGD", "stochastic_gradient_descent", "batch_gradient_descent", "mini_batch_gradient_descent"),
    parameters=(
        lr(1e-3),
        momentum(),
        _DAMPENING,
        flag("nesterov", False, "look ahead: follow g + μ·v"),
        weight_decay(),
    ),
    twin="torch.optim.SGD",
    rule=GradientDescent,
    momentum="momentum",
)
MOMENTUM = Optimizer(
    name="momentum",
    formula="v ← μ·v + (1 − dampening)·g; p ← p − lr·v",
    purpose="Gradient descent that keeps going: steps along a valley add up, those across it cancel.",
    source='Polyak (1964), "Some methods of speeding up the convergence of iteration methods", eq. (9)',
    aliases=("heavy_ball", "classical_momentum", "sgd_momentum"),
    parameters=(lr(1e-3), momentum(0.9), _DAMPENING, weight_decay()),
    twin="torch.optim.SGD",
    rule=Momentum,
    momentum="momentum",
)
NESTEROV = Optimizer(
    name="nesterov",
    formula="v ← μ·v + g; p ← p − lr·(g + μ·v)",
    purpose="Momentum that looks ahead: it sees where the velocity leads before it corrects, and overshoots less.",
    source='Sutskever et al. (2013), "On the importance of initialization and momentum in deep learning", eq. (3), (4)',
    aliases=("nag", "nesterov_momentum", "sgd_nesterov"),
    parameters=(lr(1e-3), momentum(0.9), weight_decay()),
    twin="torch.optim.SGD",
    rule=Nesterov,
    momentum="momentum",
)
