"""The schedule that watches the validation value, against torch's."""

import math

import numpy as np
import pytest
import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau

from pellucid.optimizers.schedules import SCHEDULES, Plateau

BASE = 0.3


@pytest.mark.parametrize(
    "numbers",
    [
        {},
        {"patience": 2},
        {"patience": 0, "factor": 0.1},
        {"patience": 1, "cooldown": 3},
        {"patience": 1, "threshold": 0.05},
        {"patience": 1, "threshold": 0.02, "threshold_mode": "abs"},
        {"patience": 1, "final": 0.2},
        {"patience": 1, "threshold": 0.0},
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_plateau_reduces_when_torch_does(numbers, seed: int) -> None:
    chosen = SCHEDULES("plateau", **numbers)
    plateau = Plateau(chosen.numbers)
    rule = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=BASE)
    n = chosen.numbers
    twin = ReduceLROnPlateau(
        rule,
        factor=n["factor"],
        patience=n["patience"],
        threshold=n["threshold"],
        threshold_mode=n["threshold_mode"],
        cooldown=n["cooldown"],
        min_lr=n["final"] * BASE,
        eps=0.0,
    )
    draw = np.random.default_rng(seed)
    factors = []
    for value in np.exp(-0.05 * np.arange(100)) + 0.1 * draw.normal(size=100):
        twin.step(value)
        factors.append(plateau.see(float(value)))
        assert BASE * factors[-1] == pytest.approx(rule.param_groups[0]["lr"], rel=1e-12)
    assert len(set(factors)) > 1


def test_what_is_not_a_number_is_no_progress() -> None:
    plateau = Plateau(SCHEDULES("plateau(patience=1)").numbers)
    assert [plateau.see(value) for value in (math.nan, math.nan, 1.0, math.nan, math.nan)] == [1, 0.5, 0.5, 0.5, 0.25]


def test_what_watches_is_found_behind_a_warm_up_too() -> None:
    assert SCHEDULES("cosine").watched is None
    assert SCHEDULES("warm_up").watched is None
    assert str(SCHEDULES("warm_up(then=plateau(patience=3))").watched) == "plateau(patience=3)"
    assert str(SCHEDULES("ReduceLROnPlateau").watched) == "plateau"
