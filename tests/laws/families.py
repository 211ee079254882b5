"""Named families of inputs that the laws are stated over."""

import numpy as np
import torch

from pellucid.networks import Network, Tensors, describe_network, group_parameters, padded
from pellucid.objectives import LossNumbers
from pellucid.records import Recipe

ACTIVATIONS = ("identity", "relu", "leaky_relu", "tanh", "sigmoid", "gelu", "silu", "mish", "selu")


def random_network(recipe: Recipe, *, numeric: int, passed: int = 0, categories=(), outputs: int) -> Network:
    return Network(describe_network(recipe, numeric=numeric, passed=passed, categories=categories, outputs=outputs))


def random_parameters(network: Network, members: int, seed: int, *, dtype=torch.float64) -> Tensors:
    """Random values in the used corner of every parameter, zero in the padding."""
    groups = group_parameters(network.parameters, lr_factors={"bias": 0.5}, width_scaled=True, decay_all=False)
    tensors = Tensors(network.parameters, groups, members, dtype=dtype)
    generator = np.random.default_rng(seed)
    for member in range(members):
        tensors.load(member, {spec.name: generator.normal(0, 0.5, spec.file_shape) for spec in network.parameters})
    return tensors


def random_inputs(members: int, rows: int, width: int, seed: int, *, dtype=torch.float64) -> torch.Tensor:
    x = torch.zeros(members, rows, padded(width), dtype=dtype)
    x[:, :, :width] = torch.as_tensor(np.random.default_rng(seed).normal(size=(members, rows, width)), dtype=dtype)
    return x


def loss_numbers(members: int, *, smoothing: float = 0.0, delta: float = 1.0, dtype=torch.float64) -> LossNumbers:
    return LossNumbers(torch.full((members, 1), smoothing, dtype=dtype), torch.full((members, 1), delta, dtype=dtype))
