"""Losses with their gradients, row by row, for a whole stack.

Each function takes outputs ``[m, b, o]`` and returns losses ``[m, b]`` (mean over outputs) and, if asked, the gradient
of each row's loss with respect to its outputs ``[m, b, o]``. Weighting and reduction happen in ``objective``.
"""

from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from pellucid.errors import UnknownNameError

__all__ = ["LOSSES", "Loss", "LossNumbers", "bce_with_logits", "cross_entropy", "find_loss", "huber", "l1", "mse"]


class LossNumbers(NamedTuple):
    """Numbers of a loss, per member, ``[m, 1]``."""

    label_smoothing: Tensor
    huber_delta: Tensor


class Loss(Protocol):
    """Outputs ``[m, b, o]`` × targets → losses ``[m, b]`` and gradient ``[m, b, o]``."""

    def __call__(self, outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> tuple[Tensor, Tensor]:
        """Losses ``[m, b]`` and gradient ``[m, b, o]``."""


def cross_entropy(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> tuple[Tensor, Tensor]:
    """−Σ_c q_c·log softmax(z)_c, gradient softmax(z) − q; q = (1 − s)·one-hot + s/C with label smoothing s.

    Smoothing as in Szegedy et al. (2016), "Rethinking the Inception architecture", §7, and ``torch``.

    Args:
        outputs: Logits ``[m, b, c]``.
        targets: Class numbers ``[m, b]``, int64.
        numbers: label_smoothing.
    """
    classes = outputs.shape[2]
    log_probabilities = torch.log_softmax(outputs, 2)
    where = targets.unsqueeze(2)
    s = numbers.label_smoothing
    right = log_probabilities.gather(2, where).squeeze(2)
    losses = -((1.0 - s) * right + s * log_probabilities.mean(2))
    gradient = torch.exp(log_probabilities).sub_((s / classes).unsqueeze(2))
    gradient.scatter_add_(2, where, (s - 1.0).expand_as(targets).unsqueeze(2))
    return losses, gradient


def bce_with_logits(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> tuple[Tensor, Tensor]:
    """log(1 + e^z) − z·y, gradient σ(z) − y; with smoothing y = y·(1 − s) + s/2.

    Args:
        outputs: Logits ``[m, b, 1]``.
        targets: 0 or 1 ``[m, b]``, int64 or float.
        numbers: label_smoothing.
    """
    s = numbers.label_smoothing
    y = (targets.to(outputs.dtype) * (1.0 - s) + 0.5 * s).unsqueeze(2)
    # log(1 + e^z) = max(z, 0) + log(1 + e^−|z|): never overflows.
    small = torch.exp(-outputs.abs())
    losses = torch.relu(outputs) + torch.log1p(small) - outputs * y
    # σ(z) = 1/(1 + e^−|z|) for z ≥ 0, e^−|z|/(1 + e^−|z|) below.
    probability = torch.where(outputs >= 0, 1.0, small) / (1.0 + small)
    return losses.mean(2), (probability - y) / outputs.shape[2]


def mse(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> tuple[Tensor, Tensor]:
    """(z − y)², gradient 2·(z − y).

    Args:
        outputs: Predictions ``[m, b, o]`` in the (standardised) target's unit.
        targets: ``[m, b]`` or ``[m, b, o]``.
        numbers: Not used.
    """
    distance = outputs - _alike(targets, outputs)
    return (distance * distance).mean(2), distance * (2.0 / outputs.shape[2])


def l1(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> tuple[Tensor, Tensor]:
    """|z − y|, gradient sign(z − y), 0 at 0; arguments as in :func:`mse`."""
    distance = outputs - _alike(targets, outputs)
    return distance.abs().mean(2), torch.sign(distance) / outputs.shape[2]


def huber(outputs: Tensor, targets: Tensor, numbers: LossNumbers) -> tuple[Tensor, Tensor]:
    """½d² for |d| ≤ δ, δ·(|d| − ½δ) beyond; gradient d clipped to ±δ.

    Huber (1964), "Robust estimation of a location parameter", eq. (2.1); arguments as :func:`mse`.
    """
    distance = outputs - _alike(targets, outputs)
    delta = numbers.huber_delta.unsqueeze(2)
    clipped = torch.minimum(torch.maximum(distance, -delta), delta)
    # With c = d clipped to ±δ, both branches are c·(d − ½c).
    return (clipped * (distance - 0.5 * clipped)).mean(2), clipped / outputs.shape[2]


def _alike(targets: Tensor, outputs: Tensor) -> Tensor:
    """Targets with the outputs' number of axes, so that nothing broadcasts by accident."""
    wide = targets.unsqueeze(2) if targets.dim() == 2 else targets
    if wide.shape != outputs.shape:
        raise ValueError(f"targets {tuple(targets.shape)} do not fit outputs {tuple(outputs.shape)}")
    return wide.to(outputs.dtype)


LOSSES: dict[str, Loss] = {
    "cross_entropy": cross_entropy,
    "bce_with_logits": bce_with_logits,
    "mse": mse,
    "l1": l1,
    "huber": huber,
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
