"""Adam in one pass over memory, by torch's fused kernel, for members that may differ in every number.

The element-wise form in ``adam`` reads and writes memory eleven times a step. The kernel does it once, but takes one
learning rate and one decay. So it is called for directions alone: with a learning rate and a decay of 1 it takes
everything away from what it updates before it adds −m̂/(√v̂ + ε), and what it updates is the gradient itself, which it
has read by then. Rates and decay are applied after it, per member (measured for 128 members of 1,344 parameters whose
rates differ: 1.4 µs a member, against 60 µs with one call for each).

Runs of members that differ in β₁, β₂ or ε need a call each, those that differ in their step count alone a piece of the
call for each parameter (128 members in 8 runs: 1.6 µs a member, each at a step of its own: 6.9 µs).
The arithmetic is the same whatever differs, so that a member's bits depend on its own numbers alone.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from pellucid.optimizers.along import Along
from pellucid.optimizers.hyper import Tables
from pellucid.optimizers.neighbours import joined
from pellucid.optimizers.optimizer import Stacked, moving
from pellucid.optimizers.per_step import PerStep
from pellucid.optimizers.tabled import AbstractSteps, AbstractTabled, Progress, counted
from pellucid.shapes import Codes, Floats

__all__ = ["AdamInOnePass", "has_one_pass"]


_COUNT = "count"


def has_one_pass(parameters: Stacked) -> bool:
    """Whether the kernel serves these tensors: float32, where it gives a member the same bits in any company."""
    dtypes = {view.dtype for view in parameters.views.values()}
    return dtypes == {torch.float32} and hasattr(torch, "_fused_adamw_")


class _Call(NamedTuple):
    """The runs of members that agree in β₁, β₂ and ε: one call of the kernel a step."""

    gradients: list[Tensor]
    means: list[Tensor]
    squares: list[Tensor]
    largest: list[Tensor]
    counts: list[Tensor]
    beta1: list[float]
    beta2: list[float]
    eps: list[float]


class AdamInOnePass(AbstractSteps):
    """The steps of an epoch; the same arithmetic as ``adam_direction``, rounded as the kernel rounds it."""

    def __init__(self, rule: AbstractTabled, parameters: Stacked, gradients: Stacked, tables: Tables) -> None:
        betas, counts = _betas(tables), counted(rule.steps, len(tables["lr"]))
        key = np.concatenate(betas)
        differs = (key[:, 1:] != key[:, :-1]).any(axis=0) | (rule.steps[1:] != rule.steps[:-1])
        bounds = [0, *(np.flatnonzero(differs) + 1).tolist(), parameters.members]
        stay = all((table == table[:1]).all() for table in betas)
        super().__init__(
            PerStep(_numbers(parameters, tables, counts), next(iter(parameters.views.values()))),
            Progress(rule, counts, {}),
            # β₁, β₂ and ε are arguments of the kernel.
            calls=(key[:: len(counts)].tobytes(), tuple(bounds)) if stay else None,
        )
        self._rule, self._stacks, self._betas = rule, (parameters, gradients), betas
        each_count = self.numbers.each(_COUNT)
        stacks = (gradients, *rule.state.values())
        runs = _runs(stacks, bounds)
        self._calls: list[_Call] = []
        calls: dict[bytes, _Call] = {}
        for run, first in enumerate(bounds[:-1]):
            same = key[:, first].tobytes()
            if same not in calls:
                calls[same] = _Call([], [], [], [], [], *(table[:, first].tolist() for table in betas))
            call = calls[same]
            # Without AMSGrad there is no list of the largest squares.
            for have, more in zip((call.gradients, call.means, call.squares, call.largest), runs[run], strict=False):
                have.extend(more)
            call.counts.extend([each_count[first]] * len(runs[run][0]))
        self._calls = [call for call in calls.values() if call.gradients]
        self._along = Along(parameters, gradients, self.numbers, negated=True)

    def go_on(self, parameters: Stacked, gradients: Stacked, tables: Tables) -> bool:
        """Become the steps of another epoch; False, and nothing done, if that would take other calls."""
        same = all(np.array_equal(one, other) for one, other in zip(self._betas, _betas(tables), strict=True))
        if not same or self._stacks[0] is not parameters or self._stacks[1] is not gradients:
            return False
        # Members' counts differ as before: they all make the same steps.
        counts = counted(self._rule.steps, len(tables["lr"]))
        if not self.numbers.go_on(_numbers(parameters, tables, counts)):
            return False
        self._progress = Progress(self._rule, counts, {})
        return True

    def apply(self, number: int) -> None:
        """See the class."""
        for call in self._calls:
            torch._fused_adamw_(
                call.gradients,
                call.gradients,
                call.means,
                call.squares,
                call.largest,
                call.counts,
                lr=1.0,
                beta1=call.beta1[number],
                beta2=call.beta2[number],
                weight_decay=1.0,
                eps=call.eps[number],
                amsgrad=bool(call.largest),
                maximize=False,
            )
        self._along.step()


def _betas(tables: Tables) -> tuple[Floats, Floats, Floats]:
    """β₁, β₂ and ε, ``[steps, m]``."""
    return tables["beta1"], tables["beta2"], tables["eps"]


def _numbers(parameters: Stacked, tables: Tables, counts: Codes) -> dict[str, Floats]:
    return {_COUNT: counts.astype(np.float64), **Along.numbers(parameters, tables)}


def _runs(stacks: Sequence[Stacked], bounds: Sequence[int]) -> list[list[list[Tensor]]]:
    """Per run of members and per stack, the tensors that move: flat buffers if one run is all."""
    groups = [(number, group) for number, group in enumerate(stacks[0].groups) if moving(group)]
    if len(bounds) == 2 and all(stack.whole for stack in stacks):
        flat = joined([tuple(stack.flat[number] for stack in stacks) for number, _ in groups])
        return [[list(each) for each in zip(*flat, strict=True)] or [[] for _ in stacks]]
    lengths = [last - first for first, last in pairwise(bounds)]
    names = [name for _, group in groups for name in group.names]
    parts = [[torch.split(stack.views[name], lengths) for name in names] for stack in stacks]
    return [[[tensor[run] for tensor in stack] for stack in parts] for run in range(len(lengths))]
