"""Members that have paused for good give up what they carry, and nothing else changes."""

import numpy as np
import pytest

from pellucid.records import Recipe, TargetSpec
from pellucid.training import StackRows, Trainer, TrainingData

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(60, 5))
BASE = Recipe(hidden=(8,), epochs=6, batch_size=16, lr=0.02)
RECIPES = [BASE.replace(seed=seed, hidden=(8,) if seed % 2 else (24,)) for seed in range(8)]


def begun():
    rows = StackRows((np.arange(45),) * 8, (np.arange(45, 60),) * 8)
    return Trainer(RECIPES, TrainingData.of(X, X[:, 0]), rows, target=TargetSpec(task="regression"))


def same(one, other, members):
    return all(
        (one.parameters(m)[name] == other.parameters(m)[name]).all() for m in members for name in one.parameters(m)
    )


def test_the_others_go_on_as_if_nothing_had_happened():
    whole, halved = begun(), begun()
    for trainer in (whole, halved):
        trainer.run(until=2)
    before = halved.result()
    halved.let_go([0, 1, 4, 5, 7])
    whole.run()
    halved.run(members=[2, 3, 6])
    assert halved.per_member("epochs").tolist() == [2, 2, 6, 6, 2, 2, 6, 2]
    assert same(halved.result(), whole.result(), (2, 3, 6))
    assert same(halved.result(), before, (0, 1, 4, 5, 7)), "what they were at best stays"


def test_a_state_holds_what_goes_on_alone():
    trainer = begun()
    trainer.run(until=2)
    full = trainer.state()
    trainer.let_go([0, 1, 4, 5, 7])
    state = trainer.state()
    numbers = [name for name in full if name.endswith("held.numbers")]
    assert sum(len(full[name]) for name in numbers) == 8
    assert sum(len(state[name]) for name in numbers if name in state) == 3
    again = begun()
    again.restore(state)
    for each in (trainer, again):
        each.run(members=[2, 3, 6])
    assert same(trainer.result(), again.result(), range(8))


def test_members_that_were_let_go_cannot_go_on():
    trainer = begun()
    trainer.run(until=2)
    trainer.let_go([1])
    with pytest.raises(ValueError, match="1 members were let go and cannot go on"):
        trainer.run(members=[1])


def test_members_that_have_not_begun_are_not_touched():
    trainer, whole = begun(), begun()
    trainer.let_go(range(8))
    trainer.run()
    whole.run()
    assert same(trainer.result(), whole.result(), range(8))
