"""What a person gives to a loss by itself, laid out for a stack of one member; and the checks that all forms share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

from pellucid.catalogue import Value
from pellucid.errors import UsageError
from pellucid.objectives.entry import Loss

__all__ = ["Arrange", "Arranged", "FormRule", "Options", "answers", "pairwise_shape", "real", "stretched", "whole"]


@dataclass(frozen=True)
class Options:
    """What stand-alone use takes beside the tensors; None: not given.

    Attributes:
        weight: Class weights ``[c]``, or weights of single elements where targets are chances.
        pos_weight: Weights of the answer yes.
        ignore_index: Class number of rows that do not count.
    """

    weight: Tensor | None = None
    pos_weight: Tensor | None = None
    ignore_index: int | None = None


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """Tensors laid out for ``Loss.value`` and ``Loss.gradient``.

    Attributes:
        outputs: ``[1, k·b, o]``.
        targets: ``[1, b, …]``.
        shape: Of the losses without reduction; b values.
        restore: Gradient ``[1, k·b, o]`` → one gradient for each tensor of outputs, in its own shape.
        factors: What each loss is multiplied with ``[b]``; None: 1.
        masses: What each loss adds to the divisor of the mean ``[b]``; None: 1.
        mean_factors: What each loss is multiplied with in a mean alone ``[b]``; None: 1.
        folded: Whether the losses along the last axis of ``shape`` are added up to one.
        numbers: Numbers that take the place of the loss's own.
    """

    outputs: Tensor
    targets: Tensor
    shape: torch.Size
    restore: Callable[[Tensor], tuple[Tensor, ...]]
    factors: Tensor | None = None
    masses: Tensor | None = None
    mean_factors: Tensor | None = None
    folded: bool = False
    numbers: Mapping[str, Any] = field(default_factory=dict)


Arrange: TypeAlias = Callable[[Loss, Mapping[str, Value], tuple[Tensor, ...], Options], Arranged]


@dataclass(frozen=True)
class FormRule:
    """One form.

    Attributes:
        arrange: ``(loss, numbers, tensors, options) → Arranged``; raises UsageError where shapes do not fit.
        tensors: Names of the tensors that it takes; several ways to call it.
        options: Which of ``Options`` it takes.
    """

    arrange: Arrange
    tensors: tuple[tuple[str, ...], ...] = (("outputs", "targets"),)
    options: tuple[str, ...] = ()


def real(values: Any) -> Tensor:
    """Outputs as a tensor of real numbers; what is no tensor becomes float64."""
    found = values if isinstance(values, Tensor) else torch.as_tensor(np.asarray(values))
    return found if found.is_floating_point() else found.double()


def whole(loss: str, targets: Tensor, meaning: str) -> Tensor:
    """Targets as int64.

    Raises:
        UsageError: If they are real numbers.
    """
    if targets.is_floating_point():
        raise UsageError(f"{loss} takes {meaning} as whole numbers, found {targets.dtype}. Use targets.long().")
    return targets.long()


def answers(loss: str, targets: Tensor, like: Tensor) -> Tensor:
    """Targets −1 and +1 as real numbers.

    Raises:
        UsageError: If there are others (rule L122).
    """
    found = targets.to(like.dtype)
    if not bool((found.abs() == 1).all()):
        other = float(found[found.abs() != 1][0])
        hint = " Write 2·targets − 1 for targets 0 and 1." if other == 0 else ""
        raise UsageError(f"{loss} takes targets −1 and +1, found {other:g} (rule L122).{hint}")
    return found


def pairwise_shape(loss: str, outputs: Tensor, targets: Tensor) -> None:
    """Refuse outputs and targets of different shapes.

    Raises:
        UsageError: Rule L108; says what broadcasting would have made of it.
    """
    if outputs.shape == targets.shape:
        return
    found = f"found outputs {tuple(outputs.shape)} and targets {tuple(targets.shape)}"
    try:
        count = prod(np.broadcast_shapes(outputs.shape, targets.shape))
        found += f": broadcasting would make {count:,} comparisons of them"
    except ValueError:
        pass
    if outputs.shape == (*targets.shape, 1):
        hint = " Use outputs.squeeze(-1)."
    elif targets.shape == (*outputs.shape, 1):
        hint = " Use targets.squeeze(-1)."
    else:
        hint = " Give them the same shape."
    raise UsageError(f"{loss} compares every output with a target of its own, {found} (rule L108).{hint}")


def stretched(loss: str, name: str, values: Tensor, like: Tensor) -> Tensor:
    """Weights in the shape of ``like``: they may be a number, or one per value of the last axes.

    Raises:
        UsageError: If they do not fit.
    """
    try:
        return torch.broadcast_to(values.to(like.dtype), like.shape)
    except RuntimeError:
        raise UsageError(
            f"{loss} cannot spread {name} {tuple(values.shape)} over outputs {tuple(like.shape)} (rule L120). Give one "
            "number, or one per value of the last axis."
        ) from None
