"""Activations, by name; each with its value and its derivative, in one file per family."""

from pellucid.networks.activations.rectifiers import IDENTITY, LEAKY_RELU, RELU
from pellucid.networks.activations.registry import Activation, Registry
from pellucid.networks.activations.sigmoids import SIGMOID, TANH
from pellucid.networks.activations.smooth_rectifiers import GELU, MISH, SELU, SILU

__all__ = ["ACTIVATIONS", "Activation"]

ACTIVATIONS = Registry([IDENTITY, RELU, LEAKY_RELU, TANH, SIGMOID, GELU, SILU, MISH, SELU])
