"""Activations without a slope: step, sign, round. To be looked at; no gradient passes them (N507)."""

from typing import Any

import torch
from torch import Tensor

from pellucid.activations.entry import Activation, Numbers

__all__ = ["ROUND", "SIGN", "STEP"]


def _step(x: Tensor, numbers: Numbers) -> Tensor:
    return (x >= 0).to(x.dtype)


def _nothing(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # Flat wherever there is a slope at all.
    return torch.zeros_like(dy)


_COMMON: dict[str, Any] = {"derivative": "0", "saturates": "everywhere", "trainable": False, "pull": _nothing}

STEP = Activation(
    name="step",
    formula="1 if x ≥ 0 else 0",
    purpose="The neuron of 1943: it fires or it does not. Its derivative is 0 wherever there is one, so that no "
    "gradient passes and nothing in front of it learns; use sigmoid instead.",
    source="McCulloch & Pitts (1943), A logical calculus of the ideas immanent in nervous activity",
    aliases=("heaviside", "binary_step", "unit_step"),
    range="{0, 1}",
    zero_centred=False,
    value=_step,
    at_zero=lambda numbers: 1.0,
    twin="torch.heaviside",
    **_COMMON,
)
SIGN = Activation(
    name="sign",
    formula="−1 if x < 0, 0 if x = 0, 1 if x > 0",
    purpose="A step that is symmetric about 0. No gradient passes, so that nothing in front of it learns; use tanh "
    "instead.",
    source="common",
    aliases=("signum", "sgn"),
    range="{−1, 0, 1}",
    zero_centred=True,
    value=lambda x, numbers: torch.sign(x),
    twin="torch.sign",
    **_COMMON,
)
ROUND = Activation(
    name="round",
    formula="the nearest whole number; halves go to the even one",
    purpose="Rounding inside a network is a staircase: its derivative is 0 on every step, so that nothing in front of "
    "it learns. Round predictions after the network instead.",
    source="common",
    range="whole numbers",
    zero_centred=True,
    value=lambda x, numbers: torch.round(x),
    twin="torch.round",
    **_COMMON,
)
