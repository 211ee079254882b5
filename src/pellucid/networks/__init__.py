"""Numbers → outputs: layers with value and derivative side by side, for a whole stack of networks at once."""

from pellucid.networks.describing import describe_network
from pellucid.networks.grouping import group_parameters
from pellucid.networks.initialisation import initial_parameters
from pellucid.networks.initializers import INITIALIZERS, ChosenInitializer, Initializer
from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.layout import MULTIPLE, Group, ParameterSpec, Tensors, padded
from pellucid.networks.linear import Precision
from pellucid.networks.network import Network
from pellucid.networks.program import Program, bind

__all__ = [
    "INITIALIZERS",
    "MULTIPLE",
    "AbstractLayer",
    "ChosenInitializer",
    "Group",
    "Initializer",
    "Network",
    "Noise",
    "ParameterSpec",
    "Precision",
    "Program",
    "Tensors",
    "bind",
    "describe_network",
    "group_parameters",
    "initial_parameters",
    "padded",
]
