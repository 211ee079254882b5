"""Cross-entropy of yes-or-no outputs: from raw outputs, from probabilities, and as a mean over labels."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from pellucid.catalogue import Parameter, Value
from pellucid.objectives.entry import Loss, Numbers, always
from pellucid.objectives.losses.distance import fitted
from pellucid.objectives.numbers import row_of
from pellucid.records import TargetSpec

__all__ = ["BCE", "BCE_WITH_LOGITS", "MULTILABEL_SOFT_MARGIN", "softplus"]

# torch.nn.functional.binary_cross_entropy: logarithms no lower than −100, p·(1 − p) no lower than 10⁻¹².
_LEAST_LOG = -100.0
_LEAST_SLOPE = 1e-12


def softplus(x: Tensor) -> Tensor:
    """log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|): never overflows."""
    return torch.relu(x) + torch.log1p(torch.exp(-x.abs()))


def _probability(outputs: Tensor) -> Tensor:
    """σ(z) = 1/(1 + e^−z); e^−z may overflow to infinity, and 1/(1 + ∞) is the right 0."""
    if outputs.shape[2] == 1 and outputs.stride(1) != 1:
        # One column of padded rows. Torch takes apart what does not lie side by side, value by value; elsewhere its
        # sigmoid would have another last bit at the end of a run than within.
        return torch.sigmoid(outputs)
    return torch.exp(-outputs).add_(1.0).reciprocal_()


def _smoothed(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """0 or 1 (or between) as ``[m, b, o]`` of the outputs' type, moved towards ½ by the smoothing."""
    y = fitted(outputs, targets).to(outputs.dtype)
    s = numbers.get("label_smoothing")
    return y if s is None else y * (1.0 - s).unsqueeze(2) + (0.5 * s).unsqueeze(2)


def _positive(outputs: Tensor, numbers: Numbers) -> Tensor | None:
    """Weights of the answer yes, to be multiplied with ``[m, b, o]``; None where all are 1."""
    given: Any = numbers.get("pos_weight")
    if given is None or isinstance(given, Tensor):
        return given
    return None if all(weight == 1 for weight in given) else row_of(given, outputs.dtype, outputs.device)


def _bce_with_logits(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """log(1 + e^z) − z·y without weights; p·y·log(1 + e^−z) + (1 − y)·log(1 + e^z) with them."""
    y = _smoothed(outputs, targets, numbers)
    p = _positive(outputs, numbers)
    positive = softplus(outputs)
    if p is None:
        return (positive - outputs * y).mean(2)
    # log(1 + e^−z) = log(1 + e^z) − z
    return (positive * (1.0 + (p - 1.0) * y) - outputs * (p * y)).mean(2)


def _bce_with_logits_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """σ(z)·(1 + (p − 1)·y) − p·y."""
    probability = _probability(outputs)
    y = _smoothed(outputs, targets, numbers)
    p = _positive(outputs, numbers)
    gradient = probability.sub_(y) if p is None else probability.mul_(1.0 + (p - 1.0) * y).sub_(p * y)
    return gradient if outputs.shape[2] == 1 else gradient.div_(outputs.shape[2])


def _bce(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−y·log z − (1 − y)·log(1 − z)."""
    y = fitted(outputs, targets).to(outputs.dtype)
    yes, no = torch.log(outputs).clamp_(min=_LEAST_LOG), torch.log1p(-outputs).clamp_(min=_LEAST_LOG)
    return -(y * yes + (1.0 - y) * no).mean(2)


def _bce_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """(z − y)/(z·(1 − z))."""
    y = fitted(outputs, targets).to(outputs.dtype)
    slope = (outputs - outputs * outputs).clamp_(min=_LEAST_SLOPE)
    return (outputs - y).div_(slope).div_(outputs.shape[2])


def _expected(target: TargetSpec, numbers: Mapping[str, Value]) -> float:
    """The value at probability ½, ln 2, unless weights of one answer shift it."""
    weights = numbers.get("pos_weight")
    return math.log(2) if weights is None or weights == (1.0,) else math.nan


def _columns(target: TargetSpec, numbers: Mapping[str, Value]) -> int:
    return 1 if target.task == "binary" else target.columns


BCE_WITH_LOGITS = Loss(
    name="bce_with_logits",
    formula="pos_weight·y·log(1 + exp(−z)) + (1 − y)·log(1 + exp(z)), y moved towards ½ by label_smoothing",
    purpose="For yes-or-no targets, one or many, from one raw output each: the log-odds of yes.",
    source='Cox (1958), "The regression analysis of binary sequences"',
    aliases=(
        "BCEWithLogitsLoss",
        "binary_cross_entropy_with_logits",
        "sigmoid_cross_entropy",
        "logistic",
    ),
    parameters=(
        Parameter(
            name="pos_weight",
            default=(1.0,),
            meaning="weight of the answer yes: one for all labels, or one per label",
            kind="numbers",
            low=0,
            open_low=True,
            structural=True,
        ),
        Parameter(
            name="label_smoothing",
            default=0.0,
            meaning="share of each target that is spread evenly over yes and no",
            low=0,
            high=1,
            open_high=True,
        ),
    ),
    twin="torch.nn.functional.binary_cross_entropy_with_logits",
    reads="logits",
    targets=("binary", "multilabel", "reconstruction"),
    outputs=_columns,
    needs="one for two classes, one per label",
    untrained="ln 2",
    expects=_expected,
    link=always("identity"),
    head=lambda target, numbers: "sigmoid" if target.task == "binary" else "sigmoids",
    form="chances",
    skipped=("label_smoothing",),
    training_only=("label_smoothing",),
    value=_bce_with_logits,
    gradient=_bce_with_logits_gradient,
)
BCE = Loss(
    name="bce",
    formula="−y·log z − (1 − y)·log(1 − z), logarithms no lower than −100",
    purpose="For yes-or-no targets, from probabilities, behind a sigmoid. bce_with_logits is the same in one step and "
    "keeps its gradient where the sigmoid is at its end.",
    source="common",
    aliases=("BCELoss", "binary_cross_entropy"),
    twin="torch.nn.functional.binary_cross_entropy",
    reads="probabilities",
    targets=("binary", "multilabel", "reconstruction"),
    outputs=_columns,
    needs="one for two classes, one per label",
    untrained="ln 2",
    expects=_expected,
    link=always("sigmoid"),
    head=lambda target, numbers: "probability" if target.task == "binary" else "given_probabilities",
    form="chances",
    value=_bce,
    gradient=_bce_gradient,
)
MULTILABEL_SOFT_MARGIN = Loss(
    name="multilabel_soft_margin",
    formula="mean over labels of y·log(1 + exp(−z)) + (1 − y)·log(1 + exp(z))",
    purpose="For many labels that do not exclude one another: bce_with_logits under another name, one loss per row.",
    source="common",
    aliases=("MultiLabelSoftMarginLoss",),
    twin="torch.nn.functional.multilabel_soft_margin_loss",
    reads="logits",
    targets=("multilabel",),
    outputs=_columns,
    needs="one per label",
    untrained="ln 2",
    expects=_expected,
    link=always("identity"),
    head=always("sigmoids"),
    form="label_means",
    value=_bce_with_logits,
    gradient=_bce_with_logits_gradient,
)
