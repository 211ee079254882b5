"""Losses with their gradients, row by row, for a whole stack.

``value`` takes outputs ``[m, b, o]`` and targets and returns losses ``[m, b]`` (mean over outputs); ``gradient``
returns the gradient of each row's loss with respect to its outputs ``[m, b, o]``. They stand apart because a training
step needs the gradient alone: the values of many steps are worked out together, later. Weighting and reduction happen
in ``objective``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import torch
from torch import Tensor

from pellucid.errors import UnknownNameError

__all__ = ["LOSSES", "Loss", "LossNumbers", "find_loss"]


class LossNumbers(NamedTuple):
    """Numbers of a loss, per member, ``[m, 1]``.

    Attributes:
        label_smoothing: Share of the target spread over all classes; None where no member smooths.
        huber_delta: Where the Huber loss turns.
    """

    label_smoothing: Tensor | None
    huber_delta: Tensor


_Rule: TypeAlias = Callable[[Tensor, Tensor, LossNumbers], Tensor]


@dataclass(frozen=True)
class Loss:
    """One loss.

    Attributes:
        name: Registered name.
        formula: As text.
        value: Outputs ``[m, b, o]``, targets, numbers → losses ``[m, b]``.
        gradient: The same → ``[m, b, o]``.
    """

    name: str
    formula: str
    value: _Rule
    gradient: _Rule


def _cross_entropy(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> Tensor:
    """−Σ_c q_c·log softmax(z)_c with q = (1 − s)·one-hot + s/C; targets are class numbers ``[m, b]``."""
    log_probabilities = torch.log_softmax(outputs, 2)
    right = log_probabilities.gather(2, targets.unsqueeze(2)).squeeze(2)
    s = numbers.label_smoothing
    return -right if s is None else -((1.0 - s) * right + s * log_probabilities.mean(2))


def _cross_entropy_gradient(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> Tensor:
    """softmax(z) − q."""
    gradient = torch.softmax(outputs, 2)
    where = targets.unsqueeze(2)
    s = numbers.label_smoothing
    if s is None:
        return gradient.scatter_add_(2, where, gradient.new_full((1, 1, 1), -1.0).expand_as(where))
    gradient.sub_((s / outputs.shape[2]).unsqueeze(2))
    return gradient.scatter_add_(2, where, (s - 1.0).unsqueeze(2).expand_as(where))


def _smoothed(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> Tensor:
    """0 or 1 as ``[m, b, 1]`` of the outputs' type, moved towards ½ by the smoothing."""
    y = targets.unsqueeze(2).to(outputs.dtype)
    s = numbers.label_smoothing
    return y if s is None else y * (1.0 - s).unsqueeze(2) + (0.5 * s).unsqueeze(2)


def _bce_with_logits(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> Tensor:
    """log(1 + e^z) − z·y; targets are 0 or 1 ``[m, b]``."""
    y = _smoothed(outputs, targets, numbers)
    # log(1 + e^z) = max(z, 0) + log(1 + e^−|z|): never overflows.
    return (torch.relu(outputs) + torch.log1p(torch.exp(-outputs.abs())) - outputs * y).mean(2)


def _bce_with_logits_gradient(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> Tensor:
    """σ(z) − y; e^−z may overflow to infinity, and 1/(1 + ∞) is the right 0."""
    probability = torch.exp(-outputs).add_(1.0).reciprocal_()
    gradient = probability.sub_(_smoothed(outputs, targets, numbers))
    return gradient if outputs.shape[2] == 1 else gradient.div_(outputs.shape[2])


def _distance(outputs: Tensor, targets: Tensor) -> Tensor:
    """Z − y ``[m, b, o]``; targets ``[m, b]`` or ``[m, b, o]`` must fit, so that nothing broadcasts by accident."""
    wide = targets.unsqueeze(2) if targets.dim() == 2 else targets
    if wide.shape != outputs.shape:
        raise ValueError(f"targets {tuple(targets.shape)} do not fit outputs {tuple(outputs.shape)}")
    return outputs - wide


def _mse(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> Tensor:
    """(z − y)²."""
    return _distance(outputs, targets).square().mean(2)


def _mse_gradient(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> Tensor:
    """2·(z − y)."""
    return _distance(outputs, targets).mul_(2.0 / outputs.shape[2])


def _l1(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> Tensor:
    """|z − y|."""
    return _distance(outputs, targets).abs().mean(2)


def _l1_gradient(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> Tensor:
    """sign(z − y), 0 at 0."""
    return _distance(outputs, targets).sign_().div_(outputs.shape[2])


def _clipped(distance: Tensor, numbers: LossNumbers) -> Tensor:
    delta = numbers.huber_delta.unsqueeze(2)
    return torch.minimum(torch.maximum(distance, -delta), delta)


def _huber(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> Tensor:
    """½d² for |d| ≤ δ, δ·(|d| − ½δ) beyond."""
    distance = _distance(outputs, targets)
    clipped = _clipped(distance, numbers)
    # With c = d clipped to ±δ, both branches are c·(d − ½c).
    return (clipped * (distance - 0.5 * clipped)).mean(2)


def _huber_gradient(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> Tensor:
    """D clipped to ±δ."""
    return _clipped(_distance(outputs, targets), numbers).div_(outputs.shape[2])


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        # Label smoothing as in Szegedy et al. (2016), "Rethinking the Inception architecture", §7, and in torch.
        Loss("cross_entropy", "−Σ_c q_c·log softmax(z)_c", _cross_entropy, _cross_entropy_gradient),
        Loss("bce_with_logits", "log(1 + exp(z)) − z·y", _bce_with_logits, _bce_with_logits_gradient),
        Loss("mse", "(z − y)²", _mse, _mse_gradient),
        Loss("l1", "|z − y|", _l1, _l1_gradient),
        # Huber (1964), "Robust estimation of a location parameter", eq. (2.1).
        Loss("huber", "½(z − y)² if |z − y| ≤ δ else δ·(|z − y| − ½δ)", _huber, _huber_gradient),
    )
}


def find_loss(name: str) -> Loss:
    """The loss of that name.

    Raises:
        UnknownNameError: If there is none; offers the nearest.
    """
    try:
        return LOSSES[name]
    except KeyError:
        raise UnknownNameError("loss", name, ("auto", *LOSSES)) from None
