"""A member's first steps, taken once more and measured: training itself keeps no gradients and measures no steps."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pellucid.doctor.facts import StepSample
from pellucid.doctor.own.modules import embedded, layer_names
from pellucid.networks import Tensors
from pellucid.records import Recipe, TargetSpec
from pellucid.shapes import Array, Codes, RowNumbers
from pellucid.training import Setting, StackRows, TrainingData
from pellucid.training.course import Course
from pellucid.training.engines import start_engine
from pellucid.training.randomness import StackNoise
from pellucid.training.regularising import Regulariser
from pellucid.training.settling import Settled, settle
from pellucid.training.stack import Stack

__all__ = ["FirstSteps", "first_steps"]

STEPS = 12
"""Steps that are measured: the rules want ten, and the first ones are the largest."""
MOST_UNITS = 4096
"""Units of a batch that is still taken as it is; of larger ones so many are taken."""
MANY_UNITS = 1 << 16
"""Units that an epoch is laid out for, at most."""


@dataclass(frozen=True)
class FirstSteps:
    """What they showed.

    Attributes:
        initial: Parameters before the first step, true shapes.
        inputs: What reached the layers behind the embedding then ``[k·b, o]``.
        samples: Measured steps, parameters named by layer.
        lr: Learning rate that they were taken at.
    """

    initial: dict[str, Array]
    inputs: Tensor
    samples: list[StepSample]
    lr: float


def first_steps(
    recipe: Recipe,
    data: TrainingData,
    learns: RowNumbers,
    target: TargetSpec,
    *,
    looked_at: Tensor,
    dtype: torch.dtype,
) -> FirstSteps:
    """Take a member's first steps, at its full learning rate; gradients are those of the loss, without penalties.

    At the full rate, since a warm-up would hide that it is too high, and its first steps of 0 look like none.

    Args:
        recipe: The member's.
        data: The encoded table.
        learns: Units that it learned from.
        target: What it learned.
        looked_at: Units to embed before the first step ``[b]``.
        dtype: Of its parameters.
    """
    plain = recipe.replace(schedule="constant", patience=None)
    settled = settle(plain, data, target)
    stack = _stack(settled, data, learns, dtype)
    initial = stack.parameters.arrays(0)
    inputs = embedded(stack.network, stack.parameters.views, data, looked_at.unsqueeze(0))[0]
    most = MOST_UNITS if settled.batch_size > MOST_UNITS else MANY_UNITS
    if len(learns) > most:
        chosen = np.linspace(0, len(learns) - 1, most).astype(np.int64)
        stack = _stack(settled, data, learns[chosen], dtype)
        stack.parameters.load(0, initial)
    samples = _measured(stack)
    return FirstSteps(initial, inputs, samples, settled.numbers["lr"])


def _stack(settled: Settled, data: TrainingData, learns: RowNumbers, dtype: torch.dtype) -> Stack:
    rows = StackRows((learns,), (np.arange(0),))
    return Course([settled], data, rows, Setting(dtype), ("batched", "")).begun([0])


def _measured(stack: Stack) -> list[StepSample]:
    meter = _Meter(stack)
    stack.regulariser = _Watched(stack.regulariser, meter)
    engine = start_engine(stack, "batched")
    for _ in range(STEPS):
        stack.run_epoch(engine, meter)
        meter.look()
        if len(meter.samples) >= STEPS:
            break
        stack.held.epochs[:] += 1
    return meter.samples


class _Meter:
    """Asked before each step whether to stop, it looks at what the step before has done."""

    def __init__(self, stack: Stack) -> None:
        self.samples: list[StepSample] = []
        self._stack = stack
        self._before: dict[str, Tensor] = {}
        self._gradient: dict[str, float | None] = {}
        self._is_begun = False
        names = layer_names(stack.network.spec(0))
        own = [spec for spec in stack.network.parameters if spec.kind != "statistic"]
        self._names = {spec.name: _named(spec.name, names) for spec in own}
        self._sizes = {self._names[spec.name]: math.prod(spec.true_shape) for spec in own}

    def __call__(self) -> bool:
        self.look()
        self._is_begun = len(self.samples) < STEPS
        if self._is_begun:
            views = self._stack.parameters.views
            self._before = {name: views[name].clone() for name in self._names}
            self._gradient = {}
        return not self._is_begun

    def see(self, gradients: Tensors) -> None:
        """Take down the step's gradients before anything is made of them: an update works in their memory."""
        if not self._gradient:  # a line search looks several times
            self._gradient = {shown: float(gradients.views[name].norm()) for name, shown in self._names.items()}

    def look(self) -> None:
        """Take down the step that was begun last, if it has not been yet."""
        if not self._is_begun:
            return
        self._is_begun = False
        now = self._stack.parameters.views
        weight, moved = {}, {}
        for name, shown in self._names.items():
            weight[shown] = float(self._before[name].norm())
            moved[shown] = float((now[name] - self._before[name]).norm())
        self.samples.append(StepSample(len(self.samples) + 1, self._gradient, weight, moved, self._sizes))


class _Watched(Regulariser):
    """Stands where gradients become updates, and lets the meter look first."""

    def __init__(self, own: Regulariser, meter: _Meter) -> None:
        vars(self).update(vars(own))
        self.is_idle = False  # it wants to be asked
        self._meter = meter

    def change_gradients(self, parameters: Tensors, gradients: Tensors, noise: StackNoise, steps: Codes) -> None:
        """Look, then do what is to be done."""
        self._meter.see(gradients)
        super().change_gradients(parameters, gradients, noise, steps)


def _named(parameter: str, layers: list[str]) -> str:
    layer, _, own = parameter.partition(".")
    return f"{layers[int(layer)]}.{own}"
