"""The batched engine: batched matrix products with hand-written derivatives, in memory that is laid out once."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from pellucid.networks import Program, bind
from pellucid.optimizers.optimizer import Steps
from pellucid.shapes import Codes, Floats
from pellucid.training.engines.engine import Engine
from pellucid.training.engines.graphs import Capture, GraphedSteps, cuda_graph, obstacle
from pellucid.training.gathering import Gathering
from pellucid.training.repeated import Repeated
from pellucid.training.scheduling import EpochPlan
from pellucid.training.stack import Stack
from pellucid.training.tally import LossTally

__all__ = ["Batched"]


class Batched(Engine):
    """Serves every stack, on every device."""

    name = "batched"

    @classmethod
    def refuses(cls, stack: Stack) -> str | None:
        """None: there is nothing that it cannot do."""
        return None

    def __init__(self, stack: Stack, capture: Capture | None = None) -> None:
        """Get ready; ``capture``: how whole steps are captured, None: as CUDA graphs on a GPU, nowhere else."""
        self._stack, data = stack, stack.data
        m, batch = len(stack.members), stack.batch
        self._program: Program = bind(
            stack.network,
            stack.parameters,
            stack.gradients,
            rows=batch * stack.rows_a_unit,
            width=data.inputs.shape[1],
            noise=stack.noise,
        )
        program = self._program
        # Class numbers that are computed with, once instead of at every step.
        targets = data.targets.to(data.inputs.dtype) if stack.objective.reads_reals else data.targets
        self._targets = targets.new_zeros(m, batch, *targets.shape[1:])
        # What goes straight to where the network and the loss read it; None where units are made of several rows.
        self._gathered: list[Gathering] | None = None
        self._gather_targets = Gathering(targets, self._targets.flatten(0, 1))
        if data.units is None:
            self._gathered = [Gathering(data.inputs, program.x.flatten(0, 1))]
            if data.codes is not None and program.codes is not None:
                self._gathered.append(Gathering(data.codes, program.codes.flatten(0, 1)))
        self._weights = data.inputs.new_zeros(m, batch)
        self._tally = LossTally(stack.objective, targets, steps=stack.steps)
        write = partial(
            stack.objective.gradient, program.outputs, self._targets, self._weights, out=program.output_gradient
        )
        self._loss_gradient = Repeated(write, program.output_gradient)
        self._update: Steps | None = None
        if capture is None and stack.device.type == "cuda":
            capture = cuda_graph(stack.device)
        self._graphed = None if capture is None else GraphedSteps(self._step, capture, self._obstacle)

    @property
    def remark(self) -> str:
        """Whether the steps of a stack on a GPU are captured, and why not."""
        return "" if self._graphed is None else self._graphed.remark

    @torch.inference_mode()
    def run(self, plan: EpochPlan, stop: Callable[[], bool]) -> tuple[Floats, int]:
        """Take an epoch's steps; see ``Engine.run``. Without autograd's bookkeeping an operation starts 13 % sooner."""
        stack, tally, program, graphed = self._stack, self._tally, self._program, self._graphed
        # Kept until the next epoch, whose updates may take them up.
        update = self._update = stack.optimizer.begin(stack.parameters, stack.gradients, plan.tables)
        tally.restart(plan.batches.rows, plan.batches.weights)
        if graphed is not None:
            graphed.begin(update)
        weights, idle = plan.batches.weights.unbind(0), stack.regulariser.is_idle
        used = program.outputs[:, :, : stack.objective.outputs]
        for step, rows in enumerate(self._gather_targets.steps(plan.batches.rows)):
            if stop():
                break
            if self._gathered is None:
                self._gather_units(plan.batches.rows[step])
            else:
                for each in self._gathered:
                    each.take(rows)
            self._gather_targets.take(rows)
            if not plan.batches.repeats[step]:
                self._weights.copy_(weights[step])
            stack.begin_step(step, self._weights, self._targets)
            if graphed is not None and graphed.take(step):
                tally.add(used)
                continue
            self._differentiate(None if idle else self._done(plan, step))
            # A line search runs the network again and so writes over the outputs; the tally is first.
            tally.add(used)
            update.step(step, self._again(plan, step) if stack.looks_again else None)
            if not idle:
                stack.regulariser.project(stack.parameters)
        return tally.means(), tally.steps

    def _differentiate(self, done: Codes | None) -> None:
        """Outputs and gradients; ``done``: every member's steps before this one ``[m]``, None if nobody asks."""
        stack, program = self._stack, self._program
        program.forward()
        self._loss_gradient()
        program.backward()
        if done is not None:
            stack.regulariser.change_gradients(stack.parameters, stack.gradients, stack.noise, done)

    def _step(self, update: Callable[[], object]) -> None:
        """A whole step, the arithmetic of the update given, on memory that stays."""
        self._differentiate(None if self._stack.regulariser.is_idle else self._stack.epochs)
        update()
        if not self._stack.regulariser.is_idle:
            self._stack.regulariser.project(self._stack.parameters)

    def _obstacle(self) -> str:
        """Why a step cannot be captured, after some have been run."""
        if not self._program.is_recorded:
            return "a layer looks at values"
        if not self._loss_gradient.is_replayed:
            return "its loss looks at values"
        return obstacle(self._stack)

    def _gather_units(self, units: Tensor) -> None:
        program = self._program
        inputs, _, codes = self._stack.data.gather(units)
        program.x.copy_(inputs)
        if program.codes is not None and codes is not None:
            program.codes.copy_(codes)

    def _done(self, plan: EpochPlan, step: int) -> Codes:
        """Every member's steps before this one ``[m]``."""
        return plan.epochs * self._stack.steps + step

    def _again(self, plan: EpochPlan, step: int) -> Callable[[], Floats]:
        """For line searches: loss ``[m]`` and gradients of the same rows at wherever the parameters are by then."""
        stack, program = self._stack, self._program
        done = self._done(plan, step)

        def look() -> Floats:
            outputs = program.forward()
            losses: Floats = stack.objective.losses(outputs, self._targets, self._weights).double().cpu().numpy()
            self._loss_gradient()
            program.backward()
            activity = program.activity()
            if activity is not None:
                losses = losses + activity.double().cpu().numpy()
            if stack.regulariser.is_idle:
                return losses
            stack.regulariser.change_gradients(stack.parameters, stack.gradients, stack.noise, done)
            return losses + stack.regulariser.values(stack.parameters)

        return look
