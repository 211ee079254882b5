"""Activations that make small values smaller: softshrink, hardshrink, tanhshrink."""

from torch import Tensor

from pellucid.activations.entry import Activation, Numbers
from pellucid.activations.masks import passed
from pellucid.arithmetic import tanh
from pellucid.records.activations import ACTIVATION_PARAMETERS

__all__ = ["HARDSHRINK", "SOFTSHRINK", "TANHSHRINK"]


def _softshrink(x: Tensor, numbers: Numbers) -> Tensor:
    # x less the part of it between −threshold and threshold
    threshold = numbers["threshold"]
    return x - x.clamp(min=-threshold).clamp_(max=threshold)


def _hardshrink(x: Tensor, numbers: Numbers) -> Tensor:
    return passed(x, x.abs() - numbers["threshold"])


def _shrink_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    return passed(dy, x.abs().sub_(numbers["threshold"]))


def _tanhshrink_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # tanh² from x anew: x − y has lost the digits of tanh where x is large.
    t = tanh(x)
    return dy * t * t


SOFTSHRINK = Activation(
    name="softshrink",
    formula="x − threshold if x > threshold, x + threshold if x < −threshold, else 0",
    purpose="Makes a code sparse: small values become 0 and the others come nearer to it; the step of sparse coding.",
    source="Donoho & Johnstone (1994), Ideal spatial adaptation by wavelet shrinkage, soft thresholding",
    aliases=("soft_shrink",),
    parameters=ACTIVATION_PARAMETERS["softshrink"],
    derivative="1 if |x| > threshold else 0",
    range="(−∞, ∞)",
    zero_centred=True,
    saturates="near 0",
    value=_softshrink,
    pull=_shrink_pull,
    twin="torch.nn.Softshrink",
)
HARDSHRINK = Activation(
    name="hardshrink",
    formula="x if |x| > threshold else 0",
    purpose="Makes a code sparse: small values become 0 and the others stay; it jumps at the threshold.",
    source="Donoho & Johnstone (1994), Ideal spatial adaptation by wavelet shrinkage, hard thresholding",
    aliases=("hard_shrink",),
    parameters=ACTIVATION_PARAMETERS["hardshrink"],
    derivative="1 if |x| > threshold else 0",
    range="{0} and beyond ±threshold",
    zero_centred=True,
    saturates="near 0",
    value=_hardshrink,
    pull=_shrink_pull,
    twin="torch.nn.Hardshrink",
)
TANHSHRINK = Activation(
    name="tanhshrink",
    formula="x − tanh(x)",
    purpose="A smooth shrinker without a number to choose; flat near 0, parallel to x far away.",
    source="common",
    aliases=("tanh_shrink",),
    derivative="tanh(x)²",
    range="(−∞, ∞)",
    zero_centred=True,
    saturates="near 0",
    value=lambda x, numbers: x - tanh(x),
    pull=_tanhshrink_pull,
    twin="torch.nn.Tanhshrink",
)
