"""What ``pl.train`` and its result are given: anything but what they can mean is refused, never bent."""

import numpy as np
import pytest
import torch

from pellucid.errors import ContractError, DataError, UsageError
from pellucid.records import Recipe, TargetSpec
from pellucid.training import StackRows, TrainingData, train, train_members

RECIPE = Recipe(hidden=(4,), epochs=1)
X = np.random.default_rng(0).normal(size=(20, 3))
Y = np.arange(20) % 2


@pytest.mark.parametrize(
    ("y", "task", "message"),
    [
        (np.where(Y == 1, np.nan, Y * 1.0), "multiclass", "y is missing in row 1"),
        (np.array(["a", None] * 10, dtype=object), None, "y is missing in row 1"),
        (np.array(["2024-01-01", "NaT"] * 10, dtype="datetime64[D]"), None, "y is missing in row 1"),
        (np.array(["a", 1] * 10, dtype=object), None, r"different kinds \(int, str\)"),
        (Y + 1j, None, "complex numbers"),
        (Y + 1j, "regression", "takes real numbers"),
        (np.array(["a", "b"] * 10), "regression", "takes real numbers"),
        ([[0], [1, 2]] * 10, None, "y is ragged"),
    ],
)
def test_targets_that_are_no_classes_and_no_numbers_are_refused(y, task, message):
    with pytest.raises(DataError, match=message):
        train(RECIPE, X, y, task=task)


@pytest.mark.parametrize(
    ("y", "validation", "message"),
    [
        (Y, [0.2, 1.0], r"y holds int64 values, validation y holds 0\.2"),
        (Y.astype(bool), [0, 2], "y holds bool values, validation y holds 2"),
        (Y, ["0", "x"], "y holds int64 values, validation y holds something else"),
        (np.zeros(20, dtype=int), [0, 1], "y has one class only"),
    ],
)
def test_validation_targets_are_of_the_kind_that_is_learned(y, validation, message):
    with pytest.raises(DataError, match=message):
        train(RECIPE, X, y, validation=(X[:2], validation))


def test_whole_validation_targets_may_be_written_as_reals():
    result = train(RECIPE, X, Y, validation=(X[:2], [0.0, 1.0]))
    assert result.classes == (0, 1)


@pytest.mark.parametrize(
    ("y", "task", "validation", "code"),
    [
        (Y, "count", [-1, 2], "L109"),
        (np.full((20, 2), 0.5), "distribution", [[1.0, 1.0], [0.5, 0.5]], "L114"),
        (X > 0, "multilabel", [[7, 0, 0], [0, 1, 0]], "L112"),
    ],
)
def test_validation_targets_that_the_loss_cannot_read_are_refused(y, task, validation, code):
    with pytest.raises(ContractError, match=f"{code}.*In the validation rows: ") as caught:
        train(RECIPE, X, y, task=task, validation=(X[:2], validation))
    assert caught.value.code == code


def test_a_validation_target_beyond_the_outputs_is_a_large_error_and_no_more():
    y = np.linspace(0.1, 0.9, 20)
    result = train(RECIPE.replace(loss="mse", output_activation="sigmoid"), X, y, validation=(X[:2], [0.5, 3.0]))
    assert result.val_loss[0, 0] > 2.0


@pytest.mark.parametrize("inputs", [[["a", "b"]] * 20, [[1, 2], [3]] * 10, np.ones((20, 3)) * 1j])
def test_inputs_that_are_no_real_numbers_are_refused(inputs):
    with pytest.raises(DataError, match="X must be a plain table or column of real numbers"):
        train(RECIPE, inputs, Y)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"validation": (X,)}, UsageError, r"validation must be a pair \(X, y\)"),
        ({"dtype": torch.float16}, UsageError, r"found torch\.float16"),
        ({"dtype": np.float32}, UsageError, r"dtype must be torch\.float32 or torch\.float64"),
        ({"sample_weight": ["a"] * 20}, DataError, "sample_weight must be a plain table or column"),
        ({"sample_weight": np.full(20, 1e308)}, DataError, "its sum finite too"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        train(RECIPE, X, Y, **options)


def test_a_recipe_is_a_recipe():
    with pytest.raises(UsageError, match=r"Recipes are made by pl\.Recipe\(\.\.\.\), found \{'lr': 1\}"):
        train([{"lr": 1}], X, Y)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (X[:, :2], r"shape \(20, 2\); the networks learned from 3 columns"),
        (np.ones((2, 40)), r"shape \(2, 40\); the networks learned from 3 columns"),
        (X[0], r"shape \(3,\)"),
        (np.where(np.arange(60).reshape(20, 3) == 7, np.nan, X), "contains nan in row 2, column 1"),
    ],
)
def test_a_result_predicts_only_what_its_networks_can_read(rows, message):
    result = train(RECIPE, X, Y)
    for ask in (result.predict, result.predict_proba, result.outputs):
        with pytest.raises(DataError, match=message):
            ask(rows)


def test_a_result_predicts_only_levels_that_its_networks_embed():
    codes = np.stack([Y, Y + 1], axis=1)
    data = TrainingData.of(X, Y, codes=codes, categories=(2, 3))
    rows = StackRows((np.arange(20),), (np.arange(0),))
    result = train_members([RECIPE], data, rows, target=TargetSpec(task="binary", classes=2))
    assert result.predict(X, codes).shape == (1, 20)
    for wrong in (None, codes[:, :1], codes + 1, codes - 1):
        with pytest.raises(DataError, match=r"embed 2 categories of \(2, 3\) levels"):
            result.predict(X, wrong)


def test_class_weights_may_be_an_array():
    assert Recipe(class_weight=np.array([1.0, 2.0])) == Recipe(class_weight=(1.0, 2.0))
