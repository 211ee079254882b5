"""How many members train together, and the memory that they are told to take."""

import os
import platform
from pathlib import Path

import numpy as np
import pytest

from pellucid.records import Recipe, TargetSpec
from pellucid.training import Setting, StackRows, Trainer, TrainingData, giving_back
from pellucid.training.giving_back import give_memory_back
from pellucid.training.places import block_bytes, footprint, places_of, training_bytes
from pellucid.training.settling import settle

X = np.random.default_rng(0).normal(size=(300, 5))
DATA = TrainingData.of(X, X[:, 0])
TARGET = TargetSpec(task="regression")
BASE = Recipe(hidden=(32, 32), lr=1e-3, epochs=4)


def of(recipe=BASE, **changes):
    asked = {"rows": 200, "validation": 100, **changes}
    return footprint(settle(recipe, DATA, TARGET), **asked)


@pytest.mark.parametrize(
    "more",
    [
        {"hidden": (64, 64)},
        {"hidden": (32, 32, 32)},
        {"batch_size": 64},
        {"dropout": 0.1},
        {"norm": "layer_norm"},
        {"parametric_activation": True},
        {"number_frequencies": 16},
    ],
    ids=str,
)
def test_a_member_that_computes_more_takes_more_while_it_trains(more):
    assert of(BASE.replace(**more)).place > of().place


def test_what_is_kept_of_a_member_is_its_parameters_and_a_line_for_each_epoch():
    one = of()
    # 16 padded inputs, two layers of 32, and 16 padded outputs.
    assert one.state == 4 * (16 * 32 + 32 + 32 * 32 + 32 + 32 * 16 + 16)
    assert one.state < one.kept < one.state + 10_000
    assert of(BASE.replace(epochs=1004)).kept - one.kept == 1000 * 2 * 6 * 8


def test_compiled_epochs_have_memory_for_one_member_at_a_time():
    assert of(engine="compiled").place < of().place


def test_only_an_initialisation_that_looks_at_data_takes_memory_for_it():
    assert of().start == 0
    assert of(BASE.replace(initialisation="data")).start > 0


def test_members_beyond_the_places_cost_what_is_kept_of_them():
    one, setting = of(), Setting()
    places = places_of(one, 1, setting)
    full = training_bytes(one, members=places, cores=1, setting=setting)
    assert full == places * (one.kept + one.place)
    assert training_bytes(one, members=places + 7, cores=1, setting=setting) - full == 7 * one.kept


def test_a_trainer_tells_what_its_members_take_together():
    rows = StackRows((np.arange(200),) * 3, (np.arange(200, 300),) * 3)
    alike = Trainer([BASE.replace(seed=seed) for seed in range(3)], DATA, rows, target=TARGET)
    mixed = Trainer([BASE, BASE.replace(hidden=(8,)), BASE.replace(seed=1)], DATA, rows, target=TARGET)
    one, small = (of(recipe, engine=alike.result().outcomes[0].engine) for recipe in (BASE, BASE.replace(hidden=(8,))))
    assert alike.predicted_bytes(cores=1) == 3 * (one.kept + one.place)
    # Shapes train one after the other.
    assert mixed.predicted_bytes(cores=1) == 2 * (one.kept + one.place) + small.kept


def test_a_block_of_rows_passes_every_layer():
    narrow, wide = (settle(BASE.replace(hidden=hidden), DATA, TARGET).network for hidden in ((32,), (32, 32)))
    # A linear layer and an activation more, each 32 values for 256 rows.
    assert block_bytes(wide) - block_bytes(narrow) == 4 * 256 * 64
    assert block_bytes(wide, itemsize=8) == 2 * block_bytes(wide)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what is freed, and gives it back")
def test_memory_between_what_is_still_held_is_given_back():
    def held():
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    # Below the size from which every array has pages of its own.
    arrays = [np.ones(10_000) for _ in range(2000)]
    last = arrays.pop()
    full = held()
    del arrays
    give_memory_back()
    assert full - held() > 0.8 * 2000 * last.nbytes
    assert (last == 1).all()


def test_seldom_means_not_at_once_again(monkeypatch):
    calls = []
    monkeypatch.setattr(giving_back, "_trim", lambda: calls.append)
    give_memory_back()
    give_memory_back(seldom=True)
    assert calls == [0]
    monkeypatch.setattr(giving_back, "_last", giving_back._last - 2)
    give_memory_back(seldom=True)
    assert calls == [0, 0]
