"""The learning-rate range test."""

import numpy as np
import pytest

from pellucid.errors import UsageError
from pellucid.records import Recipe
from pellucid.training import lr_range_test, train


def a_table(rows=300, seed=0):
    draw = np.random.default_rng(seed)
    X = draw.normal(size=(rows, 6))
    return X, np.sin(X[:, 0] * 2) + X[:, 1] * X[:, 2] + draw.normal(0, 0.1, rows)


@pytest.mark.parametrize("optimizer", ["adamw", "sgd(momentum=0.9)"])
def test_the_proposed_rate_trains_better_than_a_tenth_or_ten_times_as_much(optimizer):
    X, y = a_table()
    recipe = Recipe(hidden=(32, 32), optimizer=optimizer, epochs=15)
    found = lr_range_test(recipe, X, y)
    assert found.recipe.lr == found.lr
    assert found.rates[0] < found.lr < found.rates[-1]
    ends = train([recipe.replace(lr=found.lr * factor) for factor in (0.1, 1.0, 30.0)], X, y).loss[:, -1]
    assert ends[1] < ends[0]
    assert not ends[1] > ends[2]


def test_the_grid_is_trained_as_members_that_start_alike():
    X, y = a_table(100)
    recipe = Recipe(hidden=(8,), seed=5)
    found = lr_range_test(recipe, X, y, low=1e-4, high=1.0, points=9, epochs=3)
    assert found.losses.shape == (9, 3)
    np.testing.assert_allclose(found.rates, np.geomspace(1e-4, 1, 9))
    alone = train(recipe.replace(lr=float(found.rates[4]), epochs=3), X, y)
    np.testing.assert_array_equal(alone.loss[0], found.losses[4])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"low": 1.0, "high": 0.1}, "0 < low < high"),
        ({"points": 3}, "at least 5 points"),
        ({"points": 9.5}, "a whole number, found 9.5"),
        ({"low": 0.0}, "0 < low"),
    ],
)
def test_a_grid_that_makes_no_sense_is_refused(options, message):
    with pytest.raises(UsageError, match=message):
        lr_range_test(Recipe(), *a_table(20), **options)


@pytest.mark.parametrize(
    ("recipe", "message"),
    [(Recipe(batch_size=0), "batch_size ≥ 1"), ([Recipe()], r"takes one recipe, made by pl\.Recipe")],
)
def test_a_recipe_that_cannot_be_trained_is_refused(recipe, message):
    with pytest.raises(UsageError, match=message):
        lr_range_test(recipe, *a_table(20))


def test_the_rate_in_the_choice_of_the_optimizer_is_set_aside_too():
    X, y = a_table(100)
    found = lr_range_test(Recipe(hidden=(8,), optimizer="adam(lr=0.5, beta1=0.8)"), X, y, points=9, epochs=4)
    assert (found.recipe.optimizer, found.recipe.lr) == ("adam(beta1=0.8)", found.lr)
    train(found.recipe.replace(epochs=1), X, y)


def test_an_optimizer_of_all_rows_makes_as_many_steps_as_the_others():
    X, y = a_table(60)
    found = lr_range_test(Recipe(hidden=(4,), optimizer="rprop", batch_size=10), X, y, points=5)
    assert found.losses.shape == (5, 100)
