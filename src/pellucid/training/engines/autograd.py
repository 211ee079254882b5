"""The obvious engine: the same forward pass, differentiated by autograd; the oracle for the others."""

from collections.abc import Callable

import torch

from pellucid.shapes import Floats
from pellucid.training.engines.engine import Engine, EpochPlan
from pellucid.training.stack import Stack
from pellucid.training.tally import LossTally

__all__ = ["Autograd"]


class Autograd(Engine):
    """Slow, and short enough to be believed."""

    name = "autograd"

    @classmethod
    def refuses(cls, stack: Stack) -> str | None:
        """A line search looks again and again at a gradient that is written by hand."""
        return "its optimizer searches along a line" if stack.looks_again else None

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._tally = LossTally(stack.objective, stack.data.targets, steps=stack.steps)

    @property
    def remark(self) -> str:
        """Nothing."""
        return ""

    def run(self, plan: EpochPlan, stop: Callable[[], bool]) -> tuple[Floats, int]:
        """Take an epoch's steps; see ``Engine.run``."""
        stack, tally = self._stack, self._tally
        tally.restart(plan.batches.rows, plan.batches.weights)
        update = stack.optimizer.begin(stack.parameters, stack.gradients, plan.tables)
        # Statistics are kept up by the forward pass and have no gradient.
        learned = [spec.name for spec in stack.network.parameters if spec.kind != "statistic"]
        for step, (units, weights) in enumerate(zip(plan.batches.rows, plan.batches.weights, strict=True)):
            if stop():
                break
            inputs, targets, codes = stack.data.gather(units)
            stack.begin_step(step, weights, targets)
            leaves = {name: stack.parameters.views[name].detach().requires_grad_() for name in learned}
            views = {**stack.parameters.views, **leaves}
            outputs, tapes = stack.network.forward(views, inputs, stack.noise, codes)
            # Summed over members, so that each has the gradient of its own loss.
            total = stack.objective.losses(outputs, targets, weights).sum()
            activity = stack.network.activity(tapes)
            if activity is not None:
                total = total + activity.sum()
            found = torch.autograd.grad(total, list(leaves.values()), allow_unused=True)
            for name, gradient in zip(leaves, found, strict=True):
                own = stack.gradients.views[name]
                own.zero_() if gradient is None else own.copy_(gradient)
            if not stack.regulariser.is_idle:
                done = plan.epochs * stack.steps + step
                stack.regulariser.change_gradients(stack.parameters, stack.gradients, stack.noise, done)
            tally.add(outputs[:, :, : stack.objective.outputs].detach())
            update.step(step)
            if not stack.regulariser.is_idle:
                stack.regulariser.project(stack.parameters)
        return tally.means(), tally.steps
