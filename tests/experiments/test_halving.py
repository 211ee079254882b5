"""Successive halving."""

from itertools import pairwise

import numpy as np
import pytest

from pellucid.errors import UsageError
from pellucid.experiments.halving import halve, planned_rungs, rung_epochs, rung_shares
from pellucid.records import Recipe, TargetSpec
from pellucid.training import StackRows, Trainer, TrainingData

RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(120, 4))
Y = (np.sin(X[:, 0] * 2) + X[:, 1] * X[:, 2] + 0.1 * RANDOM.normal(size=120)).astype(np.float64)
TARGET = TargetSpec(task="regression")


def begun(recipes):
    data = TrainingData.of(X, (Y - Y.mean()) / Y.std())
    rows = StackRows((np.arange(80),) * len(recipes), (np.arange(80, 120),) * len(recipes))
    return Trainer(recipes, data, rows, target=TARGET)


def drawn(count):
    random = np.random.default_rng(7)
    return [
        Recipe(
            hidden=(int(random.choice([8, 16, 32])),) * int(random.integers(1, 3)),
            activation=str(random.choice(["relu", "tanh", "gelu"])),
            lr=float(10 ** random.uniform(-4, -0.5)),
            l2=float(10 ** random.uniform(-6, -1)),
            batch_size=16,
            epochs=27,
            seed=number,
        )
        for number in range(count)
    ]


def test_every_rung_costs_about_the_same():
    assert rung_shares(81, eta=3, epochs=81) == [1 / 81, 1 / 27, 1 / 9, 1 / 3, 1]
    assert rung_shares(81, eta=3, finalists=9, epochs=81) == [1 / 9, 1 / 3, 1]
    assert rung_shares(1000, eta=3, epochs=10) == [1 / 9, 1 / 3, 1], "no rung is shorter than an epoch"
    assert rung_shares(1, eta=3, epochs=100) == [1]
    with pytest.raises(UsageError, match="eta must be 2 or more, found 1"):
        rung_shares(9, eta=1, epochs=9)


def test_one_short_recipe_does_not_keep_the_others_from_being_halved():
    lengths = np.array([1] + [27] * 26)
    assert planned_rungs(lengths, 27) == [(1 / 27, 27), (1 / 9, 9), (1 / 3, 3), (1, 1)]
    assert planned_rungs(lengths, 27, finalists=2) == [(1 / 9, 27), (1 / 3, 9), (1, 3)]
    assert rung_epochs(1 / 9, lengths).tolist() == [1] + [3] * 26


def test_those_who_are_not_kept_give_up_their_places():
    recipes = [recipe.replace(seed=seed) for recipe in drawn(9) for seed in (0, 1)]
    trainer = begun(recipes)
    carried = []

    def look(rung):
        held = [array for name, array in trainer.state().items() if name.endswith("held.numbers")]
        carried.append(sum(map(len, held)))

    rungs = halve(trainer, candidates=np.repeat(np.arange(9), 2), on_rung=look)
    assert carried == [2 * 3, 2 * 1, 0]
    assert [len(rung.trained) for rung in rungs] == [9, 3, 1]


def test_a_rung_that_is_not_wanted_is_not_begun():
    asked = []

    def goes_on(candidates, share):
        asked.append((candidates, share))
        return share < 0.3

    trainer = begun(drawn(27))
    assert len(halve(trainer, goes_on=goes_on)) == 2
    assert asked == [(9, 1 / 9), (3, 1 / 3)]
    assert trainer.per_member("epochs").max() == 3


def test_the_better_third_goes_on_and_nothing_is_trained_twice():
    trainer = begun(drawn(27))
    rungs = halve(trainer)
    assert [len(rung.trained) for rung in rungs] == [27, 9, 3, 1]
    assert [rung.kept for rung in rungs] == [9, 3, 1, 1]
    for before, after in pairwise(rungs):
        assert set(after.trained) == set(before.trained[: before.kept])
        assert list(before.errors) == sorted(before.errors)
    epochs = trainer.per_member("epochs")
    assert sorted(epochs.tolist(), reverse=True)[:10] == [27, 9, 9, 3, 3, 3, 3, 3, 3, 1]


def test_a_survivor_is_what_it_would_be_alone():
    recipes = drawn(27)
    trainer = begun(recipes)
    winner = halve(trainer)[-1].trained[0]
    alone = begun([recipes[winner]])
    alone.run()
    mine, theirs = trainer.result().parameters(winner), alone.result().parameters(0)
    assert all((mine[name] == theirs[name]).all() for name in mine)


def test_candidates_of_several_networks_are_judged_by_their_mean():
    recipes = [recipe.replace(seed=seed) for recipe in drawn(9) for seed in (0, 1)]
    trainer = begun(recipes)
    first = halve(trainer, candidates=np.repeat(np.arange(9), 2))[0]
    again = begun(recipes)
    again.run(until=3)
    means = again.per_member("best_error").reshape(9, 2).mean(axis=1)
    assert list(first.trained) == np.argsort(means, kind="stable").tolist()
    np.testing.assert_array_equal(first.errors, np.sort(means))


class Settled:
    """Networks whose errors are given."""

    def __init__(self, recipes, errors, losses):
        self.recipes, self.values = recipes, {"best_error": np.array(errors), "best": np.array(losses)}

    def run(self, **asked):
        """Nothing is left to do."""

    def let_go(self, members):
        """Nobody carries anything."""

    def per_member(self, field):
        return self.values.get(field, np.ones(len(self.recipes), dtype=int))


def test_equal_errors_are_told_apart_by_a_loss_that_all_look_at():
    errors, losses = [0.2, 0.0, 0.0, 0.1], [0.9, 0.3, 0.2, 0.1]
    alike = [Recipe(epochs=1)] * 4
    assert halve(Settled(alike, errors, losses))[-1].trained == (2, 1, 3, 0)
    for mixed in ([Recipe(epochs=1, loss="hinge"), *alike[1:]], [Recipe(epochs=1, monitor="error")] * 4):
        assert halve(Settled(mixed, errors, losses))[-1].trained == (1, 2, 3, 0)


def test_candidates_that_diverge_come_last():
    recipes = drawn(9)
    recipes[4] = recipes[4].replace(lr=1e30)
    rungs = halve(begun(recipes))
    assert rungs[0].trained[-1] == 4
    assert rungs[0].errors[-1] == np.inf


def test_halving_goes_on_after_a_rung_as_if_nothing_had_happened():
    whole = halve(begun(drawn(27)))
    first = begun(drawn(27))
    seen = []

    def stop():
        return len(seen) == 2

    interrupted = halve(first, on_rung=seen.append, stop=stop)
    assert interrupted == seen == whole[:2]
    second = begun(drawn(27))
    second.restore(first.state())
    assert halve(second, done=interrupted) == whole


@pytest.mark.slow
def test_the_winner_is_among_the_best_of_all():
    """Of 243 recipes trained to the end, the one that halving finds is among the best 2 %, at a fifth of the work."""
    recipes = drawn(243)
    trainer = begun(recipes)
    winner = halve(trainer)[-1].trained[0]
    work = trainer.per_member("epochs").sum()
    everybody = begun(recipes)
    everybody.run()
    errors = everybody.per_member("best_error")
    assert (errors < errors[winner]).sum() < 0.02 * len(recipes)
    assert work < 0.2 * everybody.per_member("epochs").sum()
