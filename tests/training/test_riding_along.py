"""Members that pause ride along in their stack until enough of them rest, and nothing of that is looked at."""

import numpy as np
import pytest

from pellucid.records import Recipe, TargetSpec
from pellucid.training import StackRows, Trainer, TrainingData, course, validation

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(60, 5))
BASE = Recipe(hidden=(8,), epochs=24, batch_size=16, lr=0.02, dropout=0.1, schedule="plateau(patience=1, factor=0.5)")
RECIPES = [BASE.replace(seed=seed, lr=0.01 * (1 + seed)) for seed in range(8)]


def begun():
    rows = StackRows((np.arange(45),) * 8, (np.arange(45, 60),) * 8)
    return Trainer(RECIPES, TrainingData.of(X, X[:, 0]), rows, target=TargetSpec(task="regression"))


def assert_same(one, other):
    for field in ("epochs", "best_epoch", "best", "ended"):
        assert one.per_member(field) == other.per_member(field)
    assert one.history == other.history
    for m in range(8):
        assert all((one.parameters(m)[name] == other.parameters(m)[name]).all() for name in one.parameters(m))


@pytest.fixture
def stacks(monkeypatch):
    """Sizes of the stacks that are put together."""
    found = []

    class Counted(course.Stack):
        def __init__(self, members, *given, **named):
            found.append(len(members))
            super().__init__(members, *given, **named)

    monkeypatch.setattr(course, "Stack", Counted)
    return found


@pytest.fixture(scope="module")
def whole():
    trained = begun()
    trained.run()
    return trained.result()


def test_who_pauses_early_goes_on_as_if_it_had_not(whole, stacks, monkeypatch):
    monkeypatch.setattr("torch.get_num_threads", lambda: 1)
    trainer = begun()
    trainer.run(until=[6, 6, 2, 6, 6, 6, 6, 6])
    assert stacks == [8], "one of eight is no reason to put the others together anew"
    assert trainer.per_member("epochs").tolist() == [6, 6, 2, 6, 6, 6, 6, 6]
    assert [row.epoch for row in trainer.result().history if row.member == 2] == [1, 2]
    trainer.run(until=[9, 8, 7, 9, 9, 10, 10, 10])
    trainer.run()
    assert_same(trainer.result(), whole)


def test_what_it_carries_is_what_it_was_when_it_paused(whole):
    trainer, again = begun(), begun()
    trainer.run(until=[6, 6, 2, 6, 6, 6, 6, 6])
    again.restore(trainer.state())
    again.run()
    assert_same(again.result(), whole)


def test_who_rides_along_is_not_interrupted(whole):
    trainer, told = begun(), []
    trainer.run(
        until=[12, 12, 2, 12, 12, 12, 12, 12],
        on_epoch=lambda done, _: told.append(done),
        stop=lambda: len(told) >= 4,
    )
    assert trainer.per_member("epochs")[2] == 2
    assert trainer.result().per_member("ended") == ["interrupted"] * 2 + ["paused"] + ["interrupted"] * 5
    trainer.run(members=[2])
    assert trainer.per_member("best")[2] == whole.per_member("best")[2]


def test_progress_counts_nobody_who_rides_along():
    trainer, told = begun(), []
    trainer.run(until=[24, 24, 2, 24, 24, 24, 24, 24], on_epoch=lambda done, of: told.append((done, of)))
    assert told[-1] == (24, 24)
    assert [done for done, _ in told] == sorted({done for done, _ in told})


def test_a_pass_that_is_needed_a_few_times_is_not_recorded(monkeypatch):
    recorded = []

    class Counted(validation.Repeated):
        def __init__(self, *given):
            recorded.append(True)
            super().__init__(*given)

    monkeypatch.setattr(validation, "Repeated", Counted)
    trainer = begun()
    trainer.run(until=3)
    assert not recorded
    trainer.run()
    assert recorded
