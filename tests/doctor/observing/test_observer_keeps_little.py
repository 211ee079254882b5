"""What an observer keeps is bounded, and nothing of it keeps the program's own memory from being given back."""

import copy
import gc
import pickle
import tracemalloc
import weakref
from pathlib import Path
from typing import Any

import pytest
import torch
from observed_habits import begin
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

import pellucid
from pellucid.doctor import observing
from pellucid.doctor.facts import Session
from pellucid.doctor.observing import Observer, scene


class Noting(nn.Module):
    """Remembers its results without keeping them."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(5, 8), nn.Linear(8, 3)
        self.made: list[weakref.ref[Tensor]] = []

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.first(x).relu()
        result: Tensor = self.last(hidden)
        self.made += [weakref.ref(hidden), weakref.ref(result)]
        return result

    def alive(self) -> int:
        gc.collect()
        return sum(made() is not None for made in self.made)


def test_graphs_and_activations_are_let_go() -> None:
    x, y = begin()
    with Observer(Session()):
        model, head = Noting(), nn.Linear(3, 2)
        optimizer = torch.optim.Adam(model.parameters())
        for _ in range(30):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
        assert model.alive() == 0
        for _ in range(20):  # nobody passes back, and a second network is given what the first has made
            F.cross_entropy(model(x), y).item()
            head(model(x)).sum().item()
        assert model.alive() <= 4  # the latest call's, until the next
    assert model.alive() == 0


def test_inputs_that_wait_for_a_backward_pass_are_bounded() -> None:
    large: list[weakref.ref[Any]] = []
    model = nn.Linear(1 << 20, 1)
    with Observer(Session()):
        for _ in range(24):
            rows = torch.ones(2, 1 << 20)
            large.append(weakref.ref(rows.untyped_storage()))
            model(rows)
            del rows
        gc.collect()
        assert sum(rows() is not None for rows in large) <= 9


def test_steps_alike_take_up_hardly_any_memory() -> None:
    x, y = begin()
    folder = str(Path(observing.__file__).parent / "*")

    def taken() -> int:
        gc.collect()
        only = [tracemalloc.Filter(True, folder, all_frames=True)]
        return sum(each.size for each in tracemalloc.take_snapshot().filter_traces(only).statistics("filename"))

    with Observer(Session()):
        model = nn.Linear(5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)

        def steps(number: int) -> None:
            for _ in range(number):
                optimizer.zero_grad()
                F.cross_entropy(model(x), y).backward()
                optimizer.step()

        steps(600)
        tracemalloc.start()
        try:
            steps(20)
            before = taken()
            steps(1000)
            assert taken() - before < 150 * 1000  # bytes a step: a value, its step, a length, now and then a sample
        finally:
            tracemalloc.stop()


def test_a_search_over_large_networks_is_not_kept_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "_HELD", 1000)
    kept: list[weakref.ref[nn.Module]] = []
    session = Session()
    with Observer(session):
        for _ in range(20):
            model = nn.Linear(10, 10)
            optimizer = torch.optim.SGD(model.parameters(), 0.1)
            model(torch.ones(2, 10)).sum().backward()
            optimizer.step()
            kept.append(weakref.ref(model))
        del model, optimizer
        gc.collect()
        assert 0 < sum(model() is not None for model in kept) <= 9
    assert session.blind == ["Networks and optimizers beyond 1,000 parameters were not looked at."]


def test_a_doctor_within_a_persons_object_is_neither_copied_nor_written() -> None:
    model = nn.Linear(5, 3)
    with pellucid.watch(model) as doctor:
        model.doctor = doctor
        other = copy.deepcopy(model)
        assert other.doctor is doctor
        read = pickle.loads(pickle.dumps(model))  # noqa: S301
        assert read.doctor.session.models == [] and read.doctor.findings() == []
        model(begin()[0])
    assert len(doctor.session.models) == 1
