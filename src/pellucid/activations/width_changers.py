"""Activations that change the width: crelu gives twice as many values as it takes, maxout a fraction."""

from collections.abc import Mapping
from functools import reduce

import torch
from torch import Tensor

from pellucid.activations.entry import Activation, Numbers
from pellucid.activations.masks import passed
from pellucid.activations.pieces import cut, piece_width
from pellucid.catalogue import Value
from pellucid.records.activations import ACTIVATION_PARAMETERS

__all__ = ["CRELU", "MAXOUT"]


def _crelu(x: Tensor, numbers: Numbers) -> Tensor:
    return torch.cat([x, -x], -1).relu_()


def _crelu_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    positive, negative = cut(dy, 2, "crelu")
    return passed(positive, x).sub_(passed(negative, -x))


def _maxout(x: Tensor, numbers: Numbers) -> Tensor:
    return reduce(torch.maximum, cut(x, numbers["pieces"], "maxout"))


def _maxout_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # The gradient goes to the largest piece, the first of equals.
    dx = torch.zeros_like(x)
    left = dy
    for piece, gradient in zip(*(cut(each, numbers["pieces"], "maxout") for each in (x, dx)), strict=True):
        lost = passed(left, y - piece)
        torch.sub(left, lost, out=gradient)
        left = lost
    return dx


def _pieces(numbers: Mapping[str, Value]) -> int:
    return int(numbers["pieces"])  # type: ignore[arg-type]


CRELU = Activation(
    name="crelu",
    formula="max(0, x) for every x, then max(0, −x) for every x",
    purpose="Keeps both sides of every value, so that no unit is dead on all rows. Gives twice the width.",
    source="Shang, Sohn, Almeida & Lee (2016), Understanding and improving convolutional neural networks via "
    "concatenated rectified linear units, arXiv 1603.05201, definition 2.1",
    aliases=("concatenated_relu",),
    derivative="1 if x > 0 else 0, then −1 if x < 0 else 0",
    range="[0, ∞)",
    zero_centred=False,
    saturates="nowhere",
    value=_crelu,
    pull=_crelu_pull,
    gives=lambda width, numbers: 2 * width,
)
MAXOUT = Activation(
    name="maxout",
    formula="max(x₁, …, x_pieces): the j-th values of all pieces, which stand behind one another",
    purpose="Learns its own shape: a convex curve of straight pieces. Takes pieces times the width.",
    source="Goodfellow, Warde-Farley, Mirza, Courville & Bengio (2013), Maxout networks, arXiv 1302.4389, section 3",
    parameters=ACTIVATION_PARAMETERS["maxout"],
    derivative="1 by the largest piece, 0 by the others",
    range="(−∞, ∞)",
    zero_centred=True,
    saturates="nowhere",
    value=_maxout,
    pull=_maxout_pull,
    takes=lambda width, numbers: width * _pieces(numbers),
    gives=lambda width, numbers: piece_width(width, _pieces(numbers), "maxout"),
)
