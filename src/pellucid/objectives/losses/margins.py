"""Losses of a margin y·z between a yes-or-no answer y = ±1 and a score z: hinge, exponential and their relatives."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.catalogue import Value
from pellucid.objectives.entry import Loss, Numbers, always
from pellucid.objectives.losses.binary_cross_entropy import softplus
from pellucid.objectives.losses.distance import fitted
from pellucid.objectives.losses.exponential_with_tangent import exponential, exponential_slope
from pellucid.records import TargetSpec

__all__ = ["EXPONENTIAL", "HINGE", "SOFT_MARGIN", "SQUARED_HINGE"]


def _signs(outputs: Tensor, targets: Tensor) -> Tensor:
    """Targets 0 and 1 as −1 and +1 ``[m, b, o]``."""
    return fitted(outputs, targets).to(outputs.dtype) * 2.0 - 1.0


def _hinge(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """max(0, 1 − y·z)."""
    return torch.relu(1.0 - _signs(outputs, targets) * outputs).mean(2)


def _hinge_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−y where y·z < 1."""
    y = _signs(outputs, targets)
    return torch.where(y * outputs < 1.0, -y, 0.0).div_(outputs.shape[2])


def _squared_hinge(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """max(0, 1 − y·z)²."""
    return torch.relu(1.0 - _signs(outputs, targets) * outputs).square().mean(2)


def _squared_hinge_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−2·y·max(0, 1 − y·z)."""
    y = _signs(outputs, targets)
    return torch.relu(1.0 - y * outputs).mul_(y).mul_(-2.0 / outputs.shape[2])


def _exponential(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """e^(−y·z)."""
    return exponential(-_signs(outputs, targets) * outputs).mean(2)


def _exponential_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−y·e^(−y·z)."""
    y = _signs(outputs, targets)
    return exponential_slope(-y * outputs).mul_(-y).div_(outputs.shape[2])


def _soft_margin(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """log(1 + e^(−y·z))."""
    return softplus(-_signs(outputs, targets) * outputs).mean(2)


def _soft_margin_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−y/(1 + e^(y·z)); the exponential may overflow to infinity, and 1/∞ is the right 0."""
    y = _signs(outputs, targets)
    return torch.exp(y * outputs).add_(1.0).reciprocal_().mul_(-y).div_(outputs.shape[2])


def _head(target: TargetSpec, numbers: Mapping[str, Value]) -> str:
    return "margin" if target.task == "binary" else "label_scores"


_TARGETS = ("binary", "multilabel")
_NEEDS = "one for two classes, one per label"

HINGE = Loss(
    name="hinge",
    formula="max(0, 1 − y·z), y = ±1",
    purpose="For yes-or-no targets when the decision counts and no probability is asked for: rows that are right by a "
    "margin of 1 are left alone. A support vector machine, with an L2 penalty.",
    source='Cortes & Vapnik (1995), "Support-vector networks", §3',
    aliases=("HingeLoss",),
    reads="scores",
    targets=_TARGETS,
    outputs=lambda target, numbers: target.columns,
    needs=_NEEDS,
    untrained="1",
    expects=lambda target, numbers: 1.0,
    link=always("identity"),
    head=_head,
    form="marks",
    value=_hinge,
    gradient=_hinge_gradient,
)
SQUARED_HINGE = Loss(
    name="squared_hinge",
    formula="max(0, 1 − y·z)², y = ±1",
    purpose="As hinge, but smooth, and harder on rows that are far on the wrong side.",
    source='Tang (2013), "Deep learning using linear support vector machines", arXiv 1306.0239',
    aliases=("SquaredHingeLoss",),
    reads="scores",
    targets=_TARGETS,
    outputs=lambda target, numbers: target.columns,
    needs=_NEEDS,
    untrained="1",
    expects=lambda target, numbers: 1.0,
    link=always("identity"),
    head=_head,
    form="marks",
    value=_squared_hinge,
    gradient=_squared_hinge_gradient,
)
EXPONENTIAL = Loss(
    name="exponential",
    formula="exp(−y·z), y = ±1",
    purpose="For yes-or-no targets without mislabelled rows: AdaBoost's loss, which goes on growing exponentially for "
    "rows on the wrong side. Beyond y·z = −40 it goes on as its tangent, so that nothing overflows.",
    source='Friedman, Hastie & Tibshirani (2000), "Additive logistic regression"',
    aliases=("ExponentialLoss", "adaboost"),
    reads="scores",
    targets=_TARGETS,
    outputs=lambda target, numbers: target.columns,
    needs=_NEEDS,
    untrained="1",
    expects=lambda target, numbers: 1.0,
    link=always("identity"),
    head=_head,
    form="marks",
    value=_exponential,
    gradient=_exponential_gradient,
)
SOFT_MARGIN = Loss(
    name="soft_margin",
    formula="log(1 + exp(−y·z)), y = ±1",
    purpose="For yes-or-no targets: bce_with_logits, written with answers ±1.",
    source="common",
    aliases=("SoftMarginLoss", "logistic_margin"),
    twin="torch.nn.functional.soft_margin_loss",
    reads="scores",
    targets=_TARGETS,
    outputs=lambda target, numbers: target.columns,
    needs=_NEEDS,
    untrained="ln 2",
    expects=lambda target, numbers: math.log(2),
    link=always("identity"),
    head=_head,
    form="marks",
    value=_soft_margin,
    gradient=_soft_margin_gradient,
)
