"""Snapshots: what members were at an epoch, and what their layers show."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import nn

from pellucid.records import LayerRecord, Recipe, TargetSpec
from pellucid.training import StackRows, TrainingData, TrainResult, train_members
from pellucid.training.probes import measure_layers

ROWS, LEARNS = 120, 90
TARGET = TargetSpec(task="binary", classes=2)
EPOCHS = (0, 1, 3, 6)


def table() -> tuple[np.ndarray, np.ndarray]:
    draws = np.random.default_rng(3)
    x = draws.normal(size=(ROWS, 5)).astype(np.float32)
    return x, (x[:, 0] * x[:, 1] + 0.3 * draws.normal(size=ROWS) > 0).astype(np.int64)


def trained(recipes: Sequence[Recipe], *, snapshots_at: Sequence[int] = EPOCHS) -> tuple[TrainResult, StackRows]:
    x, y = table()
    rows = StackRows((np.arange(LEARNS),) * len(recipes), (np.arange(LEARNS, ROWS),) * len(recipes))
    data = TrainingData.of(x, y)
    return train_members(recipes, data, rows, target=TARGET, classes=(0, 1), snapshots_at=snapshots_at), rows


def recipes_of(*activations: str, **numbers: object) -> list[Recipe]:
    plain = Recipe(hidden=(8, 8), epochs=6, lr=0.02, batch_size=16, loss="bce_with_logits", restore_best=False)
    return [plain.replace(activation=each, seed=seed, **numbers) for seed, each in enumerate(activations)]


def assert_same(one: TrainResult, member: int, other: TrainResult, as_member: int) -> None:
    theirs = other.parameters(as_member)
    for name, array in one.parameters(member).items():
        np.testing.assert_array_equal(array, theirs[name], err_msg=name)


def test_snapshots_change_no_bit_of_what_is_trained() -> None:
    recipes = recipes_of("relu", "tanh", "gelu")
    with_them, _ = trained(recipes)
    without, _ = trained(recipes, snapshots_at=())
    for member in range(3):
        assert_same(with_them, member, without, member)


def test_a_snapshot_is_what_a_shorter_training_gives() -> None:
    recipes = recipes_of("relu", "tanh")
    whole, _ = trained(recipes)
    short, _ = trained([each.replace(epochs=3) for each in recipes])
    for member in range(2):
        assert_same(whole.at(3), member, short, member)
    assert not np.array_equal(whole.at(3).parameters(0)["1.weight"], whole.at(1).parameters(0)["1.weight"])


def test_a_member_in_company_has_the_snapshots_that_it_has_alone() -> None:
    recipes = recipes_of("relu", "tanh", "relu", "gelu")
    together, _ = trained(recipes)
    alone, _ = trained(recipes[2:3])
    for epoch in EPOCHS:
        assert_same(together.at(epoch), 2, alone.at(epoch), 0)


def test_the_last_snapshot_is_what_was_kept() -> None:
    result, _ = trained(recipes_of("relu", "tanh", restore_best=True))
    for member in range(2):
        assert_same(result.at(6), member, result, member)


def test_a_member_that_stopped_early_stays_as_it_was_kept() -> None:
    recipes = recipes_of("relu", patience=1, lr=0.5, epochs=40, restore_best=True)
    result, _ = trained(recipes, snapshots_at=(0, 39))
    assert result.per_member("epochs")[0] < 39
    assert_same(result.at(39), 0, result, 0)


def test_an_epoch_without_snapshots_is_not_made_up() -> None:
    result, _ = trained(recipes_of("relu"))
    with pytest.raises(KeyError):
        result.at(2)


def measured(result: TrainResult, rows: StackRows) -> dict[tuple[int, int, int], LayerRecord]:
    x, y = table()
    found = measure_layers(result, TrainingData.of(x, y), rows, EPOCHS)
    return {(each.member, each.layer, each.epoch): each for each in found}


def test_norms_and_ways_are_those_of_plain_modules() -> None:
    result, rows = trained(recipes_of("relu", "tanh"))
    found = measured(result, rows)
    assert sorted(found) == [(m, layer, e) for m in range(2) for layer in (1, 2, 3) for e in EPOCHS]
    x, y = table()
    units = np.linspace(0, LEARNS - 1, 256).round().astype(int)
    for member in range(2):
        before: list[torch.Tensor] = []
        for place, epoch in enumerate(EPOCHS):
            modules = result.at(epoch).to_torch(member).double()
            linear = [each for each in modules.modules() if isinstance(each, nn.Linear)]
            outputs = modules(torch.from_numpy(x[units]).double())[:, 0]
            nn.functional.binary_cross_entropy_with_logits(outputs, torch.from_numpy(y[units]).double()).backward()
            for layer, module in enumerate(linear, start=1):
                record = found[member, layer, epoch]
                assert record.weight == pytest.approx(float(module.weight.detach().norm()), rel=1e-5)
                assert module.weight.grad is not None
                assert record.gradient == pytest.approx(float(module.weight.grad.norm()), rel=1e-4)
                if not place:
                    assert record.moved is None
                    continue
                was = before[layer - 1]
                way = float((module.weight.detach() - was).norm() / was.norm()) / (epoch - EPOCHS[place - 1])
                assert record.moved == pytest.approx(way, rel=1e-4)
            before = [each.weight.detach().clone() for each in linear]


def test_a_return_to_the_best_epoch_is_no_movement() -> None:
    stays, returns = (trained(recipes_of("relu", "tanh", restore_best=best)) for best in (False, True))
    assert any(epoch < 6 for epoch in returns[0].per_member("best_epoch")), "nobody returned, so nothing is shown"
    assert measured(*stays) == measured(*returns)


def test_units_that_are_silent_for_every_row_count_as_dead() -> None:
    result, rows = trained(recipes_of("relu"))
    for outcome in result.outcomes:
        for snapshot in outcome.snapshots.taken:
            snapshot.parameters.views["1.bias"][:, :, :2] = -1e4
    found = measured(result, rows)
    x, _ = table()
    first = result.at(3).to_torch(0)[:2](torch.from_numpy(x[:LEARNS])).detach()
    assert found[0, 1, 3].dead == float((first == 0).all(0).double().mean()) >= 0.25
    assert found[0, 1, 3].saturated is None
    assert found[0, 3, 3].dead is None  # nothing follows the last layer


def test_values_at_either_end_count_as_saturated() -> None:
    result, rows = trained(recipes_of("tanh"))
    for outcome in result.outcomes:
        for snapshot in outcome.snapshots.taken:
            snapshot.parameters.views["1.weight"].mul_(20.0)
    found = measured(result, rows)
    x, _ = table()
    units = np.linspace(0, LEARNS - 1, 256).round().astype(int)
    values = result.at(1).to_torch(0)[:2](torch.from_numpy(x[units])).detach()
    share = float((1 - values**2 < 0.01).double().mean())
    assert 0.3 < share < 1
    assert found[0, 1, 1].saturated == pytest.approx(share, abs=2e-3)
    assert found[0, 1, 1].dead is None


def test_what_is_said_of_a_member_does_not_depend_on_its_company() -> None:
    recipes = recipes_of("relu", "tanh", "gelu", "relu")
    together = measured(*trained(recipes))
    alone = measured(*trained(recipes[3:]))
    for layer in (1, 2, 3):
        one, other = together[3, layer, 3], alone[0, layer, 3]
        assert (one.weight, one.dead, one.saturated) == (other.weight, other.dead, other.saturated)
        assert one.gradient == pytest.approx(other.gradient, rel=1e-12)
    assert together[1, 1, 3].saturated is not None
    assert together[2, 1, 3].dead is together[2, 1, 3].saturated is None
