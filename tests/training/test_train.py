"""pl.train: lists of recipes on plain numbers."""

import itertools

import numpy as np
import pytest
import torch

from pellucid.errors import ContractError, DataError, UnknownNameError, UsageError
from pellucid.records import Recipe, TargetSpec
from pellucid.training import Setting, StackRows, TrainingData, train, train_members
from pellucid.training.planning import plan_stacks
from pellucid.training.settling import settle


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
    with pytest.raises(UsageError, match="values and no probabilities"):
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
        [shape.replace(patience=3), shape.replace(schedule="plateau(patience=2, factor=0.1)")],
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


def test_validation_targets_do_not_change_the_task():
    """Class numbers that come as reals for validation are still class numbers."""
    X, y = circles(40)
    result = train(Recipe(epochs=1), X, y, validation=(X, y.astype(float)))
    assert result.objectives[0].task == "binary"


def test_lists_and_numpys_numbers_are_as_good_as_tuples_and_pythons():
    X, y = circles(40)
    plain = Recipe(hidden=(5, 3), epochs=2, lr_factors=(("bias", 0.5),))
    other = Recipe(hidden=[5, 3], epochs=np.int64(2), lr_factors=[["bias", np.float32(0.5)]])
    assert plain == other
    result = train([plain, other], X, y)
    np.testing.assert_array_equal(result.loss[0], result.loss[1])


def test_the_last_of_equal_epochs_is_kept():
    """A learning rate too small to move anything: every epoch ties with the first."""
    X, y = circles(40)
    recipe = Recipe(epochs=5, lr=1e-30, weight_decay=0.0)
    result = train(recipe, X, y, validation=(X, y))
    assert result.per_member("best_epoch") == [5]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("optimizer", ["adamw", "adam", "sgd"])
def test_a_factor_of_zero_freezes_a_kind(optimizer, dtype):
    X, y = circles(40)
    decay = {"weight_decay": 0.5} if optimizer == "adamw" else {"l2": 0.5}
    recipe = Recipe(hidden=(), lr=0.1, optimizer=optimizer, lr_factors=(("weight", 0.0),), **decay)
    short, long = (train(recipe.replace(epochs=epochs), X, y, dtype=dtype).parameters(0) for epochs in (1, 9))
    np.testing.assert_array_equal(short["1.weight"], long["1.weight"])
    assert not np.array_equal(short["1.bias"], long["1.bias"])


def test_parameters_that_are_not_finite_are_never_kept():
    """Whether the last step breaks them, or a share of wrong classes hides it."""
    X, y = circles(40)
    broken = Recipe(optimizer="sgd", lr=1e38, batch_size=1000, monitor="error", epochs=1)
    for X_given, validation in ((X * 1e20, None), (X * 1e20, (X, y))):
        result = train([broken, broken.replace(lr=1e-3)], X_given, y, validation=validation)
        assert result.per_member("ended")[0] == "diverged"
        assert result.per_member("best_epoch")[0] == 0
        for array in result.parameters(0).values():
            assert np.isfinite(array).all()


@pytest.mark.parametrize("validated", [False, True])
@pytest.mark.parametrize("steps", range(7))
def test_stopping_keeps_what_was_trained_so_far(steps, validated):
    """At any step, two a full epoch: what is kept is finite, no epoch without a step is told, nobody diverged."""
    X, y = circles(40)
    everything = np.arange(40)
    rows = StackRows((everything[:32],), (everything[32:] if validated else everything[:0],))
    left = iter(range(steps))
    result = train_members(
        [Recipe(batch_size=16, epochs=9)],
        TrainingData.of(X, y),
        rows,
        target=TargetSpec(task="binary", classes=2),
        classes=(0, 1),
        # The compiled engine asks now and then, not before every step.
        setting=Setting(engine="batched"),
        stop=lambda: next(left, None) is None,
    )
    assert result.per_member("ended") == ["interrupted"]
    assert result.per_member("epochs") == [max(1, -(-steps // 2))]
    assert np.isfinite(result.loss).all() or not steps
    if not validated:
        assert result.per_member("best_epoch") == result.per_member("epochs")


def test_a_row_that_is_not_a_members_own_never_reaches_it():
    """The first row of the table, which nobody uses, overflows: 0 · ∞ must not fill up a batch."""
    X, y = circles(40)
    spoilt = X.copy()
    spoilt[0] = 1e38
    rows = StackRows((np.arange(10, 40),), (np.arange(1, 10),))
    one, other = (
        train_members([Recipe(epochs=2)], TrainingData.of(inputs, y * 1.0), rows, target=TargetSpec(task="regression"))
        for inputs in (X, spoilt)
    )
    for name, array in one.parameters(0).items():
        np.testing.assert_array_equal(array, other.parameters(0)[name])


def test_losses_of_large_stacks_are_the_same_however_many_steps_are_worked_out_together(monkeypatch):
    X, y = circles(100)
    recipes = [Recipe(batch_size=16, epochs=2, seed=seed) for seed in range(3)]
    together = train(recipes, X, y)
    monkeypatch.setattr("pellucid.training.tally._KEPT", 1)
    np.testing.assert_array_equal(train(recipes, X, y).loss, together.loss)


def test_recipes_that_differ_in_shape_go_to_their_own_stacks():
    recipes = [Recipe(), Recipe(lr=0.1), Recipe(hidden=(4,)), Recipe(seed=9), Recipe(batch_size=8)]
    assert planned(recipes, [100] * 5) == [[0, 1, 3], [2], [4]]
    # 64 rows fill two batches of 32, 65 need three: members take the same number of steps or go apart.
    assert planned([Recipe()] * 2, [64, 65]) == [[0], [1]]


def test_members_of_a_stack_stand_beside_their_kind():
    recipes = [
        Recipe(activation=activation, loss=loss, optimizer=optimizer)
        for activation in ("relu", "tanh")
        for optimizer in ("adamw", "sgd")
        for loss in ("mse", "l1")
    ]
    mixed = [recipes[place] for place in (5, 0, 7, 2, 1, 4, 3, 6, 5, 0)]
    for engine in ("batched", "compiled"):
        (stack,) = planned(mixed, [100] * 10, engine)
        kinds = [(mixed[p].activation, mixed[p].loss, mixed[p].optimizer) for p in stack]
        if engine == "compiled":
            kinds = [(optimizer, activation, loss) for activation, loss, optimizer in kinds]
        for level in (1, 2, 3):
            leading = [kind[:level] for kind in kinds]
            changes = sum(left != right for left, right in itertools.pairwise(leading))
            assert changes == len(set(leading)) - 1


def planned(recipes, rows, engine=""):
    data = TrainingData.of(np.zeros((1, 3)), np.zeros(1))
    members = [settle(recipe, data, TargetSpec(task="regression")) for recipe in recipes]
    return plan_stacks(members, rows, [0] * len(rows), [engine] * len(rows))


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"activation": "rellu"}, UnknownNameError, r"no activation 'rellu'. Did you mean 'relu'\?"),
        ({"loss": "crossentropie"}, UnknownNameError, r"Did you mean 'cross_entropy'\?"),
        ({"optimizer": "adamx"}, UnknownNameError, "Did you mean 'adam"),
        ({"schedule": "cosin"}, UnknownNameError, r"Did you mean 'cosine'\?"),
        ({"lr": 0.0}, UsageError, r"lr > 0, or None, found lr=0.0"),
        ({"dropout": 1.0}, UsageError, "0 ≤ dropout < 1"),
        ({"hidden": (3, 0)}, UsageError, "every hidden width ≥ 1"),
        ({"epochs": 0}, UsageError, "epochs ≥ 1"),
        ({"loss": "mse"}, ContractError, "L110"),
        ({"activation": "step"}, ContractError, "N507"),
        ({"activation": "softmax"}, UsageError, "belongs at the output"),
        ({"optimizer": "adam(beta1=1)"}, UsageError, "beta1 < 1, found adam"),
        ({"optimizer": "adam(beta3=1)"}, UnknownNameError, "Did you mean 'beta2'"),
        ({"optimizer": "adam(lr=0.1)", "lr": 0.2}, UsageError, "contradict each other"),
        ({"momentum_schedule": "sutskever", "optimizer": "adagrad"}, UsageError, "adagrad has no momentum to move"),
        ({"optimizer": "lbfgs(line_search=strong_wolfe)", "clip_norm": 0.1}, UsageError, "clip_norm=0.1 changes"),
        ({"penalty": "maxnorm + l2_norm"}, UnknownNameError, "no penalty 'l2_norm'"),
        ({"clip_norm": 0.0}, UsageError, "clip_norm > 0"),
        ({"class_weight": "balance"}, UnknownNameError, "Did you mean 'balanced'"),
        ({"class_weight": (1.0, 2.0, 3.0)}, ContractError, "3 weights, but the target has 2 classes"),
        ({"parametric_activation": True, "activation": "glu"}, UsageError, "another number of values than it takes"),
        ({"number_frequencies": 10}, UsageError, "multiple of 16"),
        ({"lr_factors": (("wait", 1.0),)}, UnknownNameError, "Did you mean 'weight'"),
        ({"patience": 5}, UsageError, "patience=5 needs validation rows"),
        ({"hidden": 16}, UsageError, r"hidden must be widths such as \(16, 16\), found 16"),
        ({"lr": "0.1"}, UsageError, "lr must be a number or None, found '0.1'"),
        ({"epochs": 2.5}, UsageError, "epochs must be a whole number, found 2.5"),
        ({"drop_last": 1}, UsageError, "drop_last must be True or False, found 1"),
        ({"lr_factors": {"bias": 0.1}}, UsageError, "lr_factors must be pairs"),
        ({"frequency_scale": float("inf")}, UsageError, "frequency_scale > 0, found frequency_scale=inf"),
        ({"norm": "batch_norm", "batch_size": 1}, UsageError, "batch_norm needs batch_size ≥ 2"),
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
    with pytest.raises(DataError, match=r"contains 1e\+39 in row 3, column 1.*float32"):
        train(recipe, np.where(np.arange(40).reshape(20, 2) == 7, 1e39, X), y)
    with pytest.raises(DataError, match=r"too large for torch.float32"):
        train(recipe, X, np.full(20, 1e39))
    with pytest.raises(DataError, match="0 rows and 2 columns"):
        train(recipe, X[:0], y[:0])
    with pytest.raises(DataError, match="20 rows and 0 columns"):
        train(recipe, X[:, :0], y)
    with pytest.raises(DataError, match=r"one target per row is wanted. Pass y.ravel\(\)"):
        train(recipe, X, y[:, None])
    for other in (y[:10], np.append(y, y)):
        with pytest.raises(DataError, match="must be the same rows"):
            train(recipe, X, y, validation=(X, other))
    with pytest.raises(DataError, match=r"shape \(5,\), X has 20 rows"):
        train(recipe, X, y, sample_weight=np.ones(5))
    with pytest.raises(DataError, match="one class only"):
        train(recipe, X, np.zeros(20, dtype=int))
    with pytest.raises(DataError, match="finite and > 0"):
        train(recipe, X, y, sample_weight=np.zeros(20))
    with pytest.raises(DataError, match="2 columns, validation X has 1"):
        train(recipe, X, y, validation=(X[:, :1], y))
    with pytest.raises(UsageError, match="no recipe to train"):
        train([], X, y)
    with pytest.raises(UsageError, match=r"task must be one of binary, .* found 'ranking'"):
        train(recipe, X, y, task="ranking")
    with pytest.raises(ContractError, match="L111"):
        train(Recipe(loss="bce_with_logits"), X, np.arange(20) % 3)
