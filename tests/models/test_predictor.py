import math

import numpy as np
import pytest
import torch

from pellucid.models import Predictor
from pellucid.models.activations import ACTIVATIONS
from pellucid.networks import Network, Tensors, describe_network, group_parameters
from pellucid.records import (
    ActivationLayer,
    FeatureLayer,
    LinearLayer,
    NetworkSpec,
    Recipe,
    ScaleLayer,
    parameter_shapes,
)

DRAW = np.random.default_rng(0)


def random_parameters(network, members=2):
    return {
        name: DRAW.normal(0, 0.5, (members, *shape)).astype(np.float32)
        for name, shape in parameter_shapes(network).items()
    }


def obvious(network, parameters, member, numbers, codes):
    """The same in float64, one layer and one column at a time."""
    own = {name: values[member].astype(np.float64) for name, values in parameters.items()}
    x = numbers.astype(np.float64)
    for number, layer in enumerate(network.layers):
        match layer:
            case FeatureLayer(numeric=n, frequencies=f):
                parts = []
                for column in range(n):
                    parts.append(x[:, [column]])
                    if f:
                        wave = np.cos(
                            2 * math.pi * x[:, [column]] * own["0.frequency"][column] + own["0.phase"][column]
                        )
                        parts.append(wave @ own["0.mixing"][column] + own["0.offset"][column])
                parts.append(x[:, n:])
                parts += [own[f"0.category.{k}"][codes[:, k]] for k in range(len(layer.categories))]
                x = np.concatenate(parts, axis=1)
            case ScaleLayer():
                x = x * own[f"{number}.factor"]
            case LinearLayer():
                x = x @ own[f"{number}.weight"] + own[f"{number}.bias"]
            case ActivationLayer(name=name, parametric=parametric):
                value = ACTIVATIONS[name](x.astype(np.float32)).astype(np.float64)
                x = x + own[f"{number}.slope"] * (value - x) if parametric else value
    return x


FEATURES = {
    "numbers": FeatureLayer(numeric=4),
    "passed": FeatureLayer(numeric=0, passed=5),
    "embedded numbers": FeatureLayer(numeric=3, passed=2, frequencies=16, embedding_size=4),
    "odd embedding": FeatureLayer(numeric=2, frequencies=5, embedding_size=2),
    "codes": FeatureLayer(numeric=2, passed=1, categories=(3, 7), category_size=5),
    "everything": FeatureLayer(
        numeric=3, passed=4, frequencies=16, embedding_size=6, categories=(40,), category_size=8
    ),
}


@pytest.mark.parametrize("parametric", [False, True])
@pytest.mark.parametrize("features", FEATURES.values(), ids=list(FEATURES))
def test_the_fast_forward_pass_equals_the_obvious_one(features, parametric):
    width = features.outputs
    network = NetworkSpec(
        layers=(
            features,
            ScaleLayer(width=width),
            LinearLayer(inputs=width, outputs=19),
            ActivationLayer(name="selu", width=19, parametric=parametric),
            LinearLayer(inputs=19, outputs=3),
        )
    )
    parameters = random_parameters(network)
    numbers = DRAW.normal(size=(70, features.numeric + features.passed)).astype(np.float32)
    codes = np.array([DRAW.integers(0, levels, 70) for levels in features.categories], dtype=np.int64).reshape(-1, 70).T
    outputs = Predictor(network, parameters).predict(numbers, codes)
    assert outputs.shape == (2, 70, 3)
    assert outputs.dtype == np.float32
    for member in range(2):
        assert outputs[member] == pytest.approx(obvious(network, parameters, member, numbers, codes), abs=2e-5)


def test_a_network_may_begin_without_a_feature_layer():
    network = NetworkSpec(layers=(LinearLayer(inputs=2, outputs=1),))
    parameters = {
        "0.weight": np.array([[[2.0], [3.0]]], dtype=np.float32),
        "0.bias": np.array([[1.0]], dtype=np.float32),
    }
    numbers = np.array([[1.0, 10.0], [0.0, 0.0]], dtype=np.float32)
    outputs = Predictor(network, parameters).predict(numbers, np.empty((2, 0), dtype=np.int64))
    assert outputs.tolist() == [[[33.0], [1.0]]]


def test_no_rows_give_no_outputs():
    network = NetworkSpec(layers=(LinearLayer(inputs=2, outputs=4),))
    predictor = Predictor(network, random_parameters(network))
    nothing = predictor.predict(np.empty((0, 2), dtype=np.float32), np.empty((0, 0), dtype=np.int64))
    assert nothing.shape == (2, 0, 4)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_prediction_gives_what_the_trained_stack_gives(activation):
    recipe = Recipe(
        hidden=(24, 16),
        activation=activation,
        parametric_activation=True,
        number_frequencies=16,
        number_embedding_size=4,
        category_embedding_size=8,
        input_scale=True,
    )
    spec = describe_network(recipe, numeric=3, passed=2, categories=(6,), outputs=2)
    network = Network(spec)
    parameters = random_parameters(spec)
    groups = group_parameters(network.parameters, lr_factors={}, width_scaled=False, decay_all=True)
    tensors = Tensors(network.parameters, groups, 2, dtype=torch.float32)
    for member in range(2):
        tensors.load(member, {name: values[member] for name, values in parameters.items()})
    numbers = DRAW.normal(size=(50, 5)).astype(np.float32)
    codes = DRAW.integers(0, 6, (50, 1))
    x = torch.zeros(2, 50, 16)
    x[:, :, :5] = torch.as_tensor(numbers)
    trained, _ = network.forward(tensors.views, x, codes=torch.as_tensor(codes).expand(2, 50, 1))
    outputs = Predictor(spec, parameters).predict(numbers, codes)
    assert outputs == pytest.approx(trained[:, :, :2].numpy(), abs=1e-5, rel=1e-5)
