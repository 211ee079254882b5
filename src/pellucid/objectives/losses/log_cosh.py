"""Log-cosh: the smooth relative of Huber's loss."""

import math

import torch
from torch import Tensor

from pellucid.objectives.entry import Loss, Numbers, always, nobody_knows
from pellucid.objectives.losses.distance import distance

__all__ = ["LOG_COSH"]


def _log_cosh(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """|d| + log(1 + e^(−2|d|)) − ln 2 for |d| > 1, log(1 + (1 − e^(−|d|))²·e^|d|/2) below."""
    size = distance(outputs, targets).abs_()
    far = size + torch.log1p(torch.exp(-2.0 * size)) - math.log(2)
    # Near 0 the terms of ``far`` cancel; cosh d − 1 = e²/(2·(1 + e)) with e = e^(−|d|) − 1 does not.
    e = torch.expm1(-size.clamp(max=1.0))
    near = torch.log1p(0.5 * e * e / (1.0 + e))
    return torch.where(size > 1.0, far, near).mean(2)


def _log_cosh_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """tanh(z − y)."""
    return torch.tanh(distance(outputs, targets)).div_(outputs.shape[2])


LOG_COSH = Loss(
    name="log_cosh",
    formula="log cosh(z − y)",
    purpose="For numbers with some far-off rows: like ½·mse near 0 and like l1 far away, smooth everywhere.",
    source='Green (1990), "Bayesian reconstructions from emission tomography data using a modified EM algorithm"',
    aliases=("LogCoshLoss", "logcosh"),
    reads="reals",
    targets=("regression", "count", "reconstruction"),
    outputs=lambda target, numbers: target.columns,
    needs="one per target",
    untrained="less than the mean distance of the targets from 0",
    expects=nobody_knows,
    link=always("identity"),
    head=always("identity"),
    form="elements",
    value=_log_cosh,
    gradient=_log_cosh_gradient,
)
