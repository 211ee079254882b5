"""Whether a network gives another answer when it is asked again."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pellucid.doctor.probing.copies import copied, experiment, forward

__all__ = ["Repetition", "differs_when_repeated"]


@dataclass(frozen=True)
class Repetition:
    """What the test has shown.

    Attributes:
        differs: Whether two passes over the same rows gave different outputs.
        difference: Largest difference of two outputs of the same row.
        scale: Largest absolute output.
    """

    differs: bool
    difference: float
    scale: float

    def __bool__(self) -> bool:
        return self.differs


def differs_when_repeated(model: nn.Module, rows: Tensor, *, training: bool = False) -> Repetition:
    """Whether two passes over the same rows differ, in evaluation mode unless told otherwise.

    Args:
        model: Stays as it is.
        rows: Inputs ``[n, …]``.
        training: Whether the copy is in training mode.

    Raises:
        Exception: Whatever the model raises.
    """
    with experiment():
        network = copied(model, training=training)
        first = forward(network, rows.detach().clone())
        second = forward(network, rows.detach().clone())
        if first.shape != second.shape:
            return Repetition(True, float("nan"), float("nan"))
        same = torch.equal(first, second) or bool(((first == second) | (first.isnan() & second.isnan())).all())
        finite = (first - second).abs().nan_to_num(0.0, 0.0, 0.0)
        return Repetition(not same, float(finite.max()) if len(finite) else 0.0, float(first.abs().max()))
