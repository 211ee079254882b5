"""Piecewise linear activations with fixed corners: identity, relu, relu6, leaky relu, threshold."""

from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.activations.entry import Activation, Numbers
from pellucid.activations.masks import above_zero, passed
from pellucid.catalogue import Value
from pellucid.records.activations import ACTIVATION_PARAMETERS

__all__ = ["IDENTITY", "LEAKY_RELU", "RELU", "RELU6", "THRESHOLD"]

_NAIR = "Nair & Hinton (2010), Rectified linear units improve restricted Boltzmann machines"


def _relu6_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # dy where 0 < x < 6, else 0.
    return torch.ops.aten.hardtanh_backward(dy, x, 0.0, 6.0)  # type: ignore[no-any-return]


def _leaky_relu(x: Tensor, numbers: Numbers) -> Tensor:
    # max(x, slope·x), right for slopes up to 1
    return torch.maximum(x, x * numbers["slope"])


def _leaky_relu_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    slope = numbers["slope"]
    if isinstance(slope, float):
        return torch.ops.aten.leaky_relu_backward(dy, x, slope, False)  # type: ignore[no-any-return]
    return torch.maximum(above_zero(x), slope).mul_(dy)


def _threshold(x: Tensor, numbers: Numbers) -> Tensor:
    high = x - numbers["threshold"]
    floor = (1.0 - above_zero(high)).mul_(numbers["value"])
    return floor.add_(passed(x, high))


def _threshold_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    return passed(dy, x - numbers["threshold"])


def _threshold_at_zero(numbers: Mapping[str, Value]) -> float:
    threshold, value = (float(numbers[name]) for name in ("threshold", "value"))  # type: ignore[arg-type]
    return value if threshold >= 0 else 0.0


IDENTITY = Activation(
    name="identity",
    formula="x",
    purpose="Leaves values as they are. At the output of a regression; between linear layers it makes two of them as "
    "good as one (N501).",
    source="common",
    aliases=("linear", "none"),
    derivative="1",
    range="(−∞, ∞)",
    zero_centred=True,
    saturates="nowhere",
    value=lambda x, numbers: x,
    pull=lambda dy, x, y, numbers: dy,
    twin="torch.nn.Identity",
)
RELU = Activation(
    name="relu",
    formula="max(0, x)",
    purpose="The usual first choice: cheap, and its gradient does not fade above 0. A unit whose inputs stay below 0 "
    "gets no gradient any more and is dead (T601).",
    source=_NAIR,
    aliases=("rectifier", "rectified_linear"),
    derivative="1 if x > 0 else 0",
    range="[0, ∞)",
    zero_centred=False,
    saturates="below 0",
    value=lambda x, numbers: torch.relu(x),
    # The derivative at 0 is 0, as in torch. It can be told from y, which then may take the place of x.
    pull=lambda dy, x, y, numbers: passed(dy, y),
    twin="torch.nn.ReLU",
)
RELU6 = Activation(
    name="relu6",
    formula="min(max(0, x), 6)",
    purpose="A relu with a ceiling, made for arithmetic with few bits.",
    source="Krizhevsky (2010), Convolutional deep belief networks on CIFAR-10",
    derivative="1 if 0 < x < 6 else 0",
    range="[0, 6]",
    zero_centred=False,
    saturates="at both ends",
    value=lambda x, numbers: x.clamp(0.0, 6.0),
    pull=_relu6_pull,
    twin="torch.nn.ReLU6",
)
LEAKY_RELU = Activation(
    name="leaky_relu",
    formula="x if x > 0 else slope·x",
    purpose="A relu that lets a little through below 0, so that no unit dies.",
    source="Maas, Hannun & Ng (2013), Rectifier nonlinearities improve neural network acoustic models",
    aliases=("LeakyReLU", "lrelu"),
    parameters=ACTIVATION_PARAMETERS["leaky_relu"],
    derivative="1 if x > 0 else slope",
    range="(−∞, ∞)",
    zero_centred=True,
    saturates="nowhere",
    value=_leaky_relu,
    pull=_leaky_relu_pull,
    twin="torch.nn.LeakyReLU",
)
THRESHOLD = Activation(
    name="threshold",
    formula="x if x > threshold else value",
    purpose="A relu whose corner and floor can be moved; it jumps unless the floor equals the threshold.",
    source="common",
    parameters=ACTIVATION_PARAMETERS["threshold"],
    derivative="1 if x > threshold else 0",
    range="{value} and (threshold, ∞)",
    zero_centred=False,
    saturates="below the threshold",
    value=_threshold,
    pull=_threshold_pull,
    at_zero=_threshold_at_zero,
    twin="torch.nn.Threshold",
)
