"""From a recipe to a network: layers, widths, names of parameters."""

import msgspec
import pytest

from pellucid.errors import UnknownNameError, UsageError
from pellucid.networks import Network, describe_network
from pellucid.records import (
    ActivationLayer,
    ActivityLayer,
    AdaptiveLayer,
    DropoutLayer,
    LinearLayer,
    NetworkSpec,
    NormLayer,
    Recipe,
    ThresholdLayer,
    parameter_shapes,
)

RECIPE = Recipe(hidden=(64,))


def describe(recipe=RECIPE, *, numeric=4, outputs=3, **more):
    return describe_network(recipe, numeric=numeric, outputs=outputs, **more)


@pytest.mark.parametrize(
    ("activation", "linear", "values"),
    [("relu", 64, 64), ("glu", 128, 64), ("swiglu", 128, 64), ("maxout(pieces=3)", 192, 64), ("crelu", 64, 128)],
)
def test_activations_that_change_the_width_count_as_part_of_the_layer(activation, linear, values):
    layers = describe(RECIPE.replace(activation=activation)).layers
    assert [layers[1].outputs, layers[2].width, layers[2].outputs, layers[3].width, layers[4].inputs] == [
        linear,
        linear,
        values,
        values,
        values,
    ]


def test_a_norm_stands_between_a_linear_layer_and_its_activation():
    for norm in ("batch_norm", "layer_norm"):
        spec = describe(RECIPE.replace(hidden=(5, 6), norm=norm))
        kinds = [type(layer) for layer in spec.layers[1:]]
        assert kinds == [LinearLayer, NormLayer, ActivationLayer, DropoutLayer] * 2 + [LinearLayer]
        assert spec.layers[2] == NormLayer(kind=norm, width=5)


def test_a_layer_knows_every_number_of_its_activation():
    spec = describe(RECIPE.replace(activation="gelu(approximate=tanh)"), output_activation="softplus(beta=2)")
    assert spec.layers[2].numbers == {"approximate": "tanh"}
    assert spec.layers[-1] == ActivationLayer(name="softplus", width=3, numbers={"beta": 2.0, "threshold": 20.0})
    assert spec.outputs == 3


def test_heads():
    coral = describe(head="coral")
    assert coral.layers[-2:] == (LinearLayer(inputs=64, outputs=1), ThresholdLayer(count=3))
    adaptive = describe(outputs=12, head="adaptive", cutoffs=(3, 6))
    assert adaptive.layers[-1] == AdaptiveLayer(inputs=64, head=3, clusters=(3, 4), projections=(16, 4))
    assert [spec.outputs for spec in (coral, adaptive)] == [3, 12]
    assert str(adaptive) == "4-64-12"
    assert str(describe(RECIPE.replace(hidden=()), outputs=12, head="adaptive", cutoffs=(3, 6))) == "4-12"
    softmax = describe(
        outputs=10, head="adaptive", cutoffs=(3, 6), output_activation="adaptive_log_softmax(head=3, clusters=[3, 4])"
    )
    assert softmax.layers[-2:-1] == adaptive.layers[-1:]
    assert softmax.outputs == 10


def test_hidden_layers_to_be_kept_sparse_are_marked():
    spec = describe(RECIPE.replace(hidden=(8, 4, 8)), sparse=(1,))
    assert [number for number, layer in enumerate(spec.layers) if isinstance(layer, ActivityLayer)] == [6]


@pytest.mark.parametrize(
    "recipe",
    [
        RECIPE,
        RECIPE.replace(activation="srelu", norm="batch_norm", parametric_activation=True),
        RECIPE.replace(activation="gelu(approximate=tanh)", norm="layer_norm", number_frequencies=16, input_scale=True),
        RECIPE.replace(activation="maxout"),
    ],
)
@pytest.mark.parametrize("end", [{}, {"head": "coral"}, {"head": "adaptive", "cutoffs": (1, 2)}])
def test_a_network_has_the_parameters_that_its_record_promises_and_the_record_survives_a_file(recipe, end):
    spec = describe(recipe, categories=(5,), outputs=6, **end)
    promised = parameter_shapes(spec)
    assert {each.name: each.file_shape for each in Network([spec]).parameters} == promised
    assert msgspec.json.decode(msgspec.json.encode(spec), type=NetworkSpec) == spec


def test_what_cannot_stand_there_is_refused():
    with pytest.raises(UsageError, match=r"softmax belongs at the output.*output_activation='softmax'"):
        describe(RECIPE.replace(activation="softmax"))
    with pytest.raises(UsageError, match="glu gives another number of values than it takes"):
        describe(RECIPE.replace(activation="glu", parametric_activation=True))
    with pytest.raises(UnknownNameError, match="Did you mean 'batch_norm'"):
        describe(RECIPE.replace(norm="batchnorm"))
    with pytest.raises(UnknownNameError, match="Did you mean 'gelu'"):
        describe(RECIPE.replace(activation="gelo"))
