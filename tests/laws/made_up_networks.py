"""Networks with random parameters, as the predictor takes them."""

import numpy as np

from pellucid.activations import ACTIVATIONS
from pellucid.records import (
    ActivationLayer,
    AdaptiveLayer,
    DropoutLayer,
    FeatureLayer,
    LayerSpec,
    LinearLayer,
    NetworkSpec,
    NormLayer,
    ScaleLayer,
    ThresholdLayer,
    parameter_shapes,
)


def activation_layer(choice, width, *, parametric=False) -> ActivationLayer:
    """The activation of that choice on a layer of that width, as ``Recipe.hidden`` counts widths."""
    chosen = ACTIVATIONS(choice)
    entry, numbers = chosen.entry, chosen.numbers
    takes = entry.takes(width, numbers) if entry.takes else width
    gives = entry.gives(takes, numbers) if entry.gives else takes
    return ActivationLayer(
        name=entry.name,
        width=takes,
        result=gives if gives != takes else 0,
        numbers=dict(numbers),
        learned=tuple(each.name for each in entry.learned),
        parametric=parametric and not (entry.rowwise or entry.gives),
    )


def made_up_network(
    *,
    numeric=5,
    passed=3,
    frequencies=16,
    embedding_size=4,
    categories=(9, 30),
    category_size=8,
    hidden=(64, 48),
    activation="gelu",
    parametric=True,
    norm=None,
    outputs=1,
    end="identity",
) -> NetworkSpec:
    """A network of these sizes.

    ``end`` is the choice of an activation behind the last linear layer, or ``thresholds``, or ``adaptive``.
    """
    features = FeatureLayer(
        numeric=numeric,
        passed=passed,
        frequencies=frequencies,
        embedding_size=embedding_size,
        categories=categories,
        category_size=category_size,
    )
    width = features.outputs
    layers: list[LayerSpec] = [features, ScaleLayer(width=width)]
    for units in hidden:
        own = activation_layer(activation, units, parametric=parametric)
        layers.append(LinearLayer(inputs=width, outputs=own.width))
        layers += [NormLayer(kind=norm, width=own.width)] if norm else []
        layers += [own, DropoutLayer(width=own.outputs)]
        width = own.outputs
    if end == "thresholds":
        layers += [LinearLayer(inputs=width, outputs=1), ThresholdLayer(count=outputs)]
    elif end == "adaptive":
        layers.append(AdaptiveLayer(inputs=width, head=outputs, clusters=(5, 17), projections=(9, 2)))
    else:
        last = activation_layer(end, outputs)
        layers.append(LinearLayer(inputs=width, outputs=last.width))
        layers += [last] if end != "identity" else []
    return NetworkSpec(layers=tuple(layers))


def made_up_parameters(network, members, seed=0):
    draw = np.random.default_rng(seed)
    arrays = {
        name: draw.normal(0, 0.5, (members, *shape)).astype(np.float32)
        for name, shape in parameter_shapes(network).items()
    }
    return {name: values**2 if name.endswith(".variance") else values for name, values in arrays.items()}


def made_up_rows(network, rows, seed=0):
    """Numbers and codes of so many rows; some of them far out."""
    draw = np.random.default_rng(seed)
    features = network.layers[0]
    numbers = draw.normal(size=(rows, features.numeric + features.passed)).astype(np.float32)
    numbers[rows // 3 :: 7] *= 1e4
    codes = np.column_stack([draw.integers(0, levels, rows) for levels in features.categories] or [np.empty((rows, 0))])
    return numbers, codes.astype(np.int64)
