"""A member as plain PyTorch modules, to check it, to show it, or to go on with it elsewhere."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from pellucid.errors import UsageError
from pellucid.networks.torch_activations import activation_module
from pellucid.records import (
    ActivationLayer,
    ActivityLayer,
    AdaptiveLayer,
    DropoutLayer,
    FeatureLayer,
    LayerSpec,
    LinearLayer,
    NetworkSpec,
    NormLayer,
    ScaleLayer,
    ThresholdLayer,
)
from pellucid.shapes import Array

__all__ = ["as_modules"]


class _Scale(nn.Module):
    def __init__(self, factor: Tensor) -> None:
        super().__init__()
        self.factor = nn.Parameter(factor)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.factor


class _Thresholds(nn.Module):
    """A score ``[b, 1]`` → score + bias ``[b, count]``."""

    def __init__(self, bias: Tensor) -> None:
        super().__init__()
        self.bias = nn.Parameter(bias)

    def forward(self, score: Tensor) -> Tensor:
        return score + self.bias


class _Adaptive(nn.Module):
    """The head's scores, then every cluster's, as in ``torch.nn.AdaptiveLogSoftmaxWithLoss``."""

    def __init__(self, head: Tensor, clusters: list[tuple[Tensor, Tensor]]) -> None:
        super().__init__()
        self.head = _linear(head)
        self.tail = nn.ModuleList(nn.Sequential(_linear(first), _linear(second)) for first, second in clusters)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.head(x), *(cluster(x) for cluster in self.tail)], 1)


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
    modules: list[nn.Module] = []
    for number, layer in enumerate(network.layers):
        start = f"{number}."
        own = {name[len(start) :]: torch.as_tensor(array) for name, array in arrays.items() if name.startswith(start)}
        modules += _modules(layer, own)
    return nn.Sequential(*modules).eval()


def _modules(layer: LayerSpec, own: Mapping[str, Tensor]) -> list[nn.Module]:
    match layer:
        case FeatureLayer(categories=categories) if categories:
            raise UsageError("A network with embedded categories has two inputs and is no nn.Sequential.")
        case FeatureLayer(frequencies=frequencies, numeric=numeric):
            names = ("frequency", "phase", "mixing", "offset")
            return [_NumberEmbedding(*(own[name] for name in names))] if frequencies and numeric else []
        case ScaleLayer():
            return [_Scale(own["factor"])]
        case LinearLayer():
            return [_linear(own["weight"], own["bias"])]
        case ActivationLayer():
            return [activation_module(layer, own)]
        case NormLayer(kind="batch_norm", width=width, eps=eps):
            batch = nn.BatchNorm1d(width, eps=eps)
            batch.weight, batch.bias = nn.Parameter(own["scale"]), nn.Parameter(own["shift"])
            batch.running_mean, batch.running_var = own["mean"], own["variance"]
            return [batch]
        case NormLayer(width=width, eps=eps):
            norm = nn.LayerNorm(width, eps=eps)
            norm.weight, norm.bias = nn.Parameter(own["scale"]), nn.Parameter(own["shift"])
            return [norm]
        case DropoutLayer() | ActivityLayer():
            return [nn.Identity()]
        case ThresholdLayer():
            return [_Thresholds(own["bias"])]
        case AdaptiveLayer(clusters=clusters):
            tail = [(own[f"projection.{k}"], own[f"cluster.{k}"]) for k in range(len(clusters))]
            return [_Adaptive(own["head"], tail)]


def _linear(weight: Tensor, bias: Tensor | None = None) -> nn.Linear:
    """A linear module with weight ``[i, o]``, which PyTorch keeps the other way round."""
    inputs, outputs = weight.shape
    linear = nn.Linear(inputs, outputs, bias=bias is not None)
    linear.weight = nn.Parameter(weight.T.contiguous())
    if bias is not None:
        linear.bias = nn.Parameter(bias)
    return linear
