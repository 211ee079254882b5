"""pl.train: lists of recipes on plain numbers."""

import numpy as np
import pytest
import torch

from pellucid.errors import DataError, UnknownNameError, UsageError
from pellucid.records import Recipe
from pellucid.training import train
from pellucid.training.planning import plan_stacks


def circles(rows=300, seed=0):
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(rows, 2))
    return X, (np.hypot(*X.T) > 1.2).astype(int)


def test_a_network_learns_what_a_linear_one_cannot():
    X, y = circles()
    result = train([Recipe(hidden=(16,), lr=0.02, epochs=60), Recipe(hidden=(), lr=0.02, epochs=60)], X, y)
    right = (result.predict(X) == y).mean(axis=1)
    assert right[0] > 0.93
    assert right[1] < 0.75
    assert result.loss.shape == (2, 60)
    assert result.loss[0, -1] < 0.3 * result.loss[0, 0]


def test_a_regression_returns_the_targets_unit():
    generator = np.random.default_rng(1)
    X = generator.normal(size=(200, 3))
    y = 3.0 * X[:, 0] - X[:, 1] + 5.0
    result = train(Recipe(hidden=(), optimizer="sgd", lr=0.05, epochs=60), X, y)
    np.testing.assert_allclose(result.predict(X)[0], y, atol=0.05)
    with pytest.raises(TypeError, match="no class probabilities; use predict"):
        result.predict_proba(X)


def test_several_targets_are_one_regression():
    generator = np.random.default_rng(1)
    X = generator.normal(size=(200, 3))
    y = np.stack([X[:, 0] + 1, 2 * X[:, 2]], axis=1)
    result = train(Recipe(hidden=(), optimizer="sgd", lr=0.1, epochs=60), X, y)
    assert result.predict(X).shape == (1, 200, 2)
    np.testing.assert_allclose(result.predict(X)[0], y, atol=0.05)


@pytest.mark.parametrize("loss", ["cross_entropy", "bce_with_logits"])
def test_labels_come_back_as_they_were_given(loss):
    X, y = circles()
    words = np.where(y == 1, "outer", "inner")
    result = train(Recipe(hidden=(8,), loss=loss, epochs=3), X, words)
    assert result.classes == ("inner", "outer")
    probabilities = result.predict_proba(X)
    assert probabilities.shape == (1, 300, 2)
    np.testing.assert_allclose(probabilities.sum(axis=2), 1)
    assert set(result.predict(X)[0]) <= {"inner", "outer"}


def test_the_best_epoch_is_restored():
    """The parameters kept are those whose validation loss was smallest, and the last of ties."""
    X, y = circles(60)
    Xv, yv = circles(200, seed=9)
    result = train(Recipe(hidden=(64, 64), lr=0.05, epochs=40), X, y, validation=(Xv, yv))
    best = int(np.nanargmin(result.val_loss[0]))
    assert result.per_member("best_epoch") == [best + 1]
    assert best + 1 < 40, "this network overfits; otherwise the test tests nothing"
    probabilities = result.predict_proba(Xv)[0]
    log_loss = -np.log(probabilities[np.arange(200), yv]).mean()
    assert log_loss == pytest.approx(result.val_loss[0, best], rel=1e-5)


def test_patience_ends_a_member_and_a_plateau_lowers_its_rate():
    X, y = circles(60)
    validation = circles(100, seed=9)
    shape = Recipe(hidden=(32,), lr=0.1, epochs=60)
    result = train(
        [shape.replace(patience=3), shape.replace(schedule="plateau", plateau_patience=2, plateau_factor=0.1)],
        X,
        y,
        validation=validation,
    )
    stopped, plateaued = result.per_member("epochs")
    assert stopped < 60
    assert stopped - result.per_member("best_epoch")[0] <= 3 + 1
    assert plateaued == 60
    rates = result.metrics["lr"][1]
    assert rates[0] == 0.1
    np.testing.assert_allclose(sorted(set(np.round(np.log10(rates), 6)), reverse=True)[:2], [-1, -2])


def test_to_torch_gives_the_same_outputs():
    X, y = circles()
    for changes in (
        {"activation": "gelu"},
        {"activation": "selu", "parametric_activation": True, "input_scale": True, "number_frequencies": 16},
    ):
        result = train(Recipe(hidden=(12, 7), epochs=3, dropout=0.2, **changes), X, y)
        module = result.to_torch(0)
        with torch.no_grad():
            theirs = module(torch.as_tensor(X, dtype=torch.float32)).numpy()
        np.testing.assert_allclose(result.outputs(X)[0], theirs, atol=1e-5)


def test_pytorchs_own_loop_gets_the_same_losses():
    """float64, full batch, from the same initial parameters: one recipe's curve is that of nn.Sequential with AdamW."""
    X, y = circles(64)
    recipe = Recipe(hidden=(10,), activation="tanh", batch_size=64, epochs=1, lr=0.01)
    first = train(recipe, X, y, dtype=torch.float64)
    many = train(recipe.replace(epochs=30), X, y, dtype=torch.float64)
    # One epoch of one step: undo nothing, start PyTorch from the parameters after it.
    module = first.to_torch(0).train()
    optimizer = torch.optim.AdamW(module.parameters(), lr=0.01)
    parameters = list(module.parameters())
    assert parameters[0].dtype == torch.float64
    # The moments after the first step follow from the first gradient; replay it to fill them.
    start = train(recipe.replace(lr=1e-300, epochs=1, weight_decay=0.0), X, y, dtype=torch.float64).to_torch(0)
    module.load_state_dict(start.state_dict())
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            module(torch.as_tensor(X))[:, 0], torch.as_tensor(y, dtype=torch.float64)
        )
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    np.testing.assert_allclose(many.loss[0], losses, rtol=1e-9)


def test_sample_weights_count():
    """A row of weight two pulls like two rows: full batch, same losses as with the row repeated."""
    X, y = circles(40)
    weights = np.ones(40)
    weights[:8] = 2
    recipe = Recipe(hidden=(6,), batch_size=1000, epochs=10)
    weighted = train(recipe, X, y, sample_weight=weights, dtype=torch.float64)
    repeated = train(recipe, np.concatenate([X, X[:8]]), np.concatenate([y, y[:8]]), dtype=torch.float64)
    for name, array in weighted.parameters(0).items():
        np.testing.assert_allclose(array, repeated.parameters(0)[name], atol=1e-9)


def test_recipes_that_differ_in_shape_go_to_their_own_stacks():
    recipes = [Recipe(), Recipe(lr=0.1), Recipe(hidden=(4,)), Recipe(seed=9), Recipe(batch_size=8)]
    assert plan_stacks(recipes, [100] * 5, [0] * 5) == [[0, 1, 3], [2], [4]]
    # 64 rows fill two batches of 32, 65 need three: members take the same number of steps or go apart.
    assert plan_stacks([Recipe()] * 2, [64, 65], [0, 0]) == [[0], [1]]


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"activation": "rellu"}, UnknownNameError, r"no activation 'rellu'. Did you mean 'relu'\?"),
        ({"loss": "crossentropy"}, UnknownNameError, r"Did you mean 'cross_entropy'\?"),
        ({"optimizer": "adamx"}, UnknownNameError, "Did you mean 'adam"),
        ({"schedule": "cosin"}, UnknownNameError, r"Did you mean 'cosine'\?"),
        ({"lr": 0.0}, UsageError, r"lr > 0, found lr=0.0"),
        ({"dropout": 1.0}, UsageError, "0 ≤ dropout < 1"),
        ({"hidden": (3, 0)}, UsageError, "every hidden width ≥ 1"),
        ({"epochs": 0}, UsageError, "epochs ≥ 1"),
        ({"loss": "mse"}, UsageError, r"L110.*Use cross_entropy"),
        ({"optimizer": "sgd", "weight_decay": 0.1}, UsageError, r"belongs to adamw.*l2=0.1"),
        ({"nesterov": True, "optimizer": "sgd"}, UsageError, "nesterov needs momentum"),
        ({"momentum": 0.9}, UsageError, "belong to sgd"),
        ({"number_frequencies": 10}, UsageError, "multiple of 16"),
        ({"lr_factors": (("wait", 1.0),)}, UnknownNameError, "Did you mean 'weight'"),
    ],
)
def test_a_recipe_that_cannot_be_meant_is_refused(changes, error, message):
    X, y = circles(20)
    with pytest.raises(error, match=message):
        train(Recipe(**changes), X, y)


def test_data_that_cannot_be_trained_on_is_refused():
    X, y = circles(20)
    recipe = Recipe(epochs=1)
    with pytest.raises(DataError, match="X has 20 rows, y has 19"):
        train(recipe, X, y[:19])
    with pytest.raises(DataError, match="contains nan in row 3, column 1"):
        train(recipe, np.where(np.arange(40).reshape(20, 2) == 7, np.nan, X), y)
    with pytest.raises(DataError, match="one class only"):
        train(recipe, X, np.zeros(20, dtype=int))
    with pytest.raises(DataError, match="finite and > 0"):
        train(recipe, X, y, sample_weight=np.zeros(20))
    with pytest.raises(DataError, match="2 columns, validation X has 1"):
        train(recipe, X, y, validation=(X[:, :1], y))
    with pytest.raises(UsageError, match="no recipe to train"):
        train([], X, y)
    with pytest.raises(UsageError, match="binary, multiclass or regression"):
        train(recipe, X, y, task="ranking")
    with pytest.raises(UsageError, match=r"more than two exclusive classes \(rule L111\)"):
        train(Recipe(loss="bce_with_logits"), X, np.arange(20) % 3)
