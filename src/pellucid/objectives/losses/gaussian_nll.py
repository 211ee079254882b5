"""Negative log-likelihood of numbers with their own uncertainty: Gauss."""

import math

import torch
from torch import Tensor

from pellucid.catalogue import Parameter
from pellucid.objectives.entry import Loss, Numbers, always, nobody_knows
from pellucid.objectives.losses.distance import fitted

__all__ = ["GAUSSIAN_NLL"]

_HALF_LOG_TURN = 0.5 * math.log(2.0 * math.pi)


def _parts(outputs: Tensor, targets: Tensor, numbers: Numbers) -> tuple[Tensor, Tensor]:
    """Mean − target and log-variance, no lower than log eps, each ``[m, b, t]``."""
    means, spreads = outputs.chunk(2, 2)
    return means - fitted(means, targets), spreads.clamp(min=math.log(numbers["eps"]))


def _gaussian_nll(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """½·(s + d²·e^(−s)) for log-variance s and d = mean − y; with ½·log 2π if ``full``."""
    apart, log_variance = _parts(outputs, targets, numbers)
    losses = 0.5 * (log_variance + apart.square() * torch.exp(-log_variance))
    return (losses + _HALF_LOG_TURN if numbers["full"] else losses).mean(2)


def _gaussian_nll_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """d·e^(−s) for the mean, ½·(1 − d²·e^(−s)) for the log-variance.

    Where the variance is held at eps, the second still says where it should go: it could not come back otherwise. So
    does torch.
    """
    apart, log_variance = _parts(outputs, targets, numbers)
    precision = torch.exp(-log_variance)
    slope = apart * precision
    return torch.cat([slope, 0.5 - 0.5 * apart * slope], 2).div_(apart.shape[2])


GAUSSIAN_NLL = Loss(
    name="gaussian_nll",
    formula="½·(log v + (μ − y)²/v), v = max(exp(s), eps) for outputs μ and s; full adds ½·log 2π",
    purpose="For numbers whose spread differs from row to row: every target gets a mean and a log-variance.",
    source='Nix & Weigend (1994), "Estimating the mean and variance of the target probability distribution"',
    aliases=("GaussianNLLLoss", "normal_nll", "mean_and_variance"),
    parameters=(
        Parameter(
            name="full",
            default=False,
            meaning="add ½·log 2π, so that the value is the log-density's; changes no gradient",
            kind="flag",
            structural=True,
        ),
        Parameter(
            name="eps",
            default=1e-6,
            meaning="least variance, in the target's unit squared",
            low=0,
            open_low=True,
            structural=True,
        ),
    ),
    twin="torch.nn.functional.gaussian_nll_loss",
    reads="mean_and_variance",
    targets=("regression",),
    outputs=lambda target, numbers: 2 * target.columns,
    needs="two per target: all means, then all log-variances",
    lower_bound=None,
    untrained="half the variance of the targets around 0: ½ when they are standardised",
    expects=nobody_knows,
    link=always("identity"),
    head=always("mean_and_variance"),
    form="rows",
    value=_gaussian_nll,
    gradient=_gaussian_nll_gradient,
)
