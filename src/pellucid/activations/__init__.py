"""Activations, by name; each with its value and its derivative, in one file per family."""

from pellucid.activations.rectifiers import IDENTITY, LEAKY_RELU, RELU
from pellucid.activations.registry import Activation, Registry
from pellucid.activations.sigmoids import SIGMOID, TANH
from pellucid.activations.smooth_rectifiers import GELU, MISH, SELU, SILU

__all__ = ["ACTIVATIONS", "Activation"]

ACTIVATIONS = Registry([IDENTITY, RELU, LEAKY_RELU, TANH, SIGMOID, GELU, SILU, MISH, SELU])
