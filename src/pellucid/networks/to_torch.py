"""A member as plain PyTorch modules, to check it, to show it, or to go on with it elsewhere."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from pellucid.activations import ACTIVATIONS
from pellucid.errors import UsageError
from pellucid.records import (
    ActivationLayer,
    DropoutLayer,
    FeatureLayer,
    LinearLayer,
    NetworkSpec,
    ScaleLayer,
)
from pellucid.shapes import Array

__all__ = ["as_modules"]

_TWINS: dict[str, type[nn.Module]] = {
    "identity": nn.Identity,
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "selu": nn.SELU,
}


class _Scale(nn.Module):
    def __init__(self, factor: Tensor) -> None:
        super().__init__()
        self.factor = nn.Parameter(factor)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.factor


class _Mixed(nn.Module):
    """x + slope·(f(x) − x)."""

    def __init__(self, activation: str, slope: Tensor) -> None:
        super().__init__()
        self.activation, self.slope = _TWINS[activation](), nn.Parameter(slope)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.slope * (self.activation(x) - x)  # type: ignore[no-any-return]


class _NumberEmbedding(nn.Module):
    """Per number ``[x ; cos(2π·x·frequency + phase)·mixing + offset]``, then the passed columns."""

    def __init__(self, frequency: Tensor, phase: Tensor, mixing: Tensor, offset: Tensor) -> None:
        super().__init__()
        self.frequency, self.phase = nn.Parameter(frequency), nn.Parameter(phase)
        self.mixing, self.offset = nn.Parameter(mixing), nn.Parameter(offset)

    def forward(self, x: Tensor) -> Tensor:
        n = len(self.frequency)
        numbers = x[:, :n]
        wave = torch.cos(2 * torch.pi * numbers[:, :, None] * self.frequency + self.phase)
        mixed = torch.einsum("bnf,nfe->bne", wave, self.mixing) + self.offset
        embedded = torch.cat([numbers[:, :, None], mixed], 2).flatten(1)
        return torch.cat([embedded, x[:, n:]], 1)


def as_modules(network: NetworkSpec, arrays: Mapping[str, Array]) -> nn.Sequential:
    """A ``torch.nn.Sequential`` with the same outputs, in evaluation mode.

    Args:
        network: The layers.
        arrays: One member's parameters, true shapes.

    Raises:
        UsageError: If categories are embedded: those modules would need two inputs.
    """
    tensors = {name: torch.as_tensor(array) for name, array in arrays.items()}
    modules: list[nn.Module] = []
    for number, layer in enumerate(network.layers):
        match layer:
            case FeatureLayer(categories=categories) if categories:
                raise UsageError("A network with embedded categories has two inputs and is no nn.Sequential.")
            case FeatureLayer(frequencies=frequencies, numeric=numeric) if frequencies and numeric:
                names = ("frequency", "phase", "mixing", "offset")
                modules.append(_NumberEmbedding(*(tensors[f"{number}.{name}"] for name in names)))
            case ScaleLayer():
                modules.append(_Scale(tensors[f"{number}.factor"]))
            case LinearLayer(inputs=i, outputs=o):
                linear = nn.Linear(i, o)
                linear.weight = nn.Parameter(tensors[f"{number}.weight"].T.contiguous())
                linear.bias = nn.Parameter(tensors[f"{number}.bias"])
                modules.append(linear)
            case ActivationLayer(name=name, parametric=True):
                modules.append(_Mixed(name, tensors[f"{number}.slope"]))
            case ActivationLayer(name=name):
                ACTIVATIONS[name]
                modules.append(_TWINS[name]())
            case DropoutLayer():
                modules.append(nn.Identity())
            case _:
                pass
    return nn.Sequential(*modules).eval()
