"""The compiled engine: one member's steps after the other, each wholly within the processor's nearest caches."""

from collections.abc import Callable

import numpy as np
import torch

from pellucid.networks.layout import padded
from pellucid.networks.linear import Linear
from pellucid.shapes import Floats
from pellucid.training.engines.compiled import numbers
from pellucid.training.engines.compiled.keeping import kernel
from pellucid.training.engines.compiled.laying import lay_out, members_activations
from pellucid.training.engines.compiled.refusing import reasons
from pellucid.training.engines.compiled.work import NUMBERS, Place, Work
from pellucid.training.engines.engine import Engine, EpochPlan
from pellucid.training.stack import Stack

__all__ = ["Compiled"]

# Seconds between two questions whether to stop.
_UNASKED = 0.1
# Dropout's draws are numbers of 16 bits.
_LEVELS = 1 << 16
_ROWS, _WEIGHTS = Work._fields.index("rows"), Work._fields.index("weights")


class Compiled(Engine):
    """Serves networks of linear layers, activations without learned numbers, and dropout; see ``refusing``.

    Attributes:
        seconds: What one step of one member takes, about.
    """

    name = "compiled"

    @classmethod
    def refuses(cls, stack: Stack) -> str | None:
        """The first of the reasons; see ``refusing``."""
        found = reasons(stack.members, stack.network, stack.data, dtype=stack.dtype, device=stack.device)
        return next(found, None)

    @classmethod
    def seconds_of(cls, stack: Stack) -> float:
        """What one step of one member takes, about."""
        sizes = [(layer.inputs, layer.outputs) for layer in stack.network.layers if isinstance(layer, Linear)]
        return _seconds(sum(padded(inputs) * padded(outputs) for inputs, outputs in sizes), stack.batch)

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._run = kernel()
        m, steps = len(stack.members), stack.steps
        self._drops = bool(stack.noise.rates.any())
        self._inputs = _aligned(stack.data.inputs)
        laid = lay_out(
            stack.network,
            stack.parameters,
            stack.batch,
            self._inputs.shape[1],
            stack.objective.outputs,
            drops=self._drops,
        )
        self._memory = laid.memory
        self.seconds = self.seconds_of(stack)
        targets = stack.data.targets
        shares = targets.dim() == 2 and targets.is_floating_point()
        aims = np.ascontiguousarray(targets.reshape(len(targets), -1).to(torch.float32).numpy())
        laid.places[Place.TABLE] = self._inputs.data_ptr()
        laid.places[Place.SHARED] = aims.shape[1] == 1
        group_of = {name: group for group in stack.parameters.groups for name in group.names}
        factors = [group_of[spec.name].lr_factor for spec in stack.parameters.specs]
        seeds = np.array([seed & 0xFFFFFFFFFFFFFFFF for seed in stack.noise.seeds], dtype=np.uint64)
        codes, own, columns = numbers.losses(stack.objective.objectives, shares=shares)
        self._work = Work(
            laid.places,
            laid.layers,
            *members_activations(stack.network, drops=self._drops),
            laid.parameters,
            numbers.addresses(stack.parameters, stack.optimizer),
            numbers.penalties(stack.members, stack.parameters),
            numbers.limits(stack.members),
            codes,
            own,
            columns,
            seeds.view(np.int64),
            aims,
            # In place of every epoch's own, whose addresses ``run`` puts in; never touched.
            np.zeros((steps, m, stack.batch), dtype=np.int64),
            np.zeros((steps, m, stack.batch), dtype=np.float32),
            np.zeros((steps, m), dtype=np.int64),
            np.zeros((steps, m, 2), dtype=np.float32),
            np.array(factors, dtype=np.float32),
            np.zeros((steps, m, NUMBERS), dtype=np.float32),
            np.zeros((steps, m), dtype=np.int64),
            np.ones((steps, m), dtype=np.float32),
            np.zeros(m, dtype=np.int64),
            np.zeros((m, 2)),
        )
        self._frame = self._work.frame()

    @property
    def remark(self) -> str:
        """Nothing."""
        return ""

    def run(self, plan: EpochPlan, stop: Callable[[], bool]) -> tuple[Floats, int]:
        """Take an epoch's steps; see ``Engine.run``. It asks ten times a second whether to stop."""
        stack, work = self._stack, self._work
        rows, weights = plan.batches.rows.contiguous(), _aligned(plan.batches.weights)
        least, largest = torch.aminmax(rows)
        if least < 0 or largest >= len(self._inputs):
            # The kernels would read whatever lies there.
            raise IndexError(f"row numbers must lie between 0 and {len(self._inputs) - 1}, found {least} to {largest}")
        self._frame[_ROWS, 0], self._frame[_WEIGHTS, 0] = rows.data_ptr(), weights.data_ptr()
        hads = numbers.fill_updates(work, stack.optimizer, plan.tables)
        work.epochs[:] = plan.epochs
        work.tally[:] = 0.0
        if self._drops:
            levels = np.rint(stack.noise.rates * plan.drops * _LEVELS).clip(0, _LEVELS - 1)
            work.levels[:] = levels - _LEVELS // 2
            work.scales[:] = 1.0 / (1.0 - levels / _LEVELS)
        steps, m = work.updates.shape
        at_once, done = max(1, int(_UNASKED / (m * self.seconds))), 0
        while done < steps and not stop():
            last = min(steps, done + at_once)
            self._run(self._frame.ctypes.data, done, last)
            done = last
        if not done:
            return np.full(m, np.nan), 0
        for (_, _, rule), had in zip(numbers.rules(stack.optimizer), hads, strict=True):
            rule.steps = rule.steps + done
            if had is not None:
                rule.own["had"] = had[done]
        means: Floats = work.tally[:, 0] / work.tally[:, 1]
        return means, done


def _seconds(weights: float, batch: int) -> float:
    """What a member's step takes, about: 60 billion operations a second, and what there is beside products."""
    return 2e-6 + weights * (batch * 6 / 60e9 + 0.7e-9)


def _aligned(values: torch.Tensor) -> torch.Tensor:
    """The same numbers, one behind the other, beginning at a multiple of 64 bytes."""
    values = values.contiguous()
    return values if values.data_ptr() % 64 == 0 else values.clone()
