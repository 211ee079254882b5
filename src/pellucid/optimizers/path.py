"""Rules on a function of two numbers: the paths that pictures of descents show, by the same stacked updates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
import torch
from torch import Tensor

from pellucid.optimizers.entry import ChosenOptimizer
from pellucid.optimizers.optimizer import Again, Stacked
from pellucid.optimizers.stack import StackOptimizer
from pellucid.shapes import Floats

__all__ = ["Gradient", "Height", "descend_together"]

Gradient: TypeAlias = Callable[[Floats, int], Floats]
"""``(points [m, 2], number of the step, from 0) → gradients [m, 2]``."""
Height: TypeAlias = Callable[[Floats], Floats]
"""``points [m, 2] → values [m]``."""


@dataclass(frozen=True)
class _Point:
    """What a parameter of a network would say of itself."""

    name: str = "point"
    kind: str = "weight"
    true_shape: tuple[int, ...] = (1, 2)


@dataclass(frozen=True)
class _All:
    """The only group."""

    names: tuple[str, ...] = ("point",)
    lr_factor: float = 1.0
    decays: bool = True
    trained: bool = True


class _Points:
    """A stack whose members have one parameter, a point of the plane; float64."""

    specs = (_Point(),)
    groups = (_All(),)
    whole = True

    def __init__(self, points: Tensor) -> None:
        self.members = len(points)
        self.points = points.reshape(-1, 1, 2).contiguous()
        self.flat = (self.points.view(-1),)
        self.views = {"point": self.points}

    def like(self) -> Self:
        return type(self)(torch.zeros_like(self.points))

    def take(self, members: Sequence[int]) -> Self:
        return type(self)(self.points[list(members)].clone())

    def slice(self, first: int, last: int) -> Self:
        return type(self)(self.points[first:last])

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        return cls(torch.cat([part.points for part in parts]))


def _where(stack: Stacked) -> Floats:
    return stack.views["point"].reshape(-1, 2).numpy().copy()


def descend_together(
    chosen: Sequence[ChosenOptimizer],
    gradient: Gradient,
    start: tuple[float, float],
    steps: int,
    *,
    height: Height | None = None,
    lr_factors: Floats | None = None,
    momenta: Floats | None = None,
) -> Floats:
    """Paths of several rules, or of one with several numbers, from the same start: ``[steps + 1, m, 2]``.

    A path is where a rule would predict: the averages of those that average. One that diverges ends in infinities or
    NaN.

    Args:
        chosen: The rules ``[m]``.
        gradient: Of the function.
        start: Where all begin.
        steps: Updates.
        height: The function; only a line search needs it.
        lr_factors: What a schedule makes of the learning rate, ``[steps]``; None: constant.
        momenta: What a schedule makes of the momentum, ``[steps]``, for the rules that have one; None: constant.

    Raises:
        ValueError: If a rule searches along lines and ``height`` is missing.
    """
    points = _Points(torch.tensor([start] * len(chosen), dtype=torch.float64))
    gradients = points.like()
    rule = StackOptimizer(chosen, points)
    rates = np.array([one.numbers["lr"] for one in chosen], dtype=np.float64)

    def look(step: int) -> None:
        gradients.points.copy_(torch.from_numpy(gradient(_where(points), step)).view(-1, 1, 2))

    def again_at(step: int) -> Again | None:
        if height is None:
            return None

        def again() -> Floats:
            look(step)
            return height(_where(points))

        return again

    tables: dict[str, Floats] = {"lr": rates * (np.ones(steps) if lr_factors is None else lr_factors[:steps])[:, None]}
    if momenta is not None:
        tables |= _moved(chosen, momenta[:steps])
    epoch = rule.begin(points, gradients, tables)
    path = [_where(points)]
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps):
            look(step)
            epoch.step(step, again_at(step))
            path.append(_where(rule.evaluation(points) or points))
    return np.stack(path)


def _moved(chosen: Sequence[ChosenOptimizer], momenta: Floats) -> dict[str, Floats]:
    """The momenta in the place where each rule has its own, ``[steps, m]``."""
    return {
        name: np.stack(
            [
                momenta if one.entry.momentum == name else np.full(len(momenta), one.numbers.get(name, np.nan))
                for one in chosen
            ],
            axis=1,
        )
        for name in {one.entry.momentum for one in chosen} - {""}
    }
