"""Checks that a network's layers fit together and fit the encoding, before anything is computed from them."""

from math import isfinite
from typing import assert_never

from pellucid.encoding import TableEncoding
from pellucid.models.activations import ACTIVATIONS
from pellucid.printable import grouped
from pellucid.records import (
    ActivationLayer,
    ActivityLayer,
    AdaptiveLayer,
    DropoutLayer,
    FeatureLayer,
    LinearLayer,
    NetworkSpec,
    NormLayer,
    ScaleLayer,
    ThresholdLayer,
)
from pellucid.records.activations import ACTIVATION_PARAMETERS, LEARNED_NUMBERS, check_together

__all__ = ["MOST_LAYERS", "WIDEST", "check_code", "check_network"]

MOST_LAYERS = 1000
"""Layers without parameters cost a file nothing but would cost the reader time."""
WIDEST = 1_000_000
"""Units of a layer."""


def check_network(network: NetworkSpec, encoding: TableEncoding, outputs: int, *, rows: int = 0) -> None:
    """Check a network that may come from a stranger.

    Args:
        network: The layers.
        encoding: What feeds the first one.
        outputs: Width that the last one must have.
        rows: Rows that are seen at a time, side by side, those of a sequence; 0: one, as the encoding gives it.

    Raises:
        ValueError: If something does not fit; says what.
    """
    layers = network.layers
    if not 1 <= len(layers) <= MOST_LAYERS:
        raise ValueError(f"a network has 1 to {MOST_LAYERS} layers, not {grouped(len(layers))}")
    if rows and encoding.categories:
        raise ValueError("embedded categories cannot stand side by side")
    width = (encoding.numeric + encoding.passed) * (rows or 1)
    if isinstance(layers[0], FeatureLayer):
        _check_features(layers[0], (width, 0, ()) if rows else _columns(encoding))
        width = layers[0].outputs
    elif encoding.categories:
        raise ValueError("embedded categories need a feature layer")
    for number, layer in enumerate(layers):
        match layer:
            case FeatureLayer():
                if number:
                    raise ValueError(f"layer {number} is a feature layer, which can only be the first")
            case LinearLayer(inputs=i, outputs=o):
                _check_width(number, i, width)
                width = o
            case ActivationLayer():
                _check_width(number, layer.width, width)
                width = _check_activation(number, layer)
            case NormLayer(width=w, eps=eps):
                _check_width(number, w, width)
                if not (isfinite(eps) and eps > 0):
                    raise ValueError(f"layer {number} divides by a spread with eps {eps:g}, which must be above 0")
            case ScaleLayer(width=w) | DropoutLayer(width=w) | ActivityLayer(width=w):
                _check_width(number, w, width)
            case ThresholdLayer(count=count):
                _check_width(number, 1, width)
                width = count
            case AdaptiveLayer(inputs=i):
                _check_width(number, i, width)
                width = _check_adaptive(number, layer)
            case _:
                assert_never(layer)
        if not 1 <= width <= WIDEST:
            raise ValueError(f"layer {number} has {grouped(width)} units; 1 to {grouped(WIDEST)} are possible")
    if not isinstance(layers[-1], LinearLayer | ActivationLayer | ThresholdLayer | AdaptiveLayer):
        raise ValueError("the last layer is neither linear, nor thresholds, nor adaptive, nor an activation")
    if not any(isinstance(layer, LinearLayer | AdaptiveLayer) for layer in layers):
        raise ValueError("a network without a linear layer is none")
    if width != outputs:
        raise ValueError(f"the network has {width} outputs where the task needs {outputs}")


def _check_activation(number: int, layer: ActivationLayer) -> int:
    """Check name, numbers and widths; returns the width that it gives."""
    twin = ACTIVATIONS.get(layer.name)
    if twin is None:
        raise ValueError(f"there is no activation {layer.name!r}")
    parameters = {parameter.name: parameter for parameter in ACTIVATION_PARAMETERS.get(layer.name, ())}
    if layer.numbers.keys() != parameters.keys():
        missing = sorted(parameters.keys() - layer.numbers.keys())
        stray = sorted(layer.numbers.keys() - parameters.keys())
        told = f"lacks {', '.join(missing)}" if missing else f"has no {stray[0]!r}"
        raise ValueError(f"the activation {layer.name} of layer {number} {told}")
    for name, parameter in parameters.items():
        # The check is kind to people, who write 1 for 1.0; a file that is written so is not one of ours.
        value = layer.numbers[name]
        if type(parameter.check(value, layer.name)) is not type(value):
            raise ValueError(f"{name} of the activation {layer.name} is of another type")
    check_together(layer.name, layer.numbers)
    if layer.learned != tuple(LEARNED_NUMBERS.get(layer.name, ())):
        raise ValueError(f"the activation {layer.name} learns other numbers than {', '.join(layer.learned) or 'none'}")
    if layer.parametric and twin.true_widths:
        raise ValueError(f"the activation {layer.name} cannot be mixed with its input")
    try:
        width = twin.gives(layer.width, layer.numbers) if twin.gives else layer.width
    except ValueError as error:
        raise ValueError(f"the activation {layer.name} of layer {number} gets {error}") from None
    if layer.outputs != width:
        raise ValueError(f"layer {number} gives {grouped(width)} values, not {grouped(layer.outputs)}")
    return width


def _check_adaptive(number: int, layer: AdaptiveLayer) -> int:
    """Check the sizes of an adaptive softmax; returns the width that it gives."""
    sizes = (layer.head, *layer.clusters, *layer.projections)
    if len(layer.clusters) != len(layer.projections) or not 1 <= len(layer.clusters) <= MOST_LAYERS:
        raise ValueError(f"layer {number} needs 1 to {MOST_LAYERS} clusters and a projection for each")
    if not all(1 <= size <= WIDEST for size in sizes):
        raise ValueError(f"a part of layer {number} has an impossible size; 1 to {grouped(WIDEST)} are possible")
    return layer.outputs


def _check_width(number: int, found: int, expected: int) -> None:
    if found != expected:
        raise ValueError(f"layer {number} takes {grouped(found)} values but gets {grouped(expected)}")


def check_code(network: NetworkSpec, layers: int) -> None:
    """Check that the leading layers of a network give a code.

    Raises:
        ValueError: If they are none, all, or do not end in an activation or a linear layer.
    """
    inside = 1 < layers < len(network.layers)
    if not inside or not isinstance(network.layers[layers - 1], ActivationLayer | LinearLayer):
        raise ValueError(f"the first {layers} layers of the network give no code")


def _columns(encoding: TableEncoding) -> tuple[int, int, tuple[int, ...]]:
    return encoding.numeric, encoding.passed, encoding.categories


def _check_features(layer: FeatureLayer, columns: tuple[int, int, tuple[int, ...]]) -> None:
    if (layer.numeric, layer.passed, layer.categories) != columns:
        raise ValueError("the feature layer and the encoding differ in their columns")
    if not 0 <= layer.frequencies <= WIDEST or not 1 <= layer.embedding_size <= WIDEST:
        raise ValueError("the number embedding has an impossible size")
    if layer.frequencies and layer.embedding_size < 2:
        raise ValueError("a number embedding has at least 2 values per number")
    if not bool(layer.categories) <= layer.category_size <= WIDEST:
        raise ValueError("the category embedding has an impossible size")
