"""Training that pauses, goes on, and is taken up again from a file, in any company."""

import numpy as np
import pytest
import torch

from pellucid.records import Recipe, TargetSpec
from pellucid.training import Setting, StackRows, Trainer, TrainingData, trainer

RANDOM = np.random.default_rng(3)
X, Y = RANDOM.normal(size=(60, 5)), RANDOM.integers(0, 3, 60)
TARGET = TargetSpec(task="multiclass", classes=3)
BASE = Recipe(hidden=(8,), epochs=9, batch_size=16, lr=0.02)
# Everything that is carried from epoch to epoch: moments, plateaus, patience, drawn masks, statistics, a history.
RECIPES = [
    BASE.replace(seed=1),
    BASE.replace(seed=2, schedule="plateau(patience=1, factor=0.5)", dropout=0.2),
    BASE.replace(seed=3, patience=2, lr=0.5),
    BASE.replace(seed=4, optimizer="sgd(momentum=0.9)", epochs=5, schedule="cosine"),
    BASE.replace(seed=5, optimizer="lbfgs"),
    BASE.replace(seed=6, norm="batch_norm", activation="tanh"),
    BASE.replace(seed=7, optimizer="schedule_free_adamw", gradient_noise=0.01),
    BASE.replace(seed=8, lr=1e30),
    BASE.replace(seed=9, optimizer="muon", hidden=(8, 8)),
]


def begun(recipes=RECIPES, **setting):
    rows = StackRows((np.arange(45),) * len(recipes), (np.arange(45, 60),) * len(recipes))
    data = TrainingData.of(X, Y, dtype=setting.get("dtype", torch.float32))
    return Trainer(recipes, data, rows, target=TARGET, setting=Setting(**setting))


def assert_same(one, other):
    for field in ("epochs", "best_epoch", "best", "ended"):
        assert one.per_member(field) == pytest.approx(other.per_member(field), nan_ok=True, abs=0)
    assert one.history == other.history or repr(one.history) == repr(other.history)
    for member in range(len(one.recipes)):
        mine, theirs = one.parameters(member), other.parameters(member)
        assert all((mine[name] == theirs[name]).all() or np.isnan(mine[name]).any() for name in mine)


@pytest.fixture(scope="module")
def whole():
    trained = begun()
    trained.run()
    return trained.result()


def test_training_that_pauses_ends_as_if_it_had_not(whole):
    paused = begun()
    paused.run(until=2)
    assert set(paused.result().per_member("epochs")) == {2} | {1}  # the one that diverges ends at once
    paused.run(until=[4, 3, 5, 5, 2, 9, 6, 1, 4])
    paused.run()
    assert_same(paused.result(), whole)


def test_members_that_rest_are_left_alone(whole):
    some = begun()
    some.run(members=[1, 5, 6], until=3)
    assert some.result().per_member("epochs") == [0, 3, 0, 0, 0, 3, 3, 0, 0]
    assert some.result().per_member("ended")[0] == "paused"
    some.run(members=[6, 0])
    some.run()
    assert_same(some.result(), whole)


@pytest.mark.parametrize("places", [1, 2, 5])
def test_places_change_no_bit(places, whole, monkeypatch):
    """Members pass through one or two places, refilled whenever somebody ends, at epochs of their own."""
    monkeypatch.setattr(trainer, "places_of", lambda *_: places)
    few = begun()
    few.run()
    assert_same(few.result(), whole)


def test_training_goes_on_from_its_state_bit_for_bit(whole):
    first = begun()
    first.run(until=3)
    first.run(members=[0, 4, 8], until=5)
    second = begun()
    second.restore({name: array.copy() for name, array in first.state().items()})
    second.run(members=[2, 3], until=4)
    third = begun()
    third.restore(second.state())
    third.run()
    assert_same(third.result(), whole)


def test_a_state_holds_plain_arrays_alone():
    paused = begun()
    paused.run(until=2)
    assert all(isinstance(array, np.ndarray) and array.dtype != object for array in paused.state().values())


def test_a_state_of_other_recipes_is_refused():
    paused = begun()
    paused.run(until=1)
    with pytest.raises(ValueError, match="that of other recipes"):
        begun(RECIPES[:3]).restore(paused.state())


def test_the_obvious_engine_agrees():
    """Hand-written derivatives, recorded and replayed, against autograd, in float64 over whole trainings."""
    recipes = [recipe for recipe in RECIPES if recipe.optimizer != "lbfgs" and recipe.lr < 1]
    results = []
    for engine in ("batched", "autograd"):
        trained = begun(recipes, engine=engine, dtype=torch.float64)
        trained.run()
        results.append(trained.result())
        assert results[-1].engines == {engine: "as asked for"}
    np.testing.assert_allclose(results[0].loss, results[1].loss, rtol=1e-7)
    for member in range(len(recipes)):
        ours, oracle = results[0].parameters(member), results[1].parameters(member)
        for name in ours:
            np.testing.assert_allclose(ours[name], oracle[name], rtol=1e-5, atol=1e-8)
