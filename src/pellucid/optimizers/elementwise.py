"""Rules that treat every value alike: a direction for each, and one step along it."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import torch
from torch import Tensor

from pellucid.optimizers.hyper import Hyper, Number, Spread, spread
from pellucid.optimizers.optimizer import AbstractRule, Again, Piece, Stacked, pieces
from pellucid.shapes import Floats

__all__ = ["AbstractElementwise", "Direction", "shrink", "step_along"]

Direction: TypeAlias = Callable[[Tensor, Sequence[Tensor], Mapping[str, Number]], Tensor]
"""``(gradient, state tensors, numbers) → direction``, all of one shape; gradient and state may be overwritten."""


def shrink(p: Tensor, group: Piece, hyper: Hyper, *, uniform: bool) -> None:
    """Decoupled decay: p ← p − lr·weight_decay·p, with the rate before the group's factor.

    Loshchilov & Hutter (2019), "Decoupled weight decay regularization", algorithm 2, as PyTorch scales it.
    """
    if group.decays and hyper["weight_decay"].any():
        p.mul_(spread(1.0 - hyper["lr"] * hyper["weight_decay"], p, uniform=uniform))


def step_along(
    direction: Direction,
    parameters: Stacked,
    gradients: Stacked,
    state: Sequence[Stacked],
    numbers: Mapping[str, Floats],
    hyper: Hyper,
) -> None:
    """Decay, then p ← p − lr·lr_factor·direction, piece by piece.

    A direction has one rounding per operation: a fused multiply-add (``addcmul``, ``lerp``, ``add`` with a factor)
    would round differently at the ends of a run, and a member's bits would depend on its place.

    Args:
        direction: Of one piece.
        parameters: Changed in place.
        gradients: Same layout; overwritten.
        state: What the direction keeps from step to step.
        numbers: What the direction needs at this step, per member.
        hyper: The rule's own numbers, of which lr and weight_decay are used here.
    """
    uniform = hyper.uniform and Hyper.agree(*numbers.values())
    spreads = Spread(numbers, uniform=uniform)
    for group, (p, g, *kept) in pieces(uniform, parameters, gradients, *state):
        shrink(p, group, hyper, uniform=uniform)
        rate = spread(hyper["lr"] * group.lr_factor, p, uniform=uniform)
        p.sub_(torch.mul(direction(g, kept, spreads.fit(p)), rate, out=g))


class AbstractElementwise(AbstractRule):
    """A rule that says which tensors it keeps, which numbers a step needs, and the direction of one piece."""

    def update(self, parameters: Stacked, gradients: Stacked, hyper: Hyper, again: Again | None = None) -> None:
        """One step; see the class."""
        self.steps += 1
        step_along(self.direction, parameters, gradients, [*self.state.values()], self.numbers(hyper), hyper)

    @abstractmethod
    def numbers(self, hyper: Hyper) -> Mapping[str, Floats]:
        """What ``direction`` needs at this step ``[m]``; ``steps`` already counts it."""

    @abstractmethod
    def direction(self, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Number]) -> Tensor:
        """Where to go, times −1, per unit of learning rate; gradient and state may be overwritten."""

    def evaluation(self, parameters: Stacked) -> Stacked | None:
        """None: it predicts with what it trains."""
        return None
