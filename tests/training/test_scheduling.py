"""The numbers of an epoch's steps: what schedules make of them, member by member, at whatever epoch each stands."""

import numpy as np
import pytest

from pellucid.records import Recipe, TargetSpec
from pellucid.training.data import TrainingData
from pellucid.training.scheduling import Scheduling
from pellucid.training.settling import settle_all

DATA = TrainingData.of(np.zeros((1, 3)), np.zeros(1))
STEPS = 4
RECIPES = (
    Recipe(lr=0.1, schedule="cosine", epochs=10),
    Recipe(lr=0.2, schedule="cosine", epochs=10, weight_decay=0.5, regularisation_schedule="cosine"),
    Recipe(lr=0.3, schedule="cosine", epochs=20),
    Recipe(lr=0.4, epochs=10),
    Recipe(lr=0.5, schedule="exponential", epochs=10, optimizer="sgd(momentum=0.9)", momentum_schedule="sutskever"),
)
MEMBERS = settle_all(RECIPES, DATA, TargetSpec(task="regression"))


@pytest.mark.parametrize("epochs", [[3, 3, 3, 3, 3], [0, 1, 2, 3, 4], [5, 0, 5, 0, 5]])
def test_a_member_has_the_numbers_that_it_has_alone(epochs):
    together = Scheduling(MEMBERS, STEPS)
    scale = np.array([1.0, 0.5, 1.0, 0.25, 1.0])
    for later in (0, 1, 0):
        tables, drops = together.epoch(np.array(epochs) + later, scale)
        for place, member in enumerate(MEMBERS):
            now = np.array([epochs[place] + later])
            own, own_drops = Scheduling([member], STEPS).epoch(now, scale[[place]])
            np.testing.assert_array_equal(drops[:, place], own_drops[:, 0])
            for name, table in own.items():
                np.testing.assert_array_equal(tables[name][:, place], table[:, 0])


def test_what_does_not_move_is_as_chosen():
    tables, drops = Scheduling([MEMBERS[3]], STEPS).epoch(np.array([7]), np.array([0.5]))
    assert tables["lr"].tolist() == [[0.2]] * STEPS
    assert tables["beta1"].tolist() == [[0.9]] * STEPS
    assert drops.tolist() == [[1.0]] * STEPS


def test_a_cosine_falls_over_the_members_own_run():
    tables, _ = Scheduling([MEMBERS[0], MEMBERS[2]], STEPS).epoch(np.array([5, 10]), np.ones(2))
    np.testing.assert_allclose(tables["lr"][0], [0.05, 0.15])
