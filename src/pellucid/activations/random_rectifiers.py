"""Rectifier with a slope drawn anew for every value while training: rrelu."""

from pellucid.activations.entry import Activation
from pellucid.activations.rectifiers import LEAKY_RELU
from pellucid.records.activations import ACTIVATION_PARAMETERS

__all__ = ["RRELU"]

# With its slope drawn (or at its mean) it computes what a leaky relu computes.
RRELU = Activation(
    name="rrelu",
    formula="x if x > 0 else slope·x, slope ~ U(low, high) while training and (low + high)/2 when predicting",
    purpose="A leaky relu whose slope is noise while training, which acts against overfitting on small tables.",
    source="Xu, Wang, Chen & Li (2015), Empirical evaluation of rectified activations in convolutional network, "
    "arXiv 1505.00853, section 2.4",
    aliases=("randomized_relu", "randomized_leaky_relu"),
    parameters=ACTIVATION_PARAMETERS["rrelu"],
    derivative="1 if x > 0 else slope",
    range="(−∞, ∞)",
    zero_centred=True,
    saturates="nowhere",
    value=LEAKY_RELU.value,
    pull=LEAKY_RELU.pull,
    draws="slope",
    draw_between=("low", "high"),
    twin="torch.nn.RReLU",
)
