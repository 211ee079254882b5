"""Negative log-likelihood of counts: Poisson."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.catalogue import Parameter, Value
from pellucid.objectives.entry import Loss, Numbers
from pellucid.objectives.losses.distance import fitted
from pellucid.objectives.losses.exponential_with_tangent import exponential, exponential_slope
from pellucid.records import TargetSpec

__all__ = ["POISSON_NLL"]


def _log_factorial(y: Tensor) -> Tensor:
    """Stirling's y·log y − y + ½·log(2π·y) for y > 1, 0 up to 1: log y! but for 1/(12·y)."""
    clear = y.clamp(min=1.0)
    return torch.where(y > 1.0, clear * torch.log(clear) - clear + 0.5 * torch.log(2.0 * math.pi * clear), 0.0)


def _poisson_nll(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """e^z − y·z for log-rates, z − y·log(z + eps) for rates; with log y! if ``full``."""
    y = fitted(outputs, targets)
    if numbers["log_input"]:
        losses = exponential(outputs) - y * outputs
    else:
        losses = outputs - y * torch.log(outputs + numbers["eps"])
    return (losses + _log_factorial(y) if numbers["full"] else losses).mean(2)


def _poisson_nll_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """e^z − y for log-rates, 1 − y/(z + eps) for rates."""
    y = fitted(outputs, targets)
    gradient = exponential_slope(outputs) - y if numbers["log_input"] else 1.0 - y / (outputs + numbers["eps"])
    return gradient.div_(outputs.shape[2])


def _expected(target: TargetSpec, numbers: Mapping[str, Value]) -> float:
    """A rate of 1 costs 1, whatever the count, when the term without outputs is left out."""
    return 1.0 if numbers["log_input"] and not numbers["full"] else math.nan


POISSON_NLL = Loss(
    name="poisson_nll",
    formula="exp(z) − y·z for log-rates z (log_input), z − y·log(z + eps) for rates; full adds log y!",
    purpose="For counts: the output is the logarithm of the expected count, or the expected count itself. Beyond a "
    "log-rate of 40 (a count of 2·10¹⁷) exp goes on as its tangent, so that nothing overflows.",
    source='Nelder & Wedderburn (1972), "Generalized linear models"',
    aliases=("PoissonNLLLoss", "poisson"),
    parameters=(
        Parameter(
            name="log_input",
            default=True,
            meaning="whether outputs are logarithms of rates; if not, they are rates, behind a softplus",
            kind="flag",
            structural=True,
        ),
        Parameter(
            name="full",
            default=False,
            meaning="add log y! in Stirling's approximation; changes no gradient",
            kind="flag",
            structural=True,
        ),
        Parameter(
            name="eps",
            default=1e-8,
            meaning="added to rates before their logarithm is taken",
            low=0,
            open_low=True,
            structural=True,
        ),
    ),
    twin="torch.nn.functional.poisson_nll_loss",
    reads="rates",
    targets=("count", "regression"),
    outputs=lambda target, numbers: target.columns,
    needs="one per target",
    lower_bound=None,
    untrained="1 for log-rates",
    expects=_expected,
    link=lambda target, numbers: "identity" if numbers["log_input"] else "softplus",
    head=lambda target, numbers: "exp" if numbers["log_input"] else "identity",
    form="elements",
    value=_poisson_nll,
    gradient=_poisson_nll_gradient,
)
