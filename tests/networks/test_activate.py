"""The activation layer: slices, drawn numbers, learned numbers, padding."""

import numpy as np
import pytest
import torch
from families import HIDDEN, MadeUpNoise, a_choice, random_inputs, random_network, random_parameters

from pellucid.activations import ACTIVATIONS
from pellucid.networks import Network, describe_network
from pellucid.networks.activate import Activate
from pellucid.records import ActivationLayer, Recipe

RECIPE = Recipe(hidden=(5,))


def layer_of(*choices, width=5):
    """An activation layer for members with these choices."""
    chosen = [ACTIVATIONS(choice) for choice in choices]
    return Activate("1", 1, [ActivationLayer(name=c.name, width=width, numbers=dict(c.numbers)) for c in chosen])


def spans(layer):
    return [(each.entry.name, each.first, each.last) for each in layer.slices]


def test_neighbours_with_one_activation_form_a_slice_whatever_their_numbers():
    layer = layer_of("relu", "leaky_relu", "leaky_relu(slope=0.3)", "gelu", "gelu(approximate=tanh)", "relu")
    assert spans(layer) == [
        ("relu", 0, 1),
        ("leaky_relu", 1, 3),
        ("gelu", 3, 4),
        ("gelu", 4, 5),
        ("relu", 5, 6),
    ]


def test_a_number_is_one_float_where_members_agree_and_a_tensor_elsewhere():
    """Both are rounded to the type first."""
    x = torch.zeros(2, 16, 16)
    agreeing, differing = layer_of(*["elu(alpha=0.1)"] * 2), layer_of("elu(alpha=0.1)", "elu(alpha=0.2)")
    number = agreeing.slices[0].numbers(x, None, 1)["alpha"]
    assert isinstance(number, float)
    assert number == float(np.float32(0.1))
    numbers = differing.slices[0].numbers(x, None, 1)["alpha"]
    assert numbers.shape == (2, 1, 1)
    assert numbers.flatten().tolist() == [float(np.float32(0.1)), float(np.float32(0.2))]
    assert agreeing.slices[0].numbers(x.double(), None, 1)["alpha"] == 0.1


@pytest.mark.parametrize("name", HIDDEN)
def test_every_member_gets_its_own_activation_and_padding_stays_silent(name):
    """A mixed stack computes, member by member, what the registry's own call says; true widths."""
    choices = [a_choice(name, seed) for seed in range(3)]
    network = random_network(*(RECIPE.replace(activation=each) for each in choices), numeric=3, outputs=2)
    activate = next(layer for layer in network.layers if isinstance(layer, Activate))
    parameters = random_parameters(network, 3, seed=0)
    for member in range(3):
        parameters.load(member, parameters.arrays(member) | network.starts(member))
    spec = network.spec(0).layers[2]
    x = random_inputs(3, 16, spec.width, seed=1)
    y, _ = activate.forward(parameters.views, x, None)
    for member, choice in enumerate(choices):
        expected = ACTIVATIONS(choice)(x[member, :, : spec.width])
        torch.testing.assert_close(y[member, :, : spec.outputs], expected, rtol=1e-12, atol=1e-12)
    assert not y[..., spec.outputs :].any()


def test_drawn_slopes_lie_in_their_range_while_training_and_are_its_middle_when_predicting():
    layer = layer_of("relu", "rrelu(low=0.2, high=0.4)", "rrelu(low=0.6, high=0.6)", width=16)
    x = -torch.ones(3, 400, 16, dtype=torch.float64)
    trained, _ = layer.forward({}, x, MadeUpNoise([1, 2, 3], 400))
    assert not trained[0].any()
    assert -0.4 <= trained[1].min() < -0.39
    assert -0.21 < trained[1].max() <= -0.2
    assert trained[1].mean().item() == pytest.approx(-0.3, abs=0.01)
    assert trained[1].unique().numel() > 6000
    torch.testing.assert_close(trained[2], torch.full_like(trained[2], -0.6))
    predicted, _ = layer.forward({}, x, None)
    torch.testing.assert_close(predicted[1], torch.full_like(predicted[1], -0.3))


def test_learned_numbers_belong_to_a_member_and_start_at_its_own_numbers():
    recipes = [RECIPE.replace(activation=f"prelu(slope={slope})") for slope in (0.25, 0.5)]
    network = random_network(*recipes, numeric=3, outputs=2)
    assert [network.starts(member)["2.negative_slope"].tolist() for member in range(2)] == [[0.25] * 5, [0.5] * 5]
    assert network.take([1]).starts(0)["2.negative_slope"].tolist() == [0.5] * 5


def test_a_homogeneous_stack_hands_its_input_to_the_activation_uncopied():
    """The identity gives the very tensor back, and a single slice's tape holds it."""
    x = torch.zeros(3, 16, 16)
    y, tape = layer_of(*["identity"] * 3).forward({}, x, None)
    assert y is x
    assert tape.x is x


def test_members_that_disagree_in_more_than_activations_are_refused():
    plain = describe_network(RECIPE, numeric=3, outputs=2)
    for other in (
        RECIPE.replace(hidden=(6,)),
        RECIPE.replace(activation="prelu"),
        RECIPE.replace(activation="glu"),
        RECIPE.replace(parametric_activation=True),
        RECIPE.replace(norm="layer_norm"),
    ):
        with pytest.raises(ValueError, match="may differ in the names and numbers of their activations alone"):
            Network([plain, describe_network(other, numeric=3, outputs=2)])
    with pytest.raises(ValueError, match="at least one member"):
        Network([])
