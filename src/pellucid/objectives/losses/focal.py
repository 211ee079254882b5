"""Focal loss: cross-entropy that goes easy on what is right already."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.catalogue import Parameter, Value
from pellucid.objectives.entry import Loss, Numbers, always
from pellucid.objectives.losses.binary_cross_entropy import softplus
from pellucid.objectives.losses.distance import fitted
from pellucid.objectives.numbers import row_of
from pellucid.records import TargetSpec

__all__ = ["FOCAL"]


def _by_element(outputs: Tensor, targets: Tensor) -> bool:
    """Whether every output answers yes or no by itself; otherwise there is one output per class."""
    return targets.is_floating_point() or outputs.shape[2] == 1


def _power(base: Tensor, gamma: Tensor) -> Tensor:
    """base^gamma for base in [0, 1], gamma ``[m, 1]``; 0⁰ = 1."""
    # exp and log instead of pow, whose last few elements go through another routine: bits would depend on the place.
    tiny = torch.finfo(base.dtype).tiny
    wide = gamma.unsqueeze(2) if base.dim() == 3 else gamma
    return torch.exp(wide * torch.log(base.clamp(min=tiny)))


def _element_parts(outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Answer y, σ(z), 1 − σ(z) and 1 − p_y, each ``[m, b, o]``."""
    y = fitted(outputs, targets).to(outputs.dtype)
    yes, no = torch.reciprocal(torch.exp(-outputs) + 1.0), torch.reciprocal(torch.exp(outputs) + 1.0)
    return y, yes, no, y * no + (1.0 - y) * yes


def _element_weights(y: Tensor, numbers: Numbers) -> Tensor | float:
    """Weights: alpha for yes, 1 − alpha for no; 1 without alpha."""
    if not numbers["alpha"]:
        return 1.0
    alpha = float(numbers["alpha"][-1])
    no = float(numbers["alpha"][0]) if len(numbers["alpha"]) == 2 else 1.0 - alpha
    return y * alpha + (1.0 - y) * no


def _class_weights(targets: Tensor, numbers: Numbers, dtype: torch.dtype) -> Tensor | float:
    """Weights: alpha of each row's class ``[m, b]``; 1 without alpha."""
    return row_of(numbers["alpha"], dtype, targets.device)[targets] if numbers["alpha"] else 1.0


def _focal(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−alpha·(1 − p_y)^gamma·log p_y."""
    gamma: Tensor = numbers["gamma"]
    if _by_element(outputs, targets):
        y, _, _, missing = _element_parts(outputs, targets)
        entropy = softplus(outputs) - outputs * y
        return (_element_weights(y, numbers) * (_power(missing, gamma) * entropy)).mean(2)
    log_right = torch.log_softmax(outputs, 2).gather(2, targets.unsqueeze(2)).squeeze(2)
    # 1 − p = −(e^log p − 1), exact where p is close to 1.
    missing = -torch.expm1(log_right)
    return -_class_weights(targets, numbers, outputs.dtype) * (_power(missing, gamma) * log_right)


def _focal_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """alpha·(1 − p)^gamma·(1 − gamma·p·log p/(1 − p)) times (softmax(z) − one-hot), or σ(z) − y; p = p_y."""
    gamma: Tensor = numbers["gamma"]
    tiny = torch.finfo(outputs.dtype).tiny
    if _by_element(outputs, targets):
        y, yes, no, missing = _element_parts(outputs, targets)
        entropy = softplus(outputs) - outputs * y
        # d(1 − p)/dz = (1 − 2y)·σ·(1 − σ)
        turn = gamma.unsqueeze(2) * entropy * (1.0 - 2.0 * y) * (yes * no / missing.clamp(min=tiny))
        slope = _power(missing, gamma) * (yes - y + turn)
        return (_element_weights(y, numbers) * slope).div_(outputs.shape[2])
    where = targets.unsqueeze(2)
    log_right = torch.log_softmax(outputs, 2).gather(2, where).squeeze(2)
    missing = -torch.expm1(log_right)
    bend = 1.0 - gamma * torch.exp(log_right) * (log_right / missing.clamp(min=tiny))
    factor = (_class_weights(targets, numbers, outputs.dtype) * (_power(missing, gamma) * bend)).unsqueeze(2)
    slopes = torch.softmax(outputs, 2)
    return slopes.scatter_add_(2, where, slopes.new_full((1, 1, 1), -1.0).expand_as(where)).mul_(factor)


def _expected(target: TargetSpec, numbers: Mapping[str, Value]) -> float:
    """The cross-entropy of even chances, times the gamma-th power of what they miss."""
    gamma = numbers["gamma"]
    assert isinstance(gamma, float)
    if numbers["alpha"]:
        return math.nan
    classes = 2 if target.task in ("binary", "multilabel") else target.classes
    return math.log(classes) * math.pow(1.0 - 1.0 / classes, gamma)


def _outputs(target: TargetSpec, numbers: Mapping[str, Value]) -> int:
    if target.task == "binary":
        return 1
    return target.columns if target.task == "multilabel" else target.classes


def _misfit(target: TargetSpec, numbers: Mapping[str, Value]) -> str:
    alpha = numbers["alpha"]
    assert isinstance(alpha, tuple)
    if not alpha:
        return ""
    if target.task in ("binary", "multilabel"):
        if len(alpha) == 2 or (len(alpha) == 1 and alpha[0] <= 1):
            return ""
        return (
            f"focal takes one alpha between 0 and 1 for yes-or-no targets, or the weights of no and yes, found "
            f"{list(alpha)}."
        )
    if len(alpha) == target.classes:
        return ""
    return f"focal takes one alpha per class, found {len(alpha)} for {target.classes} classes. Give one per class."


FOCAL = Loss(
    name="focal",
    formula="−alpha_y·(1 − p_y)^gamma·log p_y",
    purpose="For classes of which one is rare and the others easy: rows that are right already count less, the more so "
    "the larger gamma is. gamma = 0 is cross-entropy.",
    source='Lin et al. (2017), "Focal loss for dense object detection", arXiv 1708.02002, eq. (4) and (5)',
    aliases=("FocalLoss", "sigmoid_focal_loss"),
    parameters=(
        Parameter(name="gamma", default=2.0, meaning="how much less right rows count; 0: all alike", low=0),
        Parameter(
            name="alpha",
            default=(),
            meaning="weight of each class; one number a for yes-or-no targets: a for yes, 1 − a for no; empty: 1",
            kind="numbers",
            low=0,
            structural=True,
        ),
    ),
    reads="logits",
    targets=("binary", "multiclass", "ordinal", "multilabel"),
    outputs=_outputs,
    needs="one for two classes, one per label, one per class for more than two",
    untrained="ln C·(1 − 1/C)^gamma, with C = 2 for yes-or-no targets",
    expects=_expected,
    link=always("identity"),
    head=lambda target, numbers: {"binary": "sigmoid", "multilabel": "sigmoids"}.get(target.task, "softmax"),
    form="chances_or_classes",
    misfit=_misfit,
    value=_focal,
    gradient=_focal_gradient,
)
