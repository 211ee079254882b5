"""S-shaped activations: sigmoid, tanh, softsign, log sigmoid."""

import math

import torch
from torch import Tensor

from pellucid.activations.entry import Activation, Numbers
from pellucid.arithmetic import exp, tanh

__all__ = ["LOG_SIGMOID", "SIGMOID", "SOFTSIGN", "TANH", "logistic", "smooth_relu"]


def logistic(x: Tensor) -> Tensor:
    """σ(x) = 1 / (1 + e⁻ˣ); exactly 0 and 1 at the far ends, never NaN.

    Built from exp and a division instead of ``torch.sigmoid``, whose last few elements go through another routine: the
    bits of an element would then depend on where it stands and on the number of threads.
    """
    return torch.reciprocal(exp(-x) + 1.0)


def _softsign(x: Tensor, numbers: Numbers) -> Tensor:
    return x / (x.abs() + 1.0)


def _softsign_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # softsign′ = 1/(1 + |x|)²; two divisions, because the square may overflow where the result need not.
    size = x.abs().add_(1.0)
    return dy / size / size


def smooth_relu(x: Tensor) -> Tensor:
    """log(1 + eˣ); from 40 on this is x to the last bit, so that exp need not see more, and nothing overflows."""
    return torch.maximum(x, torch.log1p(x.clamp(max=40.0).exp_()))


SIGMOID = Activation(
    name="sigmoid",
    formula="1 / (1 + exp(−x))",
    purpose="Turns a score into a probability at the output. In hidden layers its gradient is at most 1/4 and fades "
    "layer by layer (T603); prefer tanh or relu there.",
    source="common",
    aliases=("logistic", "expit"),
    derivative="y·(1 − y)",
    range="(0, 1)",
    zero_centred=False,
    saturates="at both ends",
    value=lambda x, numbers: logistic(x),
    pull=lambda dy, x, y, numbers: torch.ops.aten.sigmoid_backward(dy, y),
    at_zero=lambda numbers: 0.5,
    twin="torch.nn.Sigmoid",
)
TANH = Activation(
    name="tanh",
    formula="tanh(x)",
    purpose="Smooth and symmetric about 0, good in shallow networks. It saturates for inputs of some size, "
    "and its gradient fades through many layers (T603).",
    source="common",
    aliases=("hyperbolic_tangent",),
    derivative="1 − y²",
    range="(−1, 1)",
    zero_centred=True,
    saturates="at both ends",
    value=lambda x, numbers: tanh(x),
    pull=lambda dy, x, y, numbers: torch.ops.aten.tanh_backward(dy, y),
    twin="torch.nn.Tanh",
)
SOFTSIGN = Activation(
    name="softsign",
    formula="x / (1 + |x|)",
    purpose="Like tanh, with heavier tails: it saturates slowly, so that gradients fade less.",
    source="Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks",
    derivative="1 / (1 + |x|)²",
    range="(−1, 1)",
    zero_centred=True,
    saturates="at both ends",
    value=_softsign,
    pull=_softsign_pull,
    twin="torch.nn.Softsign",
)
LOG_SIGMOID = Activation(
    name="log_sigmoid",
    formula="log(1 / (1 + exp(−x)))",
    purpose="The logarithm of a probability, at the output; exact where log(sigmoid(x)) is −∞ or loses all digits.",
    source="common",
    aliases=("LogSigmoid",),
    derivative="1 / (1 + exp(x))",
    range="(−∞, 0)",
    zero_centred=False,
    saturates="above 0",
    # log σ(x) = −log(1 + e⁻ˣ)
    value=lambda x, numbers: smooth_relu(-x).neg_(),
    pull=lambda dy, x, y, numbers: dy * logistic(-x),
    at_zero=lambda numbers: -math.log(2.0),
    output_only=True,
    twin="torch.nn.LogSigmoid",
)
