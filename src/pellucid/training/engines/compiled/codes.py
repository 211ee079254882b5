"""What is compiled, by name; a name's place in its list is its code."""

from collections.abc import Mapping

from pellucid.catalogue import Value

__all__ = ["ACTIVATIONS", "LOSSES", "LOSS_NUMBER", "MERGED", "OPTIMIZERS", "UPDATES", "activation_code"]

ACTIVATIONS = (
    "identity",
    "relu",
    "leaky_relu",
    "relu6",
    "hard_tanh",
    "hard_sigmoid",
    "hard_swish",
    "sigmoid",
    "tanh",
    "softsign",
    "silu",
    "gelu",
    "gelu_tanh",
    "mish",
    "softplus",
    "elu",
    "celu",
    "selu",
)
MERGED = -1
"""In place of an activation's code: the linear layers on both sides do it."""
# Parameters that are the two numbers of an activation, in their order.
_BENDS: Mapping[str, tuple[str, ...]] = {
    "leaky_relu": ("slope",),
    "hard_tanh": ("low", "high"),
    "softplus": ("beta", "threshold"),
    "elu": ("alpha",),
    "celu": ("alpha",),
}

LOSSES = ("mse", "l1", "huber", "smooth_l1", "bce_with_logits", "quantile", "cross_entropy", "cross_entropy_of_shares")
LOSS_NUMBER: Mapping[str, str] = {
    "huber": "delta",
    "smooth_l1": "beta",
    "bce_with_logits": "label_smoothing",
    "cross_entropy": "label_smoothing",
    "cross_entropy_of_shares": "label_smoothing",
}
"""Parameter that is a loss's one number per member."""

UPDATES = (
    "descent",
    "momentum",
    "nesterov",
    "adam",
    "lion",
    "rmsprop",
    "rmsprop_momentum",
    "rmsprop_centered",
    "rmsprop_centered_momentum",
)
"""Forms of a step; one rule may take another from step to step."""

OPTIMIZERS = ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam", "adamw", "lion")
"""Rules that are made of these."""


def activation_code(name: str, numbers: Mapping[str, Value]) -> tuple[int, tuple[float, float]] | None:
    """Code and two numbers of an activation; None if it is not compiled."""
    if name == "gelu" and numbers["approximate"] == "tanh":
        name = "gelu_tanh"
    if name not in ACTIVATIONS:
        return None
    own = [float(numbers[each]) for each in _BENDS.get(name, ())]  # type: ignore[arg-type]
    first, second = (*own, 0.0, 0.0)[:2]
    return ACTIVATIONS.index(name), (first, second)
