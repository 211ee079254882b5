"""Optimizers and what their steps did."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch

from pellucid.doctor.facts.places import Place

__all__ = ["OptimizerSeen", "SchedulerSeen", "StepSample"]


@dataclass(frozen=True)
class StepSample:
    """A step that was measured; the first ten are, then fewer and fewer, and every step that ended in no number.

    Attributes:
        step: Of this optimizer, counted from 1.
        gradient: Norm of the gradient of every parameter that it holds, by name ("0.weight", or "group 0, number 3"
            for a parameter of no model); None where there is no gradient.
        weight: Norm of every parameter before the step.
        moved: Norm of the change that the step made.
        size: Numbers in every parameter.
    """

    step: int
    gradient: dict[str, float | None]
    weight: dict[str, float]
    moved: dict[str, float]
    size: dict[str, int]


class SchedulerSeen(NamedTuple):
    """A learning-rate scheduler.

    Attributes:
        kind: Its class, such as ``StepLR``.
        place: The line that made it.
        steps: Steps that it made.
        planned: Steps that it was made for, where it knows: ``OneCycleLR``'s ``total_steps``.
    """

    kind: str
    place: Place | None
    steps: int
    planned: int | None = None


@dataclass(slots=True, eq=False, repr=False)
class OptimizerSeen:
    """An optimizer.

    Attributes:
        optimizer: Itself, live.
        kind: Its class, such as ``AdamW``.
        place: The line that made it; None if that was before the watch began.
        step_place: The line that called ``step`` first.
        held: ``id`` of every parameter that it held at its first step, or holds, if it made none.
        first: Settings of every group before the first step (``lr``, ``weight_decay``…), without ``params``.
        rates: Learning rate of its first group at every measured step, as (step, rate).
        steps: Steps that it made.
        zeroings: Calls that zeroed its gradients (its own ``zero_grad``, a model's that has all its parameters, or
            gradients that were found None or other tensors at the next backward pass).
        zero_places: Lines that zeroed its gradients by a call of ``zero_grad``, at most 16.
        stale: Steps that used gradients which an earlier step had already used and nobody had zeroed in between, so
            that a backward pass added to them.
        checked: Steps after the first in which that was looked for.
        empty: Steps before which every gradient was None or exactly 0 (after steps with gradients the next are not
            all looked at: at most a tenth of the steps before, and 100, may be missed when they become 0).
        backwards: How many backward passes stood before a step → how many steps.
        clipped: Calls of ``clip_grad_norm_`` and ``clip_grad_value_``, as (step, place, limit, norm before, "before" or
            "after" this optimizer's step in the same round).
        schedulers: Learning-rate schedulers of it.
        samples: Measured steps.
    """

    optimizer: torch.optim.Optimizer
    kind: str
    place: Place | None = None
    step_place: Place | None = None
    held: frozenset[int] = frozenset()
    first: list[dict[str, Any]] = field(default_factory=list)
    rates: list[tuple[int, float]] = field(default_factory=list)
    steps: int = 0
    zeroings: int = 0
    zero_places: list[Place] = field(default_factory=list)
    stale: int = 0
    checked: int = 0
    empty: int = 0
    backwards: Counter[int] = field(default_factory=Counter)
    clipped: list[tuple[int, Place | None, float, float, str]] = field(default_factory=list)
    schedulers: list[SchedulerSeen] = field(default_factory=list)
    samples: list[StepSample] = field(default_factory=list)
