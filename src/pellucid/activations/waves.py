"""Activations that come back: gaussian, sine."""

from torch import Tensor

from pellucid.activations.entry import Activation, Numbers
from pellucid.records.activations import ACTIVATION_PARAMETERS

__all__ = ["GAUSSIAN", "SINE"]


def _gaussian_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    # −2x·exp(−x²)
    return (x * y).mul_(-2.0).mul_(dy)


def _sine_pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    frequency: float | Tensor = numbers["frequency"]
    return (x * frequency).cos_().mul_(frequency).mul_(dy)


GAUSSIAN = Activation(
    name="gaussian",
    formula="exp(−x²)",
    purpose="A bump: a unit answers to a region, not to a side. For small networks on low-dimensional inputs; far away "
    "it is silent and learns nothing.",
    source="Broomhead & Lowe (1988), Multivariable functional interpolation and adaptive networks",
    aliases=("gauss", "rbf"),
    derivative="−2x·exp(−x²)",
    range="(0, 1]",
    zero_centred=False,
    saturates="at both ends",
    value=lambda x, numbers: (x * x).neg_().exp_(),
    pull=_gaussian_pull,
    at_zero=lambda numbers: 1.0,
)
SINE = Activation(
    name="sine",
    formula="sin(frequency·x)",
    purpose="For periodic targets and for fitting signals and images closely. It has many valleys, so that the first "
    "weights matter.",
    source="Sitzmann, Martel, Bergman, Lindell & Wetzstein (2020), Implicit neural representations with periodic "
    "activation functions, arXiv 2006.09661",
    aliases=("sin", "siren"),
    parameters=ACTIVATION_PARAMETERS["sine"],
    derivative="frequency·cos(frequency·x)",
    range="[−1, 1]",
    zero_centred=True,
    saturates="nowhere",
    value=lambda x, numbers: (x * numbers["frequency"]).sin_(),
    pull=_sine_pull,
    twin="torch.sin",
)
