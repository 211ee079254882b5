"""Piecewise linear activations with learned corners and slopes, one per unit: prelu, srelu.

In padding the learned numbers are 0, and both give 0 for 0 then.
"""

import torch
from torch import Tensor

from pellucid.activations.entry import Activation, Learned, Numbers
from pellucid.activations.masks import above_zero, passed
from pellucid.records.activations import ACTIVATION_PARAMETERS, LEARNED_NUMBERS

__all__ = ["PRELU", "SRELU"]


def _learned(name: str) -> tuple[Learned, ...]:
    return tuple(Learned(number, start) for number, start in LEARNED_NUMBERS[name].items())


def _prelu(x: Tensor, numbers: Numbers) -> Tensor:
    below: Tensor = x.clamp(max=0.0) * numbers["negative_slope"]
    return below.add_(torch.relu(x))


def _prelu_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # 1 above 0, the slope elsewhere
    above = above_zero(x)
    return (1.0 - above).mul_(numbers["negative_slope"]).add_(above).mul_(dy)


def _prelu_learn(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> dict[str, Tensor]:
    return {"negative_slope": dy * x.clamp(max=0.0)}


def _srelu(x: Tensor, numbers: Numbers) -> Tensor:
    # x + (upper gain − 1)·max(x − upper, 0) + (1 − lower gain)·max(lower − x, 0): the paper's three pieces, and still
    # without a jump when learning has moved the lower threshold above the upper one.
    above = torch.relu(x - numbers["upper_threshold"])
    below = torch.relu(numbers["lower_threshold"] - x)
    bent: Tensor = x + above * (numbers["upper_gain"] - 1.0) + below * (1.0 - numbers["lower_gain"])
    return bent


def _srelu_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    above = above_zero(x - numbers["upper_threshold"]).mul_(numbers["upper_gain"] - 1.0)
    below = above_zero(numbers["lower_threshold"] - x).mul_(1.0 - numbers["lower_gain"])
    return above.sub_(below).add_(1.0).mul_(dy)


def _srelu_learn(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> dict[str, Tensor]:
    above = x - numbers["upper_threshold"]
    below = numbers["lower_threshold"] - x
    return {
        "lower_threshold": passed(dy, below) * (1.0 - numbers["lower_gain"]),
        "lower_gain": dy * torch.relu(below).neg_(),
        "upper_threshold": passed(dy, above) * (1.0 - numbers["upper_gain"]),
        "upper_gain": dy * torch.relu(above),
    }


PRELU = Activation(
    name="prelu",
    formula="x if x > 0 else negative_slope·x",
    purpose="A leaky relu whose slope below 0 is learned, one per unit.",
    source="He, Zhang, Ren & Sun (2015), Delving deep into rectifiers, arXiv 1502.01852, eq. (1)",
    aliases=("parametric_relu",),
    parameters=ACTIVATION_PARAMETERS["prelu"],
    derivative="1 if x > 0 else negative_slope; by negative_slope: min(x, 0)",
    range="(−∞, ∞)",
    zero_centred=True,
    saturates="nowhere",
    value=_prelu,
    pull=_prelu_pull,
    learned=_learned("prelu"),
    learn=_prelu_learn,
    twin="torch.nn.PReLU",
)
SRELU = Activation(
    name="srelu",
    formula="x + (upper_gain − 1)·max(x − upper_threshold, 0) + (1 − lower_gain)·max(lower_threshold − x, 0)",
    purpose="Three straight pieces whose two corners and two outer slopes are learned, four numbers per unit: it can "
    "bend either way.",
    source="Jin, Xu, Feng, Wei, Xiong & Yan (2016), Deep learning with S-shaped rectified linear activation units, "
    "AAAI 30(1)",
    aliases=("s_shaped_relu",),
    parameters=ACTIVATION_PARAMETERS["srelu"],
    derivative="lower_gain below lower_threshold, 1 between, upper_gain above upper_threshold",
    range="(−∞, ∞)",
    zero_centred=True,
    saturates="nowhere",
    value=_srelu,
    pull=_srelu_pull,
    learned=_learned("srelu"),
    learn=_srelu_learn,
)
