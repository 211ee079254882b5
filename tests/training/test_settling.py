"""A list of recipes means what each of them means alone, and is refused for the same reasons."""

import dataclasses

import numpy as np
import pytest

from pellucid.errors import PellucidError, UsageError
from pellucid.records import LinearLayer, Recipe, TargetSpec
from pellucid.training.data import TrainingData
from pellucid.training.settling import settle, settle_all

DATA = TrainingData.of(np.zeros((1, 3)), np.zeros(1))
TARGET = TargetSpec(task="regression")
GOOD = Recipe(hidden=(8,), lr=0.1, l2=0.1)
CHANGES = (
    {},
    {"seed": 1},
    {"lr": 0.2, "weight_decay": 0.3, "l1": 0.1, "l2": 0.2},
    {"l2": 0.0, "dropout": 0.5, "clip_norm": 1.0},
    {"loss": "huber(delta=0.5)"},
    {"loss": "gaussian_nll"},
    {"activation": "tanh"},
    {"activation": "glu"},
    {"hidden": (8, 4)},
    {"norm": "batch_norm"},
    {"penalty": "activity_l1(strength=0.1)"},
    {"optimizer": "adam(beta1=0.8)", "momentum_schedule": "sutskever"},
    {"optimizer": "lbfgs"},
    {"schedule": "cosine"},
    {"batch_size": 16, "drop_last": True},
    {"lr_factors": (("bias", 0.5),)},
    {"decay_biases": False, "width_scaled_lr": True},
    {"number_frequencies": 16},
)


def written(settled):
    fields = {field.name: getattr(settled, field.name) for field in dataclasses.fields(settled)}
    return {name: str(value) if name == "objective" else value for name, value in fields.items()}


def test_a_list_means_what_its_recipes_mean_alone():
    recipes = [GOOD.replace(**changes) for changes in (*CHANGES, *reversed(CHANGES))]
    for recipe, found in zip(recipes, settle_all(recipes, DATA, TARGET), strict=True):
        assert found.recipe is recipe
        assert written(found) == written(settle(recipe, DATA, TARGET))


def test_what_recipes_have_in_common_is_looked_up_once():
    first, other = settle_all([GOOD, GOOD.replace(seed=1, lr=0.5, l2=0.5, dropout=0.1)], DATA, TARGET)
    assert first.network is other.network
    assert first.objective is other.objective
    assert first.numbers["lr"] == 0.1 and other.numbers["lr"] == 0.5


@pytest.mark.parametrize(
    "changes",
    [
        {"lr": -0.1},
        {"lr": float("nan")},
        {"lr": True},
        {"lr": "0.1"},
        {"weight_decay": -1.0},
        {"l1": -1.0},
        {"l2": float("inf")},
        {"l2": True},
        {"dropout": 1.0},
        {"clip_norm": 0.0},
        {"batch_size": 32.0},
        {"batch_size": 0},
        {"hidden": (8.0,)},
        {"hidden": (8, True)},
        {"outputs": True},
        {"drop_last": 0},
        {"lr_factors": 3},
        {"lr_factors": ("bias", 0.5)},
        {"lr_factors": (("bias", True),)},
        {"lr_factors": (("bias", 0.5, 0.5),)},
        {"optimizer": "lbfgs(line_search=strong_wolfe)", "clip_norm": 1.0},
        {"optimizer": "adamw(lr=0.5)"},
        {"optimizer": "rprop", "weight_decay": 0.1},
        {"optimizer": "adagrad", "momentum_schedule": "sutskever"},
        {"schedule": "sutskever"},
        {"regularisation_schedule": "plateau"},
        {"loss": "hinge"},
        {"loss": "mse", "outputs": 2},
        {"activation": "softmax"},
        {"hidden": (), "penalty": "activity_l1(strength=0.1)"},
        {"epochs": 0, "monitor": "los"},
    ],
)
def test_a_recipe_is_refused_after_others_for_the_reason_that_it_is_refused_for_alone(changes):
    bad = GOOD.replace(**changes)
    with pytest.raises(PellucidError) as alone:
        settle(bad, DATA, TARGET)
    good = [GOOD.replace(**own) for own in (*CHANGES, {"epochs": 1}, {"outputs": 1}, {"batch_size": 1})]
    settle_all(good, DATA, TARGET)
    for _ in range(2):
        with pytest.raises(type(alone.value)) as together:
            settle_all([*good, bad], DATA, TARGET)
        assert str(together.value) == str(alone.value)


def test_equal_numbers_of_other_types_stay_apart():
    """np.int64(8) is 8, but no JSON: a recipe that says it does not lend it to others."""
    recipes = [GOOD.replace(hidden=(np.int64(8),)), GOOD]
    odd, plain = settle_all(recipes, DATA, TARGET)
    assert odd.network == plain.network
    assert [type(layer.outputs) for layer in plain.network.layers if isinstance(layer, LinearLayer)] == [int, int]


def test_numpy_numbers_are_numbers():
    recipe = GOOD.replace(lr=np.float32(0.5), batch_size=np.int64(16), drop_last=np.bool(True))
    assert settle(recipe, DATA, TARGET).numbers["lr"] == 0.5
    with pytest.raises(UsageError, match=r"batch_size must be a whole number, found np\.float64"):
        settle(recipe.replace(batch_size=np.float64(16)), DATA, TARGET)
