"""Further output links: exp for rates, increasing for quantiles that do not cross."""

import torch
from torch import Tensor

from pellucid.activations.entry import Activation, Numbers
from pellucid.activations.masks import passed
from pellucid.activations.sigmoids import logistic, smooth_relu
from pellucid.records.activations import ACTIVATION_PARAMETERS

__all__ = ["EXP", "INCREASING"]


def _exp_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    return passed(dy * y, numbers["limit"] - x)


def _increasing(x: Tensor, numbers: Numbers) -> Tensor:
    # y₀ = x₀, y_k = y_{k−1} + softplus(x_k)
    return torch.cat([x[..., :1], smooth_relu(x[..., 1:])], -1).cumsum(-1)


def _increasing_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # Every step lifts all values from its own on: dx_k = softplus′(x_k)·Σ_{j ≥ k} dy_j.
    onwards = dy.flip(-1).cumsum(-1).flip(-1)
    return torch.cat([onwards[..., :1], onwards[..., 1:] * logistic(x[..., 1:])], -1)


EXP = Activation(
    name="exp",
    formula="exp(min(x, limit))",
    purpose="Turns a logarithm into a positive number, at the output: rates, counts, variances. The limit keeps it "
    "finite.",
    source="McCullagh & Nelder (1989), Generalized linear models, log link",
    aliases=("exponential",),
    parameters=ACTIVATION_PARAMETERS["exp"],
    derivative="y if x < limit else 0",
    range="(0, exp(limit)]",
    zero_centred=False,
    saturates="below 0",
    value=lambda x, numbers: x.clamp(max=numbers["limit"]).exp_(),
    pull=_exp_pull,
    at_zero=lambda numbers: 1.0,
    output_only=True,
    twin="torch.exp",
)
INCREASING = Activation(
    name="increasing",
    formula="y₀ = x₀, y_k = y_{k−1} + log(1 + exp(x_k))",
    purpose="Outputs in rising order, for several quantiles of one target: they cannot cross.",
    source="common",
    aliases=("non_crossing",),
    derivative="by x₀: 1; of y_k by x_j: sigmoid(x_j) for 1 ≤ j ≤ k, 0 for j > k",
    range="(−∞, ∞), rising along a row",
    zero_centred=True,
    saturates="nowhere",
    value=_increasing,
    pull=_increasing_pull,
    rowwise=True,
    output_only=True,
)
