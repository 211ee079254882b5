"""First values of everything that does not start by chance alone, and data-driven starts through every layer."""

import numpy as np
import pytest
import torch
from families import ENDS, HIDDEN, NORMS, random_network

from pellucid.networks import Tensors, group_parameters, initial_parameters
from pellucid.networks.linear import Linear
from pellucid.records import Recipe


def test_norms_start_as_plain_normalisation():
    network = random_network(Recipe(hidden=(5,), norm="batch_norm", input_scale=True), numeric=3, outputs=2)
    arrays = initial_parameters(network, np.random.default_rng(0))
    assert arrays["1.factor"].tolist() == [1.0] * 3
    for name, value in (("scale", 1.0), ("shift", 0.0), ("mean", 0.0), ("variance", 1.0)):
        assert arrays[f"3.{name}"].tolist() == [value] * 5


def test_learned_numbers_start_where_the_members_own_numbers_say():
    recipes = [Recipe(hidden=(5,), activation=f"srelu(lower={lower})") for lower in (-1, -2)]
    network = random_network(*(each.replace(parametric_activation=True) for each in recipes), numeric=3, outputs=2)
    for member, lower in enumerate((-1.0, -2.0)):
        arrays = initial_parameters(network, np.random.default_rng(0), member=member)
        starts = {"slope": 1.0, "lower_threshold": lower, "lower_gain": 0.2, "upper_threshold": 1.0, "upper_gain": 1.0}
        for name, value in starts.items():
            assert arrays[f"2.{name}"].tolist() == [value] * 5


@pytest.mark.parametrize("count", [1, 2, 5])
def test_thresholds_start_falling_and_symmetric_at_equally_frequent_classes(count):
    network = random_network(Recipe(hidden=()), numeric=3, outputs=count, head="coral")
    bias = initial_parameters(network, np.random.default_rng(0))["2.bias"]
    above = 1 / (1 + np.exp(-bias))
    np.testing.assert_allclose(above, 1 - np.arange(1, count + 1) / (count + 1))
    np.testing.assert_allclose(bias, -bias[::-1], atol=1e-12)


def test_an_adaptive_softmax_is_drawn_like_linear_weights():
    network = random_network(Recipe(hidden=(64,)), numeric=3, **ENDS["adaptive"])
    arrays = initial_parameters(network, np.random.default_rng(0), method="kaiming_normal")
    shapes = {name: array.shape for name, array in arrays.items() if name.startswith("4.")}
    assert shapes == {
        "4.head": (64, 5),
        "4.projection.0": (64, 16),
        "4.cluster.0": (16, 3),
        "4.projection.1": (64, 4),
        "4.cluster.1": (4, 4),
    }
    for name, fan in (("head", 64), ("projection.0", 64)):
        assert arrays[f"4.{name}"].std() == pytest.approx((2 / fan) ** 0.5, rel=0.1)


def test_a_members_draws_do_not_depend_on_its_company():
    recipes = [Recipe(hidden=(5,), activation=name) for name in ("relu", "gelu", "elu(alpha=0.5)")]
    sample = np.zeros((32, 16))
    sample[:, :3] = np.random.default_rng(0).normal(size=(32, 3))
    together, alone = random_network(*recipes, numeric=3, outputs=2), random_network(recipes[1], numeric=3, outputs=2)
    for method in ("pytorch", "data"):
        first = initial_parameters(together, np.random.default_rng(1), member=1, method=method, sample=sample)
        second = initial_parameters(alone, np.random.default_rng(1), method=method, sample=sample)
        assert {name: array.tobytes() for name, array in first.items()} == {
            name: array.tobytes() for name, array in second.items()
        }


@pytest.mark.parametrize(
    ("activation", "norm", "end"),
    [(name, "none", "linear") for name in HIDDEN] + [("relu", norm, end) for norm in NORMS for end in ENDS],
)
def test_data_initialisation_gives_unit_spread_through_every_activation_norm_and_end(activation, norm, end):
    network = random_network(Recipe(hidden=(20, 9), activation=activation, norm=norm), numeric=4, **ENDS[end])
    sample = np.zeros((160, 16))
    sample[:, :4] = np.random.default_rng(0).normal(size=(160, 4)) * [1, 10, 0.1, 3]
    arrays = initial_parameters(network, np.random.default_rng(1), method="data", sample=sample)
    groups = group_parameters(network.parameters, lr_factors={}, width_scaled=False, decay_all=True)
    tensors = Tensors(network.parameters, groups, 1, dtype=torch.float64)
    tensors.load(0, arrays)
    x = torch.as_tensor(sample).unsqueeze(0)
    for layer in network.layers:
        x, _ = layer.forward(tensors.views, x, None)
        if isinstance(layer, Linear):
            np.testing.assert_allclose(x[0, :, : layer.outputs].std(0, correction=0), 1, rtol=1e-9)
    assert x.isfinite().all()
