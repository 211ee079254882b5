"""Checks that a network's layers fit together and fit the encoding, before anything is computed from them."""

from pellucid.encoding import TableEncoding
from pellucid.models.activations import ACTIVATIONS
from pellucid.printable import grouped
from pellucid.records import ActivationLayer, DropoutLayer, FeatureLayer, LinearLayer, NetworkSpec, ScaleLayer

__all__ = ["MOST_LAYERS", "WIDEST", "check_network"]

MOST_LAYERS = 1000
"""Layers without parameters cost a file nothing but would cost the reader time."""
WIDEST = 1_000_000
"""Units of a layer."""


def check_network(network: NetworkSpec, encoding: TableEncoding, outputs: int) -> None:
    """Check a network that may come from a stranger.

    Args:
        network: The layers.
        encoding: What feeds the first one.
        outputs: Width that the last one must have.

    Raises:
        ValueError: If something does not fit; says what.
    """
    layers = network.layers
    if not 1 <= len(layers) <= MOST_LAYERS:
        raise ValueError(f"a network has 1 to {MOST_LAYERS} layers, not {grouped(len(layers))}")
    width = encoding.numeric + encoding.passed
    if isinstance(layers[0], FeatureLayer):
        _check_features(layers[0], encoding)
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
            case ActivationLayer(width=w, name=name):
                if name not in ACTIVATIONS:
                    raise ValueError(f"there is no activation {name!r}")
                _check_width(number, w, width)
            case ScaleLayer(width=w) | DropoutLayer(width=w):
                _check_width(number, w, width)
        if not 1 <= width <= WIDEST:
            raise ValueError(f"layer {number} has {grouped(width)} units; 1 to {grouped(WIDEST)} are possible")
    if not isinstance(layers[-1], LinearLayer):
        raise ValueError("the last layer is not linear")
    if width != outputs:
        raise ValueError(f"the network has {width} outputs where the task needs {outputs}")


def _check_width(number: int, found: int, expected: int) -> None:
    if found != expected:
        raise ValueError(f"layer {number} takes {grouped(found)} values but gets {grouped(expected)}")


def _check_features(layer: FeatureLayer, encoding: TableEncoding) -> None:
    found = (layer.numeric, layer.passed, layer.categories)
    if found != (encoding.numeric, encoding.passed, encoding.categories):
        raise ValueError("the feature layer and the encoding differ in their columns")
    if not 0 <= layer.frequencies <= WIDEST or not 1 <= layer.embedding_size <= WIDEST:
        raise ValueError("the number embedding has an impossible size")
    if layer.frequencies and layer.embedding_size < 2:
        raise ValueError("a number embedding has at least 2 values per number")
    if not bool(layer.categories) <= layer.category_size <= WIDEST:
        raise ValueError("the category embedding has an impossible size")
