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
        watchers.see(0, epoch, value)
        found.append((watchers.is_over(0, epoch), float(watchers.lr_scale[0])))
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
