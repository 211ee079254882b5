"""Networks with random parameters, as the predictor takes them."""

import numpy as np

from pellucid.records import (
    ActivationLayer,
    DropoutLayer,
    FeatureLayer,
    LayerSpec,
    LinearLayer,
    NetworkSpec,
    ScaleLayer,
    parameter_shapes,
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
    outputs=1,
) -> NetworkSpec:
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
        layers.append(LinearLayer(inputs=width, outputs=units))
        layers.append(ActivationLayer(name=activation, width=units, parametric=parametric))
        layers.append(DropoutLayer(width=units))
        width = units
    layers.append(LinearLayer(inputs=width, outputs=outputs))
    return NetworkSpec(layers=tuple(layers))


def made_up_parameters(network, members, seed=0):
    draw = np.random.default_rng(seed)
    return {
        name: draw.normal(0, 0.5, (members, *shape)).astype(np.float32)
        for name, shape in parameter_shapes(network).items()
    }


def made_up_rows(network, rows, seed=0):
    """Numbers and codes of so many rows; some of them far out."""
    draw = np.random.default_rng(seed)
    features = network.layers[0]
    numbers = draw.normal(size=(rows, features.numeric + features.passed)).astype(np.float32)
    numbers[rows // 3 :: 7] *= 1e4
    codes = np.column_stack([draw.integers(0, levels, rows) for levels in features.categories] or [np.empty((rows, 0))])
    return numbers, codes.astype(np.int64)
