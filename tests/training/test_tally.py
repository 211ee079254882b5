"""Training losses of an epoch are those of its steps, whenever they are worked out."""

import numpy as np
import pytest
import torch

from pellucid.objectives import LOSSES, StackObjective, choose
from pellucid.records import TargetSpec
from pellucid.training import tally
from pellucid.training.tally import LossTally

MEMBERS, UNITS, TABLE = 3, 16, 50
DRAW = torch.Generator().manual_seed(1)
CASES = {
    "mse": (TargetSpec(task="regression", columns=1), torch.randn(TABLE, generator=DRAW)),
    "huber": (TargetSpec(task="regression", columns=2), torch.randn(TABLE, 2, generator=DRAW)),
    "cross_entropy": (TargetSpec(task="multiclass", classes=3), torch.randint(3, (TABLE,), generator=DRAW)),
    "focal": (TargetSpec(task="binary", classes=2), torch.randint(2, (TABLE,), generator=DRAW)),
}


def epoch(objective, length):
    """Outputs, units and weights of an epoch whose last batch is filled up."""
    outputs = torch.randn(length, MEMBERS, UNITS, objective.outputs, generator=DRAW)
    rows = torch.randint(TABLE, (length, MEMBERS, UNITS), generator=DRAW)
    weights = torch.full((length, MEMBERS, UNITS), 1 / UNITS)
    weights[-1, 0] = torch.where(torch.arange(UNITS) < 5, 1 / 5, 0.0)
    return outputs, rows, weights


def one_by_one(objective, targets, outputs, rows, weights):
    """Mean loss per row, step after step."""
    losses = [
        objective.losses(z, targets[r], w).double().numpy() for z, r, w in zip(outputs, rows, weights, strict=True)
    ]
    counts = (weights > 0).sum(2).numpy()
    return (np.array(losses) * counts).cumsum(axis=0)[-1] / counts.sum(axis=0)


@pytest.mark.parametrize("kept", [1, 200, 1 << 20])
@pytest.mark.parametrize("length", [1, 5, 130])
@pytest.mark.parametrize("name", CASES)
def test_the_mean_loss_is_that_of_the_steps_one_by_one(name, length, kept, monkeypatch):
    monkeypatch.setattr(tally, "_KEPT", kept)
    target, targets = CASES[name]
    objective = StackObjective([choose(LOSSES(name), target)] * MEMBERS)
    with torch.inference_mode():
        found = LossTally(objective, targets, steps=length)
        # Over several epochs, so that what is repeated has been recorded; the last one is stopped early.
        for taken in (length, length, length, -(-length // 2)):
            outputs, rows, weights = epoch(objective, length)
            found.restart(rows, weights)
            for step in outputs[:taken]:
                found.add(step)
            assert found.steps == taken
            expected = one_by_one(objective, targets, outputs[:taken], rows[:taken], weights[:taken])
            np.testing.assert_array_equal(found.means(), expected)


def test_an_epoch_that_stops_before_its_first_step_has_no_loss():
    target, targets = CASES["mse"]
    objective = StackObjective([choose(LOSSES("mse"), target)] * MEMBERS)
    found = LossTally(objective, targets, steps=4)
    found.restart(*epoch(objective, 4)[1:])
    assert np.isnan(found.means()).tolist() == [True] * MEMBERS
