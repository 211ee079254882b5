"""Ordered classes as C − 1 questions, "is the class above k?": coral asks them all, corn one after the other."""

import math

import torch
from torch import Tensor

from pellucid.objectives.entry import Loss, Numbers, always, nobody_knows
from pellucid.objectives.losses.binary_cross_entropy import softplus

__all__ = ["CORAL", "CORN"]


def _ranks(outputs: Tensor) -> Tensor:
    """The questions' numbers k = 0 … C − 2."""
    return torch.arange(outputs.shape[2], device=outputs.device)


def _answers(outputs: Tensor, targets: Tensor) -> Tensor:
    """1 where the class is above k, else 0 ``[m, b, c − 1]``."""
    return (targets.unsqueeze(2) > _ranks(outputs)).to(outputs.dtype)


def _asked(outputs: Tensor, targets: Tensor) -> Tensor:
    """Whether question k is asked of a row: only if the class is above k − 1."""
    return targets.unsqueeze(2) >= _ranks(outputs)


def _slopes(outputs: Tensor, targets: Tensor) -> Tensor:
    """σ(z) − answer; e^−z may overflow to infinity, and 1/(1 + ∞) is the right 0."""
    return torch.exp(-outputs).add_(1.0).reciprocal_().sub_(_answers(outputs, targets))


def _losses(outputs: Tensor, targets: Tensor) -> Tensor:
    """log(1 + e^z) − z·answer, question by question."""
    return softplus(outputs) - outputs * _answers(outputs, targets)


def _coral(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """Σ_k of the questions' cross-entropies."""
    return _losses(outputs, targets).sum(2)


def _coral_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """σ(z_k) − answer."""
    return _slopes(outputs, targets)


def _corn(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """The same, over the questions that a row is asked."""
    return torch.where(_asked(outputs, targets), _losses(outputs, targets), 0.0).sum(2)


def _corn_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """σ(z_k) − answer for questions that are asked, else 0."""
    return torch.where(_asked(outputs, targets), _slopes(outputs, targets), 0.0)


CORAL = Loss(
    name="coral",
    formula="Σ_k log(1 + exp(z_k)) − z_k·[y > k]",
    purpose="For ordered classes, from one score with a threshold between each two neighbours: the network's last "
    "layer learns the thresholds.",
    source='Cao, Mirjalili & Raschka (2020), "Rank consistent ordinal regression for neural networks", arXiv '
    "1901.07884; importance weights 1",
    aliases=("CoralLoss",),
    reads="logits",
    targets=("ordinal",),
    outputs=lambda target, numbers: target.classes - 1,
    needs="one per threshold, one less than classes",
    untrained="(C − 1)·ln 2",
    expects=lambda target, numbers: (target.classes - 1) * math.log(2),
    link=always("identity"),
    head=always("coral"),
    form="ranks",
    value=_coral,
    gradient=_coral_gradient,
)
CORN = Loss(
    name="corn",
    formula="Σ_{k ≤ y} log(1 + exp(z_k)) − z_k·[y > k]",
    purpose="For ordered classes, from C − 1 outputs: is the class above k, given that it is above k − 1? A row is "
    "asked as far as its own class; the mean is over rows, where the paper divides by the number of questions.",
    source='Shi, Cao & Raschka (2021), "Deep neural networks for rank-consistent ordinal regression based on '
    'conditional probabilities", arXiv 2111.08851',
    aliases=("CornLoss",),
    reads="logits",
    targets=("ordinal",),
    outputs=lambda target, numbers: target.classes - 1,
    needs="one per threshold, one less than classes",
    untrained="ln 2 for every question that a row is asked",
    expects=nobody_knows,
    link=always("identity"),
    head=always("corn"),
    form="ranks",
    value=_corn,
    gradient=_corn_gradient,
)
