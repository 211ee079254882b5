"""What ``torch.nn.Linear`` does by itself, and RealMLP's data-driven initialisation that starts from it."""

from collections.abc import Mapping

import numpy as np

from pellucid.catalogue import Value
from pellucid.networks.initializers.entry import Initializer
from pellucid.shapes import Array

__all__ = ["DATA", "PYTORCH"]


def _weight(inputs: int, outputs: int, generator: np.random.Generator, numbers: Mapping[str, Value]) -> Array:
    bound = inputs**-0.5
    return generator.uniform(-bound, bound, (inputs, outputs))


def _bias(inputs: int, outputs: int, generator: np.random.Generator, numbers: Mapping[str, Value]) -> Array:
    bound = inputs**-0.5
    return generator.uniform(-bound, bound, (outputs,))


PYTORCH = Initializer(
    name="pytorch",
    formula="w, bias ~ U(±1/√i)",
    purpose="What torch.nn.Linear does by itself (kaiming_uniform with slope √5): a safe start for shallow networks.",
    source="torch.nn.Linear.reset_parameters",
    aliases=("default", "pytorch_default"),
    twin="torch.nn.Linear",
    weight=_weight,
    bias=_bias,
)
DATA = Initializer(
    name="data",
    formula="w ~ N(0, 1), divided by the spread of x·w over training rows; bias = −(random mixture of 5 rows of x·w)",
    purpose="Every unit starts with unit spread on the training rows, and a rectifier's kink lies among the data: for "
    "tables, with large learning rates.",
    source='Holzmüller, Grinsztajn & Steinwart (2024), "Better by default", arXiv 2407.04491, appendix A',
    aliases=("data_driven", "realmlp"),
    weight=_weight,
    bias=_bias,
    looks_at_data=True,
)
