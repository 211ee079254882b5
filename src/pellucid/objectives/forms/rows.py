"""Forms in which a row's outputs belong together: several outputs for one target, and sets of labels."""

from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.catalogue import Value
from pellucid.errors import UsageError
from pellucid.objectives.entry import Loss
from pellucid.objectives.forms.arranged import Arranged, FormRule, Options, pairwise_shape
from pellucid.records import TargetSpec, TargetTask

__all__ = ["LABELS", "ROWS"]


def _rows(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    """Outputs ``(n, o)`` for targets ``(n)`` or ``(n, t)``; ``(n)`` where one output is needed."""
    outputs, targets = tensors
    columns = targets.shape[1] if targets.dim() == 2 else 1
    task: TargetTask = "quantile" if "quantile" in loss.targets else "regression"
    needed = loss.outputs(TargetSpec(task=task, columns=columns), numbers)
    wide = outputs.unsqueeze(1) if outputs.dim() == 1 and needed == 1 else outputs
    flat = targets.dim() == 1 or (targets.dim() == 2 and task == "regression")
    if not flat or wide.dim() != 2 or wide.shape != (len(targets), needed):
        shape = (*targets.shape[:1], needed)
        raise UsageError(
            f"{loss.name} needs {loss.needs}: outputs {shape} for targets {tuple(targets.shape)}, found "
            f"{tuple(outputs.shape)} (rule L108)."
            if flat
            else f"{loss.name} takes targets [rows], one each, found {tuple(targets.shape)} (rule L108)."
        )
    return Arranged(
        outputs=wide.unsqueeze(0),
        targets=targets.to(outputs.dtype).unsqueeze(0),
        shape=targets.shape[:1],
        restore=lambda gradient: (gradient.reshape(outputs.shape),),
    )


def _marked(loss: str, targets: Tensor) -> Tensor:
    """0 or 1 per label from label numbers that end at the first −1, as torch writes them ``[b, c]``.

    Raises:
        UsageError: If a label is out of range or listed twice.
    """
    classes = targets.shape[-1]
    listed = (targets == -1).cumsum(-1) == 0
    numbers = targets[listed]
    if bool(((numbers < 0) | (numbers >= classes)).any()):
        raise UsageError(f"{loss} takes label numbers from 0 to {classes - 1}, and −1 behind the last (rule L113).")
    marks = torch.zeros_like(targets)
    marks.scatter_add_(-1, targets.clamp(min=0), listed.long())
    if bool((marks > 1).any()):
        raise UsageError(
            f"{loss} found a label twice in one row. Whole numbers are label numbers, with −1 behind the last; give "
            "marks 0 and 1 as real numbers: targets.double()."
        )
    return marks


def _labels(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    """Outputs ``(n, c)`` or ``(c)`` with label numbers, or with marks 0 and 1 as real numbers, of the same shape."""
    outputs, targets = tensors
    pairwise_shape(loss.name, outputs, targets)
    if outputs.dim() not in (1, 2):
        raise UsageError(f"{loss.name} takes outputs [rows, labels], found {tuple(outputs.shape)}.")
    marks = targets if targets.is_floating_point() else _marked(loss.name, targets.long())
    return Arranged(
        outputs=outputs.reshape(1, -1, outputs.shape[-1]),
        targets=marks.to(outputs.dtype).reshape(1, -1, outputs.shape[-1]),
        shape=outputs.shape[:-1],
        restore=lambda gradient: (gradient.reshape(outputs.shape),),
    )


ROWS = FormRule(_rows)
LABELS = FormRule(_labels)
