"""A member's loss as the facts have it: under the name of its twin in PyTorch, where it has one that gives the same."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from pellucid.doctor.facts import BY_HAND, LossCall, LossSite, Phase, Place
from pellucid.objectives import Objective
from pellucid.shapes import Floats

__all__ = ["NOWHERE", "as_twin_targets", "loss_site"]

NOWHERE = Place("", 0)
"""Our own trainer has no line of the person's that calls the loss."""
_PREFIX = "torch.nn.functional."
# What the rules know by these names; the others have other arguments or no constant to compare with.
_KINDS = {
    "cross_entropy",
    "nll_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
}
_OF_CHANCES = ("binary_cross_entropy", "binary_cross_entropy_with_logits")
# Names of their numbers there, where they are others.
_THEIRS = {"smooth_l1_loss": {"delta": "beta"}}
_SAME = 0.01


def loss_site(
    objective: Objective, outputs: Tensor, targets: Tensor, value: float, *, class_weights: Floats | None, is_row: bool
) -> LossSite:
    """The loss with its first call, before the first update.

    Args:
        objective: The member's.
        outputs: Of the untrained network ``[n, o]``.
        targets: Of the same units.
        value: The training loss of both.
        class_weights: One per class; None: all alike.
        is_row: Whether a unit is a row whose weight is 1 or its class's.
    """
    kind = objective.loss.entry.twin.removeprefix(_PREFIX)
    options = _options(objective, kind, class_weights) if kind in _KINDS and is_row else None
    aims = as_twin_targets(objective, targets, outputs.shape[1])
    if options is None or not _is_same(kind, options, outputs, aims, value):
        kind, options = BY_HAND, {}
    call = LossCall(
        output=outputs,
        target=aims,
        output_shape=tuple(outputs.shape),
        target_shape=tuple(aims.shape),
        value=torch.tensor(value, dtype=torch.float64),
        history=(),
        phase=Phase(training=True, grad=True),
        step=0,
        model=0,
    )
    return LossSite(kind, NOWHERE, None, options, [call], count=1, trained=True)


def as_twin_targets(objective: Objective, targets: Tensor, outputs: int, *, is_judging: bool = False) -> Tensor:
    """Targets as PyTorch's function wants them: class numbers ``[n]``, else reals ``[n, o]``.

    Smoothing moves the targets of chances, which PyTorch leaves to the caller; in judging there is none.
    """
    kind = objective.loss.entry.twin.removeprefix(_PREFIX)
    if kind in ("cross_entropy", "nll_loss"):
        return targets
    reals = targets.to(torch.get_default_dtype()) if not targets.is_floating_point() else targets
    shaped = reals.reshape(len(reals), -1) if reals.numel() == len(reals) * outputs else reals
    smoothing = 0.0 if is_judging else float(objective.loss.numbers.get("label_smoothing") or 0.0)  # type: ignore[arg-type]
    return shaped * (1 - smoothing) + smoothing / 2 if kind in _OF_CHANCES and smoothing else shaped


def _options(objective: Objective, kind: str, class_weights: Floats | None) -> dict[str, Any] | None:
    """What PyTorch's function is given; None where it has no place for the class weights."""
    numbers = {_THEIRS.get(kind, {}).get(name, name): value for name, value in objective.loss.numbers.items()}
    options: dict[str, Any] = {"reduction": "mean"}
    if kind in _OF_CHANCES:
        if class_weights is not None:
            return None
        weights = numbers.get("pos_weight")
        return options | ({"pos_weight": torch.tensor(weights)} if weights not in (None, (1.0,)) else {})
    if class_weights is not None:
        options["weight"] = torch.as_tensor(class_weights, dtype=torch.float32)
    return options | numbers


def _is_same(kind: str, options: dict[str, Any], outputs: Tensor, targets: Tensor, value: float) -> bool:
    """Whether PyTorch's function gives the loss that training saw: numbers of ours may mean something of their own."""
    given = {name: each.to(outputs.dtype) if isinstance(each, Tensor) else each for name, each in options.items()}
    try:
        theirs = float(getattr(functional, kind)(outputs, targets, **given))
    except (RuntimeError, ValueError, TypeError, IndexError):
        return False
    return abs(theirs - value) <= _SAME * abs(value)
