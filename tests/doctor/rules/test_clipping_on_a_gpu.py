"""G209 where norms are read at measured steps only, as on a GPU: the others are no numbers."""

import math

import pytest
import torch

from pellucid.doctor.facts import OptimizerSeen, Place, Session
from pellucid.doctor.rules.gradients.ineffective_clipping import see


def clipped(norm: float, read: int, unread: int) -> Session:
    optimizer = OptimizerSeen(torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1), "SGD")
    place = Place("train.py", 9)
    norms = [norm] * read + [math.nan] * unread
    optimizer.clipped = [(step, place, 0.001, each, "before") for step, each in enumerate(norms, 1)]
    return Session(optimizers=[optimizer])


@pytest.mark.parametrize("unread", [0, 500])
def test_a_limit_far_below_the_norms_that_were_read_is_told(unread: int) -> None:
    (found,) = see(clipped(2.0, 25, unread))
    assert found.evidence == {"active": 1.0, "ratio": 2000.0}


def test_too_few_that_were_read_tell_nothing() -> None:
    assert not list(see(clipped(2.0, 10, 500)))


def test_a_limit_that_is_seldom_reached_is_none() -> None:
    assert not list(see(clipped(0.0005, 25, 500)))
