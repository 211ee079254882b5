import math

import numpy as np
import pytest
import torch
from made_up_networks import activation_layer, made_up_network

from pellucid.activations import ACTIVATIONS as TRAINED
from pellucid.models import Predictor
from pellucid.models.activations import ACTIVATIONS, as_float32
from pellucid.networks import Network, Tensors, describe_network, group_parameters
from pellucid.records import (
    ActivationLayer,
    AdaptiveLayer,
    DropoutLayer,
    FeatureLayer,
    LinearLayer,
    NetworkSpec,
    NormLayer,
    Recipe,
    ScaleLayer,
    ThresholdLayer,
    parameter_shapes,
)

DRAW = np.random.default_rng(0)


def random_parameters(network, members=2):
    arrays = {
        name: DRAW.normal(0, 0.5, (members, *shape)).astype(np.float32)
        for name, shape in parameter_shapes(network).items()
    }
    return {name: values**2 if name.endswith(".variance") else values for name, values in arrays.items()}


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
                learned = {key: own[f"{number}.{key}"].astype(np.float32)[:, None] for key in layer.learned}
                value = ACTIVATIONS[name].value(x.T.astype(np.float32), {**as_float32(layer.numbers), **learned})
                value = value.T.astype(np.float64)
                x = x + own[f"{number}.slope"] * (value - x) if parametric else value
            case NormLayer(kind=kind):
                if kind == "batch_norm":
                    mean, variance = own[f"{number}.mean"], own[f"{number}.variance"]
                else:
                    mean, variance = x.mean(1, keepdims=True), x.var(1, keepdims=True)
                x = (x - mean) / np.sqrt(variance + layer.eps) * own[f"{number}.scale"] + own[f"{number}.shift"]
            case ThresholdLayer():
                x = x + own[f"{number}.bias"]
            case AdaptiveLayer(clusters=clusters):
                parts = [x @ own[f"{number}.head"]]
                parts += [
                    x @ own[f"{number}.projection.{k}"] @ own[f"{number}.cluster.{k}"] for k in range(len(clusters))
                ]
                x = np.concatenate(parts, axis=1)
            case DropoutLayer():
                pass
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
            activation_layer("selu", 19, parametric=parametric),
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


OTHERS = {
    "batch norm": {"norm": "batch_norm", "activation": "prelu"},
    "layer norm": {"norm": "layer_norm", "activation": "srelu"},
    "halved width": {"activation": "geglu", "parametric": False},
    "three pieces": {"activation": "maxout(pieces=3)", "norm": "layer_norm"},
    "doubled width": {"activation": "crelu", "norm": "batch_norm"},
    "probabilities": {"end": "softmax", "outputs": 5},
    "quantiles": {"end": "increasing", "outputs": 17},
    "thresholds": {"end": "thresholds", "outputs": 4},
    "adaptive": {"end": "adaptive", "outputs": 30},
    "adaptive, in logarithms": {"end": "adaptive", "outputs": 30, "links": True},
}


@pytest.mark.parametrize("case", OTHERS)
def test_every_kind_of_layer_is_computed_as_it_is_defined(case):
    options = {"activation": "tanh", "frequencies": 0, "embedding_size": 1, "hidden": (19, 7), **OTHERS[case]}
    links = options.pop("links", False)
    network = made_up_network(**options)
    if links:
        scores = network.layers[-1]
        choice = f"adaptive_log_softmax(head={scores.head}, clusters={list(scores.clusters)})"
        chosen = activation_layer(choice, scores.outputs - len(scores.clusters))
        network = NetworkSpec(layers=(*network.layers, chosen))
    parameters = random_parameters(network)
    numbers = DRAW.normal(size=(70, 8)).astype(np.float32)
    codes = np.stack([DRAW.integers(0, levels, 70) for levels in (9, 30)], axis=1)
    outputs = Predictor(network, parameters).predict(numbers, codes)
    assert outputs.shape == (2, 70, network.outputs)
    for member in range(2):
        expected = obvious(network, parameters, member, numbers, codes)
        assert outputs[member] == pytest.approx(expected, abs=2e-5, rel=2e-5)


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


HIDDEN = [entry.name for entry in TRAINED if entry.trainable and not entry.output_only]
ENDS = {
    "linear": {"outputs": 2},
    "coral": {"outputs": 5, "head": "coral"},
    "adaptive": {"outputs": 22, "head": "adaptive", "cutoffs": (4, 9)},
    **{
        entry.name: {"outputs": 5, "output_activation": entry.name}
        for entry in TRAINED
        if entry.output_only and entry.name != "adaptive_log_softmax"
    },
}


@pytest.mark.parametrize("norm", ["none", "batch_norm", "layer_norm"])
@pytest.mark.parametrize("activation", HIDDEN)
def test_prediction_gives_what_the_trained_stack_gives(activation, norm):
    check_prediction({"activation": activation, "norm": norm}, {"outputs": 2})


@pytest.mark.parametrize("end", ENDS)
def test_every_end_of_a_network_predicts_what_the_trained_stack_gives(end):
    check_prediction({"activation": "tanh", "norm": "none"}, ENDS[end])


def check_prediction(options, ends):
    entry = TRAINED[options["activation"]]
    recipe = Recipe(
        hidden=(24, 17),
        parametric_activation=entry.gives is None,
        number_frequencies=16,
        number_embedding_size=4,
        category_embedding_size=8,
        input_scale=True,
        **options,
    )
    spec = describe_network(recipe, numeric=3, passed=2, categories=(6,), **ends)
    network = Network([spec, spec])
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
    trained = trained[:, :, : spec.outputs].numpy()
    outputs = Predictor(spec, parameters).predict(numbers, codes)
    assert outputs == pytest.approx(trained, abs=2e-5 * max(1.0, float(np.abs(trained).max())), rel=1e-5)
