"""The numbers of a loss for a stack whose members agree in its structure."""

from collections.abc import Mapping, Sequence
from functools import cache

import torch
from torch import Tensor

from pellucid.catalogue import Value
from pellucid.objectives.entry import Loss, Numbers

__all__ = ["row_of", "stack_numbers"]


@cache
def row_of(values: tuple[float, ...], dtype: torch.dtype, device: torch.device) -> Tensor:
    """Structural numbers as a tensor ``[n]``, made once: on a GPU every step would wait for it otherwise."""
    # It outlives whatever mode it is asked for in.
    with torch.inference_mode(False):
        return torch.tensor(values, dtype=dtype, device=device)


def stack_numbers(
    loss: Loss,
    members: Sequence[Mapping[str, Value]],
    *,
    dtype: torch.dtype,
    device: torch.device | str = "cpu",
    judging: bool = False,
) -> Numbers:
    """What ``value`` and ``gradient`` of the loss want.

    Args:
        loss: Whose numbers they are.
        members: Every member's numbers ``[m]``; they agree in the structural ones.
        dtype: Of the outputs.
        device: Where they are.
        judging: Leave out what is for training only (label smoothing).
    """
    found: dict[str, object] = {}
    for parameter in loss.parameters:
        values = [numbers[parameter.name] for numbers in members]
        if judging and parameter.name in loss.training_only:
            found[parameter.name] = None
        elif parameter.structural:
            found[parameter.name] = values[0]
        elif parameter.name in loss.skipped and all(value == parameter.default for value in values):
            found[parameter.name] = None
        else:
            found[parameter.name] = torch.tensor(values, dtype=dtype, device=device).view(-1, 1)
    return found
