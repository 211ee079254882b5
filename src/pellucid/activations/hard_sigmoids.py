"""S-shaped activations of straight pieces, cheap to compute: hard sigmoid, hard tanh, and hard swish, made of it."""

from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.activations.entry import Activation, Numbers
from pellucid.activations.masks import passed
from pellucid.catalogue import Value
from pellucid.records.activations import ACTIVATION_PARAMETERS

__all__ = ["HARD_SIGMOID", "HARD_SWISH", "HARD_TANH"]

_HOWARD = "Howard et al. (2019), Searching for MobileNetV3, arXiv 1905.02244, section 5.2"


def _hard_sigmoid(x: Tensor, numbers: Numbers) -> Tensor:
    return (x + 3.0).clamp_(0.0, 6.0).div_(6.0)


def _hard_sigmoid_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # dy/6 between the corners, 0 at and beyond them. Torch's own function knows 1/6 in single precision alone.
    return torch.ops.aten.hardtanh_backward(dy, x, -3.0, 3.0).div_(6.0)  # type: ignore[no-any-return]


def _hard_tanh(x: Tensor, numbers: Numbers) -> Tensor:
    # One bound may be a float and the other a tensor, so that each has its own pass.
    return x.clamp(min=numbers["low"]).clamp_(max=numbers["high"])


def _hard_tanh_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    low, high = numbers["low"], numbers["high"]
    if isinstance(low, float) and isinstance(high, float):
        return torch.ops.aten.hardtanh_backward(dy, x, low, high)  # type: ignore[no-any-return]
    return passed(passed(dy, x - low), high - x)


def _hard_tanh_at_zero(numbers: Mapping[str, Value]) -> float:
    low, high = (float(numbers[name]) for name in ("low", "high"))  # type: ignore[arg-type]
    return min(max(0.0, low), high)


def _hard_swish(x: Tensor, numbers: Numbers) -> Tensor:
    return _hard_sigmoid(x, numbers).mul_(x)


def _hard_swish_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # x/3 + 1/2 between the corners, 0 from the lower one down, 1 from the upper one up, as in torch.
    return torch.ops.aten.hardswish_backward(dy, x)  # type: ignore[no-any-return]


HARD_SIGMOID = Activation(
    name="hard_sigmoid",
    formula="min(max(0, x + 3), 6) / 6",
    purpose="A sigmoid of three straight pieces, for speed or arithmetic with few bits.",
    source=_HOWARD,
    aliases=("Hardsigmoid",),
    derivative="1/6 if −3 < x < 3 else 0",
    range="[0, 1]",
    zero_centred=False,
    saturates="at both ends",
    value=_hard_sigmoid,
    pull=_hard_sigmoid_pull,
    at_zero=lambda numbers: 0.5,
    twin="torch.nn.Hardsigmoid",
)
HARD_TANH = Activation(
    name="hard_tanh",
    formula="min(max(low, x), high)",
    purpose="A tanh of three straight pieces. As an output it keeps predictions between two bounds, but no gradient "
    "comes back from beyond them.",
    source="Collobert (2004), Large scale machine learning, thesis, Université Paris VI",
    aliases=("Hardtanh", "clamp", "clip"),
    parameters=ACTIVATION_PARAMETERS["hard_tanh"],
    derivative="1 if low < x < high else 0",
    range="[low, high]",
    zero_centred=True,
    saturates="at both ends",
    value=_hard_tanh,
    pull=_hard_tanh_pull,
    at_zero=_hard_tanh_at_zero,
    twin="torch.nn.Hardtanh",
)
HARD_SWISH = Activation(
    name="hard_swish",
    formula="x·min(max(0, x + 3), 6) / 6",
    purpose="A silu without exponentials, for speed or arithmetic with few bits.",
    source=_HOWARD,
    aliases=("Hardswish", "hard_silu"),
    derivative="0 if x ≤ −3, x/3 + 1/2 if −3 < x < 3, 1 if x ≥ 3",
    range="[−0.375, ∞)",
    zero_centred=True,
    saturates="below 0",
    value=_hard_swish,
    pull=_hard_swish_pull,
    twin="torch.nn.Hardswish",
)
