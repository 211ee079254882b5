"""Cross-entropy of exclusive classes: cross_entropy from raw outputs, nll from log-probabilities."""

import math

import torch
from torch import Tensor

from pellucid.catalogue import Parameter
from pellucid.objectives.entry import Loss, Numbers, always

__all__ = ["CROSS_ENTROPY", "NLL"]


def _cross_entropy(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−Σ_c q_c·log softmax(z)_c; q = (1 − s)·one-hot + s/C for class numbers ``[m, b]``, or given ``[m, b, c]``."""
    log_probabilities = torch.log_softmax(outputs, 2)
    s = numbers["label_smoothing"]
    if targets.is_floating_point():
        return -(_smoothed(targets, s) * log_probabilities).sum(2)
    right = log_probabilities.gather(2, targets.unsqueeze(2)).squeeze(2)
    return -right if s is None else -((1.0 - s) * right + s * log_probabilities.mean(2))


def _cross_entropy_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """softmax(z)·Σ_c q_c − q; the sum is 1 but for class weights, which enter as q."""
    gradient = torch.softmax(outputs, 2)
    s = numbers["label_smoothing"]
    if targets.is_floating_point():
        q = _smoothed(targets, s)
        return gradient.mul_(q.sum(2, keepdim=True)).sub_(q)
    where = targets.unsqueeze(2)
    if s is None:
        return gradient.scatter_add_(2, where, gradient.new_full((1, 1, 1), -1.0).expand_as(where))
    gradient.sub_((s / outputs.shape[2]).unsqueeze(2))
    return gradient.scatter_add_(2, where, (s - 1.0).unsqueeze(2).expand_as(where))


def _smoothed(shares: Tensor, s: Tensor | None) -> Tensor:
    """(1 − s)·q + s/C ``[m, b, c]``."""
    return shares if s is None else shares * (1.0 - s).unsqueeze(2) + (s / shares.shape[2]).unsqueeze(2)


def _nll(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−z_y."""
    return -outputs.gather(2, targets.unsqueeze(2)).squeeze(2)


def _nll_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−one-hot(y)."""
    where = targets.unsqueeze(2)
    return torch.zeros_like(outputs).scatter_(2, where, outputs.new_full((1, 1, 1), -1.0).expand_as(where))


CROSS_ENTROPY = Loss(
    name="cross_entropy",
    formula="−Σ_c q_c·log softmax(z)_c, q = (1 − label_smoothing)·one-hot(y) + label_smoothing/C",
    purpose="For exclusive classes, from one raw output per class; also for targets that are shares of classes.",
    source='Bridle (1990), "Probabilistic interpretation of feedforward classification network outputs"; smoothing: '
    'Szegedy et al. (2016), "Rethinking the Inception architecture", §7',
    aliases=("CrossEntropyLoss", "softmax_cross_entropy", "categorical_cross_entropy", "log_loss", "ce"),
    parameters=(
        Parameter(
            name="label_smoothing",
            default=0.0,
            meaning="share of each target that is spread evenly over all classes",
            low=0,
            high=1,
            open_high=True,
        ),
    ),
    twin="torch.nn.functional.cross_entropy",
    reads="logits",
    targets=("multiclass", "binary", "ordinal", "distribution"),
    outputs=lambda target, numbers: target.classes,
    needs="one per class",
    untrained="ln C",
    expects=lambda target, numbers: math.log(target.classes),
    link=always("identity"),
    head=always("softmax"),
    form="classes",
    skipped=("label_smoothing",),
    training_only=("label_smoothing",),
    value=_cross_entropy,
    gradient=_cross_entropy_gradient,
)
NLL = Loss(
    name="nll",
    formula="−z_y, z log-probabilities",
    purpose="For exclusive classes, from log-probabilities: cross_entropy in two steps, the other being log_softmax.",
    source="common",
    aliases=("NLLLoss", "negative_log_likelihood"),
    twin="torch.nn.functional.nll_loss",
    reads="log_probabilities",
    targets=("multiclass", "binary", "ordinal"),
    outputs=lambda target, numbers: target.classes,
    needs="one per class",
    untrained="ln C",
    expects=lambda target, numbers: math.log(target.classes),
    link=always("log_softmax"),
    head=always("exp_log_probabilities"),
    form="classes",
    value=_nll,
    gradient=_nll_gradient,
)
