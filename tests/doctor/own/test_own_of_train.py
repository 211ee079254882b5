"""``pl.check(result, X=X, y=y)``: the doctor on what ``pl.train`` gave back."""

import numpy as np
import pytest
import torch
from torch import nn

import pellucid as pl
from pellucid.doctor.own.asked import ASKED
from pellucid.records import Severity
from pellucid.shapes import Array


def rows(count: int = 300) -> tuple[Array, Array]:
    draws = np.random.default_rng(3)
    x = draws.normal(size=(count, 4))
    return x, np.where(x[:, 0] + x[:, 1] > 0, "up", "down")


def recipe(**numbers: object) -> pl.Recipe:
    return pl.Recipe(hidden=(16,), epochs=10, lr=0.01).replace(**numbers)


def test_sound_networks_are_left_in_peace() -> None:
    x, y = rows()
    result = pl.train([recipe(seed=seed) for seed in range(3)], x[:200], y[:200], validation=(x[200:], y[200:]))
    found = pl.check(result, X=x[:200], y=y[:200], validation=(x[200:], y[200:]))
    assert found.checks == len(ASKED)
    assert not [each for each in found if each.severity is not Severity.INFO]
    assert "Nothing wrong" in str(found) or "nothing wrong" in str(found)


def test_the_network_that_is_wrong_is_named() -> None:
    x, y = rows()
    result = pl.train([recipe(), recipe(initialisation="zeros"), recipe(seed=2)], x, y)
    (finding,) = [each for each in pl.check(result, X=x, y=y) if each.code == "N502"]
    assert (finding.severity, finding.member) == (Severity.ERROR, 1)
    assert finding.message.startswith("In 1 of 3 networks, number 2: ")


def test_columns_that_are_not_scaled_are_named_by_number() -> None:
    x, y = rows()
    x[:, 2] *= 3000
    result = pl.train(recipe(), x, y)
    assert "D401" in [each.code for each in pl.check(result, X=x, y=y)]


def test_a_regression_on_reals_is_read_as_it_was() -> None:
    x, _ = rows()
    result = pl.train(recipe(epochs=30, lr=0.02), x, x[:, 0] * 2 + x[:, 3])
    assert not [each for each in pl.check(result, X=x, y=x[:, 0] * 2 + x[:, 3]) if each.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"loss_fn": nn.MSELoss()}, "knows its loss"),
        ({}, "are missing"),
        ({"X": np.zeros((5, 4)), "y": ["a"] * 4}, "5 rows, y has 4"),
        ({"X": np.zeros((4, 3)), "y": ["a", "b"] * 2}, "learned from 4 columns"),
    ],
)
def test_what_does_not_belong_together_is_refused_in_a_sentence(arguments: dict[str, object], said: str) -> None:
    x, y = rows(60)
    result = pl.train(recipe(epochs=1), x, y)
    with pytest.raises(pl.PellucidError, match=said):
        pl.check(result, **arguments)  # type: ignore[arg-type]


def test_a_model_needs_its_loss_and_data() -> None:
    with pytest.raises(pl.UsageError, match="with its loss and data"):
        pl.check(nn.Linear(2, 1))
    with pytest.raises(pl.UsageError, match="found list"):
        pl.check([], X=[[1.0]], y=[1.0])  # type: ignore[arg-type]
    batch = torch.zeros(4, 2)
    with pytest.raises(pl.UsageError, match="validation belongs"):
        pl.check(nn.Linear(2, 1), nn.MSELoss(), batch, batch[:, :1], validation=(batch, batch))
