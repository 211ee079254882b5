"""Gradients of a loss on given rows, worked out on a copy."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from pellucid.doctor.probing.copies import copied, experiment, forward

__all__ = ["Gradients", "gradients"]


@dataclass(frozen=True)
class Gradients:
    """What backpropagation gave.

    Attributes:
        loss: The loss.
        of: Gradient of every parameter that requires one, by path; None where the loss does not depend on it.
        outputs: The outputs ``[n, …]``, detached.
        of_outputs: Gradient of the outputs, likewise; None if the loss does not depend on them.
    """

    loss: float
    of: dict[str, Tensor | None]
    outputs: Tensor
    of_outputs: Tensor | None

    @property
    def norm(self) -> float:
        """Euclidean norm of all gradients together."""
        norms = (float(gradient.double().norm()) for gradient in self.of.values() if gradient is not None)
        return math.hypot(*norms)


def gradients(
    model: nn.Module,
    loss: Callable[[Tensor, Tensor], Any],
    rows: Tensor,
    targets: Tensor,
    *,
    training: bool = False,
) -> Gradients:
    """Loss and gradients of a copy, in evaluation mode unless told otherwise.

    Args:
        model: Stays as it is, gradients included.
        loss: Gets outputs and targets. A module is copied, too.
        rows: Inputs ``[n, …]``.
        targets: As the loss wants them.
        training: Whether the copy is in training mode.

    Raises:
        Exception: Whatever the model or the loss raises.
    """
    with experiment(gradients=True):
        network = copied(model, training=training)
        rule = copied(loss, training=loss.training) if isinstance(loss, nn.Module) else loss
        outputs = forward(network, rows.detach().clone(), there=True)
        value = rule(outputs, targets.detach().clone().to(outputs.device))
        if value.dim():
            value = value.mean()
        named = {path: parameter for path, parameter in network.named_parameters() if parameter.requires_grad}
        wanted = [*named.values(), *([outputs] if outputs.requires_grad else [])]
        if not value.requires_grad or not wanted:
            return Gradients(value.item(), dict.fromkeys(named), outputs.detach(), None)
        found = torch.autograd.grad(value, wanted, allow_unused=True)
    given: dict[str, Tensor | None] = dict(zip(named, found[: len(named)], strict=True))
    return Gradients(value.item(), given, outputs.detach(), found[len(named)] if outputs.requires_grad else None)
