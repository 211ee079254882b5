"""A member as PyTorch modules gives the network's own outputs."""

import pytest
import torch
from families import ENDS, HIDDEN, NORMS, a_choice, random_inputs, random_network, random_parameters

from pellucid.activations import ACTIVATIONS
from pellucid.errors import UsageError
from pellucid.networks.to_torch import as_modules
from pellucid.records import Recipe

MEMBERS, ROWS, NUMERIC, PASSED = 2, 16, 3, 2
SHAPE = Recipe(hidden=(5, 7), number_frequencies=16, number_embedding_size=3, input_scale=True)


def check(*recipes, **ends):
    """float32, within 1e-6 of its size above 1; returns the modules."""
    network = random_network(*recipes, numeric=NUMERIC, passed=PASSED, sparse=(0,), **ends)
    parameters = random_parameters(network, network.members, 0, dtype=torch.float32)
    x = random_inputs(network.members, ROWS, NUMERIC + PASSED, 1, dtype=torch.float32)
    y, _ = network.forward(parameters.views, x)
    found = []
    for member in range(network.members):
        modules = as_modules(network.spec(member), parameters.arrays(member))
        theirs = modules(x[member, :, : NUMERIC + PASSED])
        own = y[member, :, : network.outputs]
        torch.testing.assert_close(theirs.detach(), own, rtol=1e-6, atol=1e-6 * max(1.0, own.abs().max().item()))
        found.append(modules)
    return found


@pytest.mark.parametrize("name", [entry.name for entry in ACTIVATIONS if not entry.output_only])
def test_modules_with_any_activation_give_the_same_outputs(name):
    found = check(*(SHAPE.replace(activation=a_choice(name, seed)) for seed in range(MEMBERS)), outputs=4)
    place, _, twin = ACTIVATIONS[name].twin.rpartition(".")
    if place == "torch.nn":
        assert any(type(module) is getattr(torch.nn, twin) for module in found[0])


@pytest.mark.parametrize("name", [name for name in HIDDEN if not ACTIVATIONS[name].gives])
def test_modules_with_any_parametric_activation_give_the_same_outputs(name):
    check(SHAPE.replace(activation=name, parametric_activation=True), outputs=4)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("norm", NORMS)
def test_modules_with_any_norm_and_end_give_the_same_outputs(norm, end):
    check(SHAPE.replace(norm=norm, activation="tanh"), **ENDS[end])


def test_modules_of_ours_can_be_trained_on():
    modules = check(SHAPE.replace(activation="srelu", norm="batch_norm"), outputs=3, head="coral")[0]
    modules.train()
    modules(torch.randn(8, NUMERIC + PASSED)).square().sum().backward()
    assert all(parameter.grad is not None for parameter in modules.parameters())


def test_embedded_categories_are_refused():
    network = random_network(SHAPE, numeric=2, categories=(4,), outputs=1)
    with pytest.raises(UsageError, match="two inputs"):
        as_modules(network.spec(0), random_parameters(network, 1, 0).arrays(0))
