"""Forms of exclusive classes: one output per class, per threshold or per class and cluster."""

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor

from pellucid.catalogue import Value
from pellucid.errors import UsageError
from pellucid.objectives.entry import Loss
from pellucid.objectives.forms.arranged import Arranged, FormRule, Options, whole
from pellucid.objectives.forms.elements import chances
from pellucid.records import TargetSpec

__all__ = ["CHANCES_OR_CLASSES", "CLASSES", "CLASS_ROWS", "CLUSTERED_CLASSES", "RANKS"]


def _rows(outputs: Tensor) -> tuple[Tensor, torch.Size, int]:
    """Outputs ``[1, b, c]`` of ``(c)``, ``(n, c)`` or ``(n, c, d₁, …)``, the shape of losses, and the class axis."""
    axis = 0 if outputs.dim() == 1 else 1
    moved = outputs.movedim(axis, -1)
    return moved.reshape(1, -1, outputs.shape[axis]), moved.shape[:-1], axis


def _arranged(outputs: Tensor, targets: Tensor) -> Arranged:
    """Targets ``[b]`` or ``[b, c]``."""
    laid, shape, axis = _rows(outputs)
    return Arranged(
        outputs=laid,
        targets=targets.unsqueeze(0),
        shape=shape,
        restore=lambda gradient: (gradient.reshape(*shape, -1).movedim(-1, axis),),
    )


def _class_count(loss: str, weight: Tensor, classes: int, like: Tensor) -> Tensor:
    if weight.shape != (classes,):
        raise UsageError(
            f"{loss} takes one class weight per class, found weights {tuple(weight.shape)} for {classes} classes "
            "(rule L120)."
        )
    return weight.to(like.dtype)


def _checked(loss: str, outputs: Tensor, targets: Tensor, ignored: int | None, least: int = 0) -> Tensor:
    """Class numbers ``[b]`` that fit the outputs; those of ignored rows are 0.

    Args:
        loss: Name, for messages.
        outputs: As given.
        targets: As given.
        ignored: Class number of rows that do not count.
        least: How many classes there are beyond the outputs.
    """
    if outputs.dim() == 0:
        raise UsageError(f"{loss} takes one output per class, found a single number.")
    _, shape, axis = _rows(outputs)
    if targets.shape != shape:
        hint = ""
        if targets.shape == outputs.shape and not targets.is_floating_point():
            hint = " Shares of classes are real numbers: use targets.double()."
        elif targets.dim() == len(shape) + 1 and targets.shape[-1] == 1:
            hint = " Use targets.squeeze(-1)."
        raise UsageError(
            f"{loss} takes class numbers {tuple(shape)} for outputs {tuple(outputs.shape)}, found targets "
            f"{tuple(targets.shape)} (rule L108).{hint}"
        )
    found, classes = whole(loss, targets, "class numbers").reshape(-1), outputs.shape[axis] + least
    counted = found if ignored is None else torch.where(found == ignored, 0, found)
    outside = (counted < 0) | (counted >= classes)
    if bool(outside.any()):
        first = int(counted[outside][0])
        hint = f" Use ignore_index={first} for rows that do not count." if first < 0 else " Are they counted from 1?"
        raise UsageError(f"{loss} takes class numbers from 0 to {classes - 1}, found {first} (rule L113).{hint}")
    return counted


def _shares(loss: Loss, numbers: Mapping[str, Value], outputs: Tensor, targets: Tensor, options: Options) -> Arranged:
    """Soft targets: shares of classes in the shape of the outputs."""
    if loss.name != "cross_entropy":
        raise UsageError(f"{loss.name} takes class numbers, found shares of classes. Use cross_entropy.")
    if options.ignore_index is not None:
        raise UsageError("ignore_index belongs to class numbers; give rows that do not count a sample_weight of 0.")
    shares = _rows(targets.to(outputs.dtype))[0][0]
    arranged = _arranged(outputs, shares)
    return arranged if options.weight is None else _weighted(arranged, shares, numbers, loss.name, options.weight)


def _weighted(arranged: Arranged, shares: Tensor, numbers: Mapping[str, Value], loss: str, weight: Tensor) -> Arranged:
    """Class weights within soft targets, behind the smoothing: torch.nn.functional.cross_entropy."""
    classes, smoothing = shares.shape[1], numbers["label_smoothing"]
    assert isinstance(smoothing, float)
    smoothed = shares * (1.0 - smoothing) + smoothing / classes
    q = smoothed * _class_count(loss, weight, classes, shares)
    return replace(arranged, targets=q.unsqueeze(0), numbers={"label_smoothing": None})


def _classes(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    outputs, targets = tensors
    if targets.is_floating_point() and targets.shape == outputs.shape:
        return _shares(loss, numbers, outputs, targets, options)
    found = _checked(loss.name, outputs, targets, options.ignore_index)
    arranged = _arranged(outputs, found)
    counts = arranged.outputs.new_ones(len(found))
    if options.ignore_index is not None:
        counts = (targets.reshape(-1) != options.ignore_index).to(outputs.dtype)
    if options.weight is None:
        return arranged if options.ignore_index is None else replace(arranged, factors=counts, masses=counts)
    classes = arranged.outputs.shape[2]
    own = _class_count(loss.name, options.weight, classes, outputs)[found] * counts
    if numbers.get("label_smoothing"):
        shares = torch.nn.functional.one_hot(found, classes).to(outputs.dtype)
        arranged = _weighted(arranged, shares, numbers, loss.name, options.weight)
        return replace(arranged, factors=counts, masses=own)
    return replace(arranged, factors=own, masses=own)


def _class_rows(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    """Class weights multiply, but the mean is over rows: torch.nn.functional.multi_margin_loss."""
    outputs = tensors[0]
    if outputs.dim() > 2:
        raise UsageError(f"{loss.name} takes outputs [rows, classes], found {tuple(outputs.shape)}.")
    return replace(_classes(loss, numbers, tensors, options), masses=None)


def _chances_or_classes(
    loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options
) -> Arranged:
    outputs, targets = tensors
    axis = 0 if outputs.dim() == 1 else 1
    by_class = targets.dim() == outputs.dim() - 1 and outputs.shape[axis] > 1
    if by_class:
        spec = TargetSpec(task="multiclass", classes=outputs.shape[axis])
    else:
        spec = TargetSpec(task="binary", classes=2)
    if wrong := loss.misfit(spec, numbers):
        raise UsageError(wrong)
    return (_classes if by_class else chances)(loss, numbers, tensors, options)


def _ranks(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    """One output per threshold: one less than classes."""
    outputs, targets = tensors
    return _arranged(outputs, _checked(loss.name, outputs, targets, None, least=1))


def _clustered(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    """One output per class and cluster."""
    outputs, targets = tensors
    cutoffs = numbers["cutoffs"]
    assert isinstance(cutoffs, tuple)
    if outputs.dim():
        classes = outputs.shape[0 if outputs.dim() == 1 else 1] - len(cutoffs)
        if wrong := loss.misfit(TargetSpec(task="multiclass", classes=classes), numbers):
            raise UsageError(wrong)
    return _arranged(outputs, _checked(loss.name, outputs, targets, None, least=-len(cutoffs)))


CLASSES = FormRule(_classes, options=("weight", "ignore_index"))
CLASS_ROWS = FormRule(_class_rows, options=("weight",))
CHANCES_OR_CLASSES = FormRule(_chances_or_classes, options=("weight", "ignore_index"))
RANKS = FormRule(_ranks)
CLUSTERED_CLASSES = FormRule(_clustered)
