"""Linear above 0, exponential below: elu, celu, selu."""

import torch
from torch import Tensor

from pellucid.activations.entry import Activation, Numbers
from pellucid.activations.masks import above_zero
from pellucid.arithmetic import expm1
from pellucid.records.activations import ACTIVATION_PARAMETERS

__all__ = ["CELU", "ELU", "SELU"]

# Klambauer et al. (2017), eq. (14).
_SELU_SCALE = 1.0507009873554804934193349852946
_SELU_ALPHA = 1.6732632423543772848170429916717


# In all three the halves add up, because each is 0 where the other is not.
def _elu(x: Tensor, numbers: Numbers) -> Tensor:
    below: Tensor = expm1(x.clamp(max=0.0)) * numbers["alpha"]
    return below.add_(torch.relu(x))


def _elu_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # Below 0 the derivative alpha·eˣ is y + alpha; so it is at 0, as in torch.
    alpha = numbers["alpha"]
    if isinstance(alpha, float):
        return torch.ops.aten.elu_backward(dy, alpha, 1.0, 1.0, True, y)  # type: ignore[no-any-return]
    above = above_zero(x)
    return y.clamp(max=0.0).add_(alpha).mul_(1.0 - above).add_(above).mul_(dy)


def _celu(x: Tensor, numbers: Numbers) -> Tensor:
    alpha = numbers["alpha"]
    below: Tensor = expm1(x.clamp(max=0.0).div_(alpha)) * alpha
    return below.add_(torch.relu(x))


def _celu_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # Below 0 the derivative exp(x/alpha) is y/alpha + 1; above, 0/alpha + 1.
    return y.clamp(max=0.0).div_(numbers["alpha"]).add_(1.0).mul_(dy)


def _selu(x: Tensor, numbers: Numbers) -> Tensor:
    return torch.add(expm1(x.clamp(max=0.0)) * (_SELU_SCALE * _SELU_ALPHA), torch.relu(x), alpha=_SELU_SCALE)


def _selu_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # Below 0 the derivative is y + scale·alpha.
    return torch.ops.aten.elu_backward(  # type: ignore[no-any-return]
        dy, _SELU_ALPHA, _SELU_SCALE, 1.0, True, y
    )


ELU = Activation(
    name="elu",
    formula="x if x > 0 else alpha·(exp(x) − 1)",
    purpose="Like relu above 0; below, it bends smoothly to −alpha, which keeps the mean of the values near 0.",
    source="Clevert, Unterthiner & Hochreiter (2016), Fast and accurate deep network learning by exponential linear "
    "units, arXiv 1511.07289",
    aliases=("exponential_linear",),
    parameters=ACTIVATION_PARAMETERS["elu"],
    derivative="1 if x > 0 else alpha·exp(x)",
    range="(−alpha, ∞)",
    zero_centred=True,
    saturates="below 0",
    value=_elu,
    pull=_elu_pull,
    twin="torch.nn.ELU",
)
CELU = Activation(
    name="celu",
    formula="x if x > 0 else alpha·(exp(x/alpha) − 1)",
    purpose="An elu whose derivative is continuous for every alpha.",
    source="Barron (2017), Continuously differentiable exponential linear units, arXiv 1704.07483",
    parameters=ACTIVATION_PARAMETERS["celu"],
    derivative="1 if x > 0 else exp(x/alpha)",
    range="(−alpha, ∞)",
    zero_centred=True,
    saturates="below 0",
    value=_celu,
    pull=_celu_pull,
    twin="torch.nn.CELU",
)
SELU = Activation(
    name="selu",
    formula="1.0507·(x if x > 0 else 1.6733·(exp(x) − 1))",
    purpose="Scaled so that values keep mean 0 and spread 1 through many layers, without normalisation layers; made "
    "for weights drawn by lecun_normal.",
    source="Klambauer, Unterthiner, Mayr & Hochreiter (2017), Self-normalizing neural networks, arXiv 1706.02515, "
    "eq. (14)",
    aliases=("scaled_elu",),
    derivative="1.0507·(1 if x > 0 else 1.6733·exp(x))",
    range="(−1.7581, ∞)",
    zero_centred=True,
    saturates="below 0",
    value=_selu,
    pull=_selu_pull,
    twin="torch.nn.SELU",
)
