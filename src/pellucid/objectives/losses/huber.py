"""Huber's loss and its relative smooth L1: squared near zero, absolute far away."""

import torch
from torch import Tensor

from pellucid.catalogue import Parameter
from pellucid.objectives.entry import Loss, Numbers, always, nobody_knows
from pellucid.objectives.losses.distance import distance

__all__ = ["HUBER", "SMOOTH_L1"]


def _clipped(apart: Tensor, bound: Tensor) -> Tensor:
    """Distances cut off at ±bound ``[m, 1]``."""
    wide = bound.unsqueeze(2)
    return torch.minimum(torch.maximum(apart, -wide), wide)


def _huber(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """½d² for |d| ≤ δ, δ·(|d| − ½δ) beyond."""
    apart = distance(outputs, targets)
    clipped = _clipped(apart, numbers["delta"])
    # With c = d clipped to ±δ, both branches are c·(d − ½c).
    return (clipped * (apart - 0.5 * clipped)).mean(2)


def _huber_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """The distance d clipped to ±δ."""
    return _clipped(distance(outputs, targets), numbers["delta"]).div_(outputs.shape[2])


def _smooth_l1(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """½d²/β for |d| ≤ β, |d| − ½β beyond: c·(d − ½c)/β with c = d clipped to ±β."""
    beta: Tensor = numbers["beta"]
    apart = distance(outputs, targets)
    clipped = _clipped(apart, beta)
    # c/β lies within ±1: divided first, far-off distances do not overflow.
    return ((clipped / beta.unsqueeze(2)) * (apart - 0.5 * clipped)).mean(2)


def _smooth_l1_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """d/β clipped to ±1."""
    beta: Tensor = numbers["beta"]
    return _clipped(distance(outputs, targets), beta).div_(beta.unsqueeze(2)).div_(outputs.shape[2])


HUBER = Loss(
    name="huber",
    formula="½(z − y)² if |z − y| ≤ delta else delta·(|z − y| − ½·delta)",
    purpose="For numbers with some far-off rows: their pull is bounded by delta, the others count as in mse.",
    source='Huber (1964), "Robust estimation of a location parameter", eq. (2.1)',
    aliases=("HuberLoss",),
    parameters=(
        Parameter(
            name="delta",
            default=1.0,
            meaning="distance at which the parabola becomes a line, in the target's unit",
            low=0,
            open_low=True,
        ),
    ),
    twin="torch.nn.functional.huber_loss",
    reads="reals",
    targets=("regression", "count", "reconstruction"),
    outputs=lambda target, numbers: target.columns,
    needs="one per target",
    untrained="at most half the variance of the targets around 0: below ½ when they are standardised",
    expects=nobody_knows,
    link=always("identity"),
    head=always("identity"),
    form="elements",
    value=_huber,
    gradient=_huber_gradient,
)
SMOOTH_L1 = Loss(
    name="smooth_l1",
    formula="½(z − y)²/beta if |z − y| ≤ beta else |z − y| − ½·beta",
    purpose="For numbers with some far-off rows: l1 with its tip rounded off within beta; huber(delta=beta)/beta.",
    source='Girshick (2015), "Fast R-CNN", eq. (3)',
    aliases=("SmoothL1Loss",),
    parameters=(
        Parameter(
            name="beta",
            default=1.0,
            meaning="distance within which the tip is rounded off, in the target's unit; l1 is the limit 0",
            low=0,
            open_low=True,
        ),
    ),
    twin="torch.nn.functional.smooth_l1_loss",
    reads="reals",
    targets=("regression", "count", "reconstruction"),
    outputs=lambda target, numbers: target.columns,
    needs="one per target",
    untrained="less than the mean distance of the targets from 0",
    expects=nobody_knows,
    link=always("identity"),
    head=always("identity"),
    form="elements",
    value=_smooth_l1,
    gradient=_smooth_l1_gradient,
)
