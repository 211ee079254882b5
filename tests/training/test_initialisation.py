"""Initial parameters."""

import numpy as np
import torch
from families import random_network

from pellucid.networks import Network, Tensors, describe_network, group_parameters, initial_parameters
from pellucid.records import Recipe


def test_pytorch_initialisation_is_nn_linears_distribution():
    """Weights and biases uniform within ±1/√fan-in: same bounds and spread as torch's."""
    network = random_network(Recipe(hidden=(400,)), numeric=25, outputs=3)
    own = initial_parameters(network, np.random.default_rng(0))
    twin = torch.nn.Linear(25, 400)
    for name, theirs in (("1.weight", twin.weight), ("1.bias", twin.bias)):
        assert np.abs(own[name]).max() <= 0.2
        assert abs(own[name].std() - theirs.std().item()) < 0.01


def test_data_initialisation_stays_small_where_nothing_varies():
    """One row, copied: no unit has any spread to go by."""
    network = random_network(Recipe(hidden=(20, 20)), numeric=4, outputs=2)
    sample = np.zeros((16, 16))
    sample[:, :4] = [1.0, -2.0, 3.0, 0.1]
    arrays = initial_parameters(network, np.random.default_rng(1), method="data", sample=sample)
    assert max(np.abs(array).max() for array in arrays.values()) < 100


def test_data_initialisation_gives_every_unit_unit_spread():
    """On the sample itself every pre-activation has standard deviation 1, layer by layer."""
    recipe = Recipe(hidden=(20, 20), number_frequencies=16, input_scale=True, activation="selu")
    network = Network([describe_network(recipe, numeric=4, passed=1, outputs=2)])
    sample = np.zeros((320, 16))
    sample[:, :5] = np.random.default_rng(0).normal(size=(320, 5)) * [1, 10, 0.1, 3, 1]
    arrays = initial_parameters(network, np.random.default_rng(1), method="data", sample=sample)
    names = tuple(spec.name for spec in network.parameters)
    groups = group_parameters(network.parameters, lr_factors={}, width_scaled=False, decay_all=True)
    tensors = Tensors(network.parameters, groups, 1, dtype=torch.float64)
    tensors.load(0, arrays)
    x = torch.as_tensor(sample).unsqueeze(0)
    checked = 0
    for layer in network.layers:
        if hasattr(layer, "see"):
            layer.see(None)
        x, _ = layer.forward(tensors.views, x, None)
        if hasattr(layer, "weight"):
            spread = x[0, :, : layer.outputs].std(0, correction=0)
            np.testing.assert_allclose(spread, 1, rtol=1e-9)
            # The kink of a rectifier, z = 0, lies inside the data for nearly every unit.
            inside = (x[0, :, : layer.outputs].amin(0) < 0) & (x[0, :, : layer.outputs].amax(0) > 0)
            assert inside.double().mean() > 0.95
            checked += 1
    assert checked == 3
    assert names[0] == "0.frequency"
