"""Initializers that do not look at a layer's width: uniform, normal, and those that make all units alike."""

from collections.abc import Mapping

import numpy as np

from pellucid.catalogue import Parameter, Value
from pellucid.networks.initializers.entry import Initializer
from pellucid.shapes import Array

__all__ = ["CONSTANT", "NORMAL", "UNIFORM", "ZEROS"]

_MEAN = Parameter(name="mean", default=0.0, meaning="centre of the weights")


def _uniform(inputs: int, outputs: int, generator: np.random.Generator, numbers: Mapping[str, Value]) -> Array:
    mean, bound = float(numbers["mean"]), float(numbers["bound"])  # type: ignore[arg-type]
    return generator.uniform(mean - bound, mean + bound, (inputs, outputs))


def _normal(inputs: int, outputs: int, generator: np.random.Generator, numbers: Mapping[str, Value]) -> Array:
    mean, std = float(numbers["mean"]), float(numbers["std"])  # type: ignore[arg-type]
    return generator.standard_normal((inputs, outputs)) * std + mean


def _constant(inputs: int, outputs: int, generator: np.random.Generator, numbers: Mapping[str, Value]) -> Array:
    return np.full((inputs, outputs), float(numbers["value"]))  # type: ignore[arg-type]


def _zeros(inputs: int, outputs: int, generator: np.random.Generator, numbers: Mapping[str, Value]) -> Array:
    return np.zeros((inputs, outputs))


UNIFORM = Initializer(
    name="uniform",
    formula="w ~ U(mean − bound, mean + bound), bias 0",
    purpose="A fixed range whatever the width of the layer: for experiments with the scale of weights. Outputs grow "
    "with the square root of the inputs; the scaled ones below correct that.",
    source="common",
    aliases=("uniform_", "RandomUniform"),
    parameters=(_MEAN, Parameter(name="bound", default=0.1, meaning="half the width of the range", low=0)),
    twin="torch.nn.init.uniform_",
    weight=_uniform,
)
NORMAL = Initializer(
    name="normal",
    formula="w ~ N(mean, std²), bias 0",
    purpose="A fixed spread whatever the width of the layer: for experiments with the scale of weights.",
    source="common",
    aliases=("normal_", "gaussian", "RandomNormal"),
    parameters=(_MEAN, Parameter(name="std", default=0.1, meaning="standard deviation", low=0)),
    twin="torch.nn.init.normal_",
    weight=_normal,
)
ZEROS = Initializer(
    name="zeros",
    formula="w = 0, bias 0",
    purpose="Right for a network without hidden layers, which has one best answer; in a hidden layer all units stay "
    "alike for ever (N502).",
    source="common",
    aliases=("zeros_", "zero"),
    twin="torch.nn.init.zeros_",
    weight=_zeros,
    symmetric=True,
)
CONSTANT = Initializer(
    name="constant",
    formula="w = value, bias 0",
    purpose="To compute by hand with; in a hidden layer all units stay alike for ever (N502).",
    source="common",
    aliases=("constant_",),
    presets={"ones": {"value": 1.0}, "ones_": {"value": 1.0}},
    parameters=(Parameter(name="value", default=0.5, meaning="every weight"),),
    twin="torch.nn.init.constant_",
    weight=_constant,
    symmetric=True,
)
