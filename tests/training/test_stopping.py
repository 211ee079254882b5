"""When a member stops, and when its learning rate falls."""

import numpy as np

from pellucid.records import Recipe, TargetSpec
from pellucid.training import TrainingData
from pellucid.training.settling import settle
from pellucid.training.stopping import Watchers

# The best value comes at epoch 2 and is met again at epoch 4.
VALUES = (3.0, 2.0, 2.5, 2.0, 2.5, 2.5, 2.5)


def told(recipe):
    """Per epoch: whether patience has run out, and the factor on the learning rate."""
    data = TrainingData.of(np.zeros((1, 3)), np.zeros(1))
    watchers = Watchers([settle(recipe, data, TargetSpec(task="regression"))], validated=True)
    found = []
    for epoch, value in enumerate(VALUES, start=1):
        now = np.array([epoch])
        watchers.see(now, np.array([value]), np.array([True]))
        found.append((bool(watchers.are_over(now)[0]), float(watchers.lr_scale[0])))
    assert watchers.best_epoch[0] == 4
    return found


def test_patience_counts_epochs_since_the_last_gain():
    """A value met again is no gain."""
    over = [is_over for is_over, _ in told(Recipe(patience=3))]
    assert over == [False, False, False, False, True, True, True]


def test_a_plateau_is_one_epoch_more_than_its_patience():
    """As torch's ReduceLROnPlateau counts; after a fall it starts to count anew."""
    scales = [scale for _, scale in told(Recipe(schedule="plateau(patience=1, factor=0.5)"))]
    assert scales == [1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.25]


def test_a_value_that_does_not_count_changes_nothing():
    data = TrainingData.of(np.zeros((1, 3)), np.zeros(1))
    member = settle(Recipe(patience=3, schedule="plateau"), data, TargetSpec(task="regression"))
    watchers = Watchers([member, member], validated=True)
    is_best = watchers.see(np.array([1, 1]), np.array([2.0, 1.0]), np.array([True, False]))
    assert is_best.tolist() == [True, False]
    assert watchers.best.tolist() == [2.0, np.inf]
    assert watchers.best_epoch.tolist() == [1, 0]


def test_watchers_taken_joined_and_restored_go_on_as_if_nothing_had_happened():
    data = TrainingData.of(np.zeros((1, 3)), np.zeros(1))
    recipes = [Recipe(patience=3), Recipe(schedule="plateau(patience=1, factor=0.5)")]
    members = [settle(recipe, data, TargetSpec(task="regression")) for recipe in recipes]
    whole = Watchers(members, validated=True)
    moved = Watchers(members, validated=True)
    for epoch, value in enumerate(VALUES, start=1):
        now, values, sound = np.array([epoch] * 2), np.array([value] * 2), np.array([True] * 2)
        assert (whole.see(now, values, sound) == moved.see(now, values, sound)).all()
        parts = [moved.take([1]), moved.take([0])]
        again = Watchers(members, validated=True)
        again.restore(Watchers.join([parts[1], parts[0]]).state())
        moved = again
        assert (whole.are_over(now) == moved.are_over(now)).all()
        assert (whole.lr_scale == moved.lr_scale).all()
    assert whole.lr_scale.tolist() == [1.0, 0.25]
