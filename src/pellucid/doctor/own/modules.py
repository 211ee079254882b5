"""A member as modules with names that people understand, and the rows as they reach its layers."""

from collections import OrderedDict
from collections.abc import Mapping

import msgspec
import torch
from torch import Tensor, nn

from pellucid.networks import Network
from pellucid.networks.to_torch import as_modules
from pellucid.records import (
    ActivationLayer,
    ActivityLayer,
    DropoutLayer,
    FeatureLayer,
    LinearLayer,
    NetworkSpec,
    NormLayer,
    ScaleLayer,
    ThresholdLayer,
)
from pellucid.shapes import Array
from pellucid.training import TrainingData

__all__ = ["behind_embedding", "embedded", "layer_names"]


def layer_names(network: NetworkSpec) -> list[str]:
    """A name for every layer, in order: ``embedding``, ``hidden_1``, ``activation_1`` …, ``output``."""
    linear = sum(isinstance(layer, LinearLayer) for layer in network.layers)
    has_output = not any(isinstance(layer, ThresholdLayer) for layer in network.layers)
    names, hidden = [], 0
    for place, layer in enumerate(network.layers):
        match layer:
            case FeatureLayer():
                names.append("embedding")
            case ScaleLayer():
                names.append("input_scale")
            case LinearLayer():
                hidden += 1
                names.append(f"hidden_{hidden}" if hidden < linear else "output" if has_output else "score")
            case NormLayer():
                names.append(f"norm_{hidden}")
            case ActivationLayer():
                names.append("output_activation" if place == len(network.layers) - 1 else f"activation_{hidden}")
            case DropoutLayer():
                names.append(f"dropout_{hidden}")
            case ActivityLayer():
                names.append(f"activity_{hidden}")
            case _:
                names.append("output")
    return names


def behind_embedding(network: NetworkSpec, arrays: Mapping[str, Array], dtype: torch.dtype) -> nn.Sequential:
    """The layers behind the embedding of columns, with one input also where categories are embedded.

    Args:
        network: All layers.
        arrays: One member's parameters.
        dtype: Of the modules' parameters.
    """
    first, *others = network.layers
    assert isinstance(first, FeatureLayer)
    # Columns that are embedded already pass as they are.
    rest = msgspec.structs.replace(network, layers=(FeatureLayer(numeric=first.outputs), *others))
    modules = as_modules(rest, arrays)
    return nn.Sequential(OrderedDict(zip(layer_names(network)[1:], modules, strict=True))).to(dtype).eval()


def embedded(network: Network, views: Mapping[str, Tensor], data: TrainingData, units: Tensor) -> Tensor:
    """What reaches the layers behind the embedding ``[m, k·b, o]``.

    Args:
        network: The stack.
        views: Its parameters.
        data: The encoded table.
        units: Unit numbers ``[m, b]``.
    """
    inputs, _, codes = data.gather(units)
    first = network.spec(0).layers[0]
    assert isinstance(first, FeatureLayer)
    if network.features is not None:
        network.features.see(codes)
        inputs, _ = network.features.forward(views, inputs, None)
    return inputs[:, :, : first.outputs].contiguous()
