"""Nothing that a recipe asks for is left out without a word."""

import numpy as np
import pytest

from pellucid.networks import describe_network
from pellucid.records import Recipe
from pellucid.training import train
from pellucid.training.unused import unused_parts

X = np.random.default_rng(0).normal(size=(24, 3))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"hidden": (), "dropout": 0.5}, "dropout (there is no hidden layer)"),
        ({"hidden": (), "norm": "batch_norm"}, "norm (there is no hidden layer)"),
        ({"hidden": (), "parametric_activation": True}, "parametric_activation (there is no hidden layer)"),
        ({"lr_factors": (("category", 0.1),)}, "lr_factors (there is no parameter of kind category)"),
        ({"hidden": ()}, ""),
        ({"dropout": 0.5, "norm": "batch_norm", "lr_factors": (("bias", 0.1), ("category", 0.1))}, ""),
    ],
)
def test_what_a_network_has_no_place_for_is_told(changes, told):
    (found,) = train(Recipe(epochs=1, **changes), X, X[:, 0]).findings
    assert [each.code for each in found] == (["E313"] if told else [])
    assert all(told in each.message for each in found)


def test_members_are_told_by_themselves():
    recipes = [Recipe(epochs=1, dropout=0.5), Recipe(epochs=1, dropout=0.5, hidden=())]
    assert [len(found) for found in train(recipes, X, X[:, 0]).findings] == [0, 1]


def test_noise_on_numbers_needs_numbers():
    recipe = Recipe(input_noise=0.1)
    told = [unused_parts(recipe, describe_network(recipe, numeric=n, passed=3 - n, outputs=1)) for n in (0, 3)]
    assert [len(found) for found in told] == [1, 0]
    assert "input_noise (there is no column of numbers)" in told[0][0].message
