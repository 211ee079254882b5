"""What is done to gradients and parameters around an update, held to plain PyTorch loops."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from pellucid.errors import UsageError
from pellucid.records import Recipe, TargetSpec
from pellucid.training import Setting, StackRows, TrainingData, train, train_members


def a_table(rows=48, width=5, seed=0):
    draw = np.random.default_rng(seed)
    X = draw.normal(size=(rows, width))
    return X, X @ np.linspace(-2, 2, width) + np.sin(2 * X[:, 0]) + draw.normal(0, 0.2, rows)


SHAPE = Recipe(hidden=(9,), activation="tanh", batch_size=1000, epochs=12, optimizer="sgd", lr=0.05)


def plain_loop(recipe, X, y, *, change, after=lambda module: None, loss=None, epochs=12):
    """The same network in PyTorch, full batch, plain SGD; ``change`` sees the module between backward and step."""
    start = train(recipe.replace(lr=1e-300, epochs=1, optimizer="sgd"), X, y, dtype=torch.float64)
    module = start.to_torch(0).train()
    optimizer = torch.optim.SGD(module.parameters(), lr=0.05)
    inputs, targets = torch.as_tensor(X), torch.as_tensor(y)
    for _ in range(epochs):
        optimizer.zero_grad()
        outputs = module(inputs)
        value = (outputs[:, 0] - targets).square().mean() if loss is None else loss(outputs, targets)
        value.backward()
        change(module)
        optimizer.step()
        after(module)
    return module


def assert_equal(result, module):
    for ours, theirs in zip(result.to_torch(0).parameters(), module.parameters(), strict=True):
        np.testing.assert_allclose(ours.detach(), theirs.detach(), atol=1e-10)


def test_clipping_by_norm_is_torchs():
    X, y = a_table()
    recipe = SHAPE.replace(clip_norm=0.5)
    result = train(recipe, X, y, dtype=torch.float64)
    assert_equal(result, plain_loop(SHAPE, X, y, change=lambda m: torch.nn.utils.clip_grad_norm_(m.parameters(), 0.5)))
    unclipped = train(SHAPE, X, y, dtype=torch.float64)
    assert not np.allclose(unclipped.parameters(0)["1.weight"], result.parameters(0)["1.weight"])


def test_clipping_by_value_is_torchs():
    X, y = a_table()
    result = train(SHAPE.replace(clip_value=0.1), X, y, dtype=torch.float64)
    assert_equal(result, plain_loop(SHAPE, X, y, change=lambda m: torch.nn.utils.clip_grad_value_(m.parameters(), 0.1)))


@pytest.mark.parametrize("biases", [True, False])
def test_l1_and_l2_add_to_the_gradient(biases):
    X, y = a_table()
    recipe = SHAPE.replace(l1=0.02, l2=0.1, decay_biases=biases)
    result = train(recipe, X, y, dtype=torch.float64)

    def penalise(module):
        for name, parameter in module.named_parameters():
            if biases or name.endswith("weight"):
                parameter.grad += 0.1 * parameter.detach() + 0.02 * parameter.detach().sign()

    assert_equal(result, plain_loop(recipe, X, y, change=penalise))


def test_max_norm_holds_every_unit():
    X, y = a_table()
    result = train(SHAPE.replace(penalty="max_norm(limit=0.4)", lr=0.2, epochs=40), X, y)
    for name, weight in result.parameters(0).items():
        if name.endswith("weight"):
            assert np.linalg.norm(weight, axis=0).max() <= 0.4 * (1 + 1e-6)
    free = train(SHAPE.replace(lr=0.2, epochs=40), X, y).parameters(0)
    assert max(np.linalg.norm(free[name], axis=0).max() for name in free if name.endswith("weight")) > 0.6


@pytest.mark.parametrize("weights", ["balanced", (0.5, 2.0, 3.0)])
def test_class_weights_are_those_of_torchs_cross_entropy(weights):
    X, y = a_table()
    labels = np.digitize(y, [0.0, 3.0])
    given = weights if weights != "balanced" else len(labels) / (3 * np.bincount(labels))
    result = train(SHAPE.replace(class_weight=weights), X, labels, dtype=torch.float64)
    weight = torch.as_tensor(np.asarray(given, dtype=float))
    module = plain_loop(
        SHAPE, X, labels, change=lambda m: None, loss=lambda z, t: functional.cross_entropy(z, t, weight=weight)
    )
    assert_equal(result, module)


def test_class_weights_on_numbers_are_refused():
    X, y = a_table()
    with pytest.raises(UsageError, match="class_weight weighs classes, but the target is a regression target"):
        train(SHAPE.replace(class_weight="balanced"), X, y)


def test_a_doubtful_weight_is_told():
    """L120: the frequent class made heavier."""
    X, y = a_table()
    result = train([SHAPE, SHAPE.replace(class_weight=(9.0, 1.0))], X, (y > 4).astype(int))
    assert [len(found) for found in result.findings] == [0, 1]
    assert result.findings[1][0].code == "L120"


def test_gradient_noise_dies_down_and_is_a_members_own():
    X, y = a_table()
    quiet = train(SHAPE, X, y).parameters(0)["1.weight"]
    noisy = [train(SHAPE.replace(gradient_noise=0.1, seed=s, epochs=1), X, y) for s in (0, 0, 1)]
    a, b, c = (result.parameters(0)["1.weight"] for result in noisy)
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)
    # One step at learning rate 1 and noise 0.1 moves every weight by 0.1 standard deviations more.
    wide = Recipe(hidden=(64, 64), optimizer="sgd", lr=1.0, batch_size=1000, epochs=1)
    moved = [
        train(wide.replace(gradient_noise=noise), X, y, dtype=torch.float64).parameters(0)["4.weight"]
        for noise in (0.0, 0.1)
    ]
    difference = moved[1] - moved[0]
    assert abs(difference.std() - 0.1) < 0.005
    assert abs(difference.mean()) < 0.005
    assert quiet.shape == a.shape


def test_input_noise_is_there_while_training_alone():
    """Of a linear model on noise alone, noise on the inputs is a ridge: the weights shrink by 1/(1 + σ²)."""
    draw = np.random.default_rng(0)
    X = draw.normal(size=(4000, 3))
    y = X @ np.array([1.0, -2.0, 0.5])
    recipe = Recipe(hidden=(), optimizer="sgd", lr=0.05, epochs=20, batch_size=100, schedule="cosine")
    plain, noisy = train([recipe, recipe.replace(input_noise=1.0)], X, y).parameters(0), None
    noisy = train(recipe.replace(input_noise=1.0), X, y).parameters(0)
    np.testing.assert_allclose(noisy["1.weight"], plain["1.weight"] / 2, atol=0.05)


def test_rules_that_need_all_rows_get_them():
    """L-BFGS and Rprop take one step per epoch, whatever the batch size."""
    X, y = a_table(200)
    for optimizer in ("lbfgs(line_search=strong_wolfe)", "rprop"):
        small, large = (
            train(Recipe(hidden=(8,), optimizer=optimizer, batch_size=size, epochs=30), X, y) for size in (8, 200)
        )
        np.testing.assert_array_equal(small.loss, large.loss)


def test_a_line_search_gets_further_than_small_steps():
    X, y = a_table(100)
    searched, stepped = (
        train(Recipe(hidden=(8,), activation="tanh", batch_size=100, epochs=60, optimizer=rule), X, y).loss[0]
        for rule in ("lbfgs(line_search=strong_wolfe)", "adam")
    )
    assert searched[-1] < 0.2 * stepped[-1]
    assert (np.diff(searched) <= 1e-6).all(), "a line search never lets the loss rise"


def test_penalties_are_part_of_what_a_line_search_looks_at():
    """A ridge regression by L-BFGS is the closed form: (XᵀX/n + λ/2·I)⁻¹ Xᵀy/n for ½λ‖w‖² beside the mean square."""
    X, y = a_table(60)
    X, y = X - X.mean(axis=0), y - y.mean()
    recipe = Recipe(hidden=(), optimizer="lbfgs(line_search=strong_wolfe)", epochs=60, l2=0.5, decay_biases=False)
    weight = train(recipe, X, y, dtype=torch.float64).parameters(0)["1.weight"][:, 0]
    closed = np.linalg.solve(X.T @ X / 60 + 0.25 * np.eye(5), X.T @ y / 60)
    np.testing.assert_allclose(weight, closed, atol=1e-5)


def test_an_averaging_rule_predicts_with_its_average():
    """Schedule-free AdamW keeps the weights that it evaluates, not those that it trains."""
    X, y = a_table(200)
    recipe = Recipe(hidden=(16,), optimizer="schedule_free_adamw", lr=0.05, epochs=30)
    result = train(recipe, X, y, validation=a_table(100, seed=3))
    outputs = result.predict(a_table(100, seed=3)[0])[0]
    best = result.val_loss[0, result.per_member("best_epoch")[0] - 1]
    assert ((outputs - a_table(100, seed=3)[1]) ** 2).mean() == pytest.approx(best, rel=1e-4)


def test_a_momentum_schedule_moves_the_momentum():
    X, y = a_table()
    fixed = SHAPE.replace(optimizer="sgd(momentum=0.9)", epochs=5, lr=0.01)
    moved = fixed.replace(momentum_schedule="sutskever")
    both = train([fixed, moved], X, y)
    assert both.loss[0, 0] == both.loss[1, 0]
    assert not np.allclose(both.loss[0, -1], both.loss[1, -1])


def test_batch_norm_and_layer_norm_train_and_predict():
    """What is predicted for a row does not depend on its neighbours, though batch norm trained on batches."""
    X, y = a_table(200)
    for norm in ("batch_norm", "layer_norm"):
        result = train(Recipe(hidden=(16, 16), norm=norm, lr=0.01, epochs=40), X * 50 + 20, y)
        assert result.loss[0, -1] < 0.35 * result.loss[0, 0]
        whole = result.outputs(X * 50 + 20)
        np.testing.assert_array_equal(result.outputs((X * 50 + 20)[7:8])[0, 0], whole[0, 7])
        module = result.to_torch(0)
        with torch.no_grad():
            theirs = module(torch.as_tensor(X * 50 + 20, dtype=torch.float32)).numpy()
        np.testing.assert_allclose(whole[0], theirs, atol=1e-4)


def test_frames_that_fill_a_sequence_up_do_not_count_in_batch_norm():
    """Sequences of two lengths: running statistics are those of the real frames, whatever fills the short ones."""
    draw = np.random.default_rng(0)
    frames = np.concatenate([draw.normal(3, 2, size=(60, 4)), np.full((1, 4), 1e6)])
    units = np.full((8, 10), 60)
    targets = np.zeros((8, 4), dtype=np.int64)
    start = 0
    for place, length in enumerate([10, 5] * 4):
        units[place, :length] = np.arange(start, start + length)
        targets[place] = [length, 2, 1, 2]
        start += length
    recipe = Recipe(hidden=(5,), norm="batch_norm", loss="ctc", batch_size=8, epochs=1, lr=1e-3)
    result = train_members(
        [recipe],
        TrainingData.of(frames, targets, units=units, dtype=torch.float64),
        StackRows((np.arange(8),), (np.arange(0),)),
        target=TargetSpec(task="sequence", classes=3, rows=10),
        setting=Setting(dtype=torch.float64),
    )
    mean = next(array for name, array in result.parameters(0).items() if name.endswith("mean"))
    assert np.abs(mean).max() < 10
