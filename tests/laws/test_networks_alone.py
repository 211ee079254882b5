"""Law 1 for networks: forward and backward, a member of a mixed stack computes what it computes alone; float32."""

import pytest
import torch
from families import (
    ENDS,
    HIDDEN,
    NORMS,
    MadeUpNoise,
    a_choice,
    random_codes,
    random_inputs,
    random_network,
    random_parameters,
)

from pellucid.activations import ACTIVATIONS
from pellucid.networks import describe_network
from pellucid.records import ActivationLayer, Recipe

# Rows and widths that fill whole vector registers only together with other members.
ROWS, FILLING, NUMERIC, PASSED, CATEGORIES = 48, 5, 3, 2, (5, 4)
COLUMNS = {"numeric": NUMERIC, "passed": PASSED, "categories": CATEGORIES}
SHAPE = Recipe(hidden=(5, 21), number_frequencies=16, number_embedding_size=3, input_scale=True)


def alike(names):
    """Activations that fit in one stack, because they agree in widths and learned numbers."""
    found = {}
    for name in names:
        layer = describe_network(Recipe(activation=name, hidden=(5,)), numeric=2, outputs=1).layers[2]
        assert isinstance(layer, ActivationLayer)
        found.setdefault((layer.width, layer.outputs, layer.learned), []).append(name)
    return found.values()


def passes(network, parameters, x, codes, noise, slopes):
    """Every number that comes out of a forward and a backward pass, by name."""
    y, tapes = network.forward(parameters.views, x, noise, codes)
    gradients = parameters.like()
    network.backward(parameters.views, tapes, y + slopes, gradients.views)
    found = {"outputs": y, **{f"gradient of {name}": view for name, view in gradients.views.items()}}
    found |= {name: parameters.views[name] for name in parameters.views if name.endswith(("mean", "variance"))}
    penalty = network.activity(tapes)
    return found if penalty is None else {**found, "penalty": penalty}


def check(*recipes, rows=ROWS, training=True, **ends):
    network = random_network(*recipes, **COLUMNS, sparse=tuple(range(len(recipes[0].hidden))), **ends)
    members = network.members
    parameters = random_parameters(network, members, 0, dtype=torch.float32)
    x = random_inputs(members, rows, NUMERIC + PASSED, 1, dtype=torch.float32)
    codes = random_codes(members, rows, CATEGORIES, 2)
    slopes = random_inputs(members, rows, network.outputs, 3, dtype=torch.float32)
    noise = MadeUpNoise(range(members), rows, filling=FILLING, dtype=torch.float32) if training else None
    singles = [
        passes(
            network.take([member]),
            parameters.take([member]),
            x[[member]],
            codes[[member]],
            noise and noise.take([member]),
            slopes[[member]],
        )
        for member in range(members)
    ]
    # Some of them in another order, and all together.
    companies = [list(range(members - 1, -1, -2)), list(range(members))]
    for company in companies:
        together = passes(
            network.take(company),
            parameters.take(company),
            x[company],
            codes[company],
            noise and noise.take(company),
            slopes[company],
        )
        for place, member in enumerate(company):
            for name, alone in singles[member].items():
                assert torch.equal(together[name][place], alone[0]), (recipes[member].activation, name)


@pytest.mark.parametrize("training", [True, False], ids=["training", "predicting"])
@pytest.mark.parametrize("names", alike(HIDDEN), ids=lambda names: names[0])
def test_members_with_any_activations_compute_what_they_compute_alone(names, training):
    """All that fit in one stack, each with its defaults and with other numbers."""
    for norm in NORMS:
        recipes = [SHAPE.replace(activation=a_choice(name, seed), norm=norm) for name in names for seed in (0, 1)]
        check(*recipes, training=training, outputs=4)


@pytest.mark.parametrize("names", alike(n for n in HIDDEN if not ACTIVATIONS[n].gives), ids=lambda names: names[0])
def test_members_with_any_parametric_activations_compute_what_they_compute_alone(names):
    recipes = [SHAPE.replace(activation=a_choice(n, s), parametric_activation=True) for n in names for s in (0, 1)]
    check(*recipes, outputs=4)


@pytest.mark.parametrize("end", ENDS)
def test_members_compute_the_same_alone_whatever_the_network_ends_in(end):
    check(*[SHAPE.replace(activation="mish", norm="layer_norm")] * 4, **ENDS[end])
    check(*[SHAPE.replace(hidden=())] * 3, **ENDS[end])


@pytest.mark.parametrize(("activation", "norm"), [("glu", "batch_norm"), ("mish", "layer_norm"), ("srelu", "none")])
def test_long_batches_and_wide_layers_change_no_bit(activation, norm):
    """Long enough for two threads to share the work of a stack of one."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        recipe = Recipe(hidden=(70, 45), activation=activation, norm=norm)
        check(*[recipe] * 2, rows=1024, outputs=5, output_activation="softmax")
    finally:
        torch.set_num_threads(before)
