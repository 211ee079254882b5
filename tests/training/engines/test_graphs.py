"""Whole steps that are captured once: on the CPU, captured by the project's own recording instead of a CUDA graph."""

from copy import deepcopy

import numpy as np
import pytest
import torch

from pellucid.networks.recording import Recording
from pellucid.networks.replay import Replay
from pellucid.records import Recipe, TargetSpec
from pellucid.training import Setting, StackRows, Trainer, TrainingData, course
from pellucid.training.engines.batched import Batched

RANDOM = np.random.default_rng(5)
X, Y = RANDOM.normal(size=(80, 5)), RANDOM.integers(0, 3, 80)
TARGET = TargetSpec(task="multiclass", classes=3)
BASE = Recipe(hidden=(8,), epochs=5, batch_size=16, lr=0.02)
DROPS = [BASE.replace(seed=1, dropout=0.3), BASE.replace(seed=2, dropout=0.1, input_noise=0.2, lr=0.1)]
# What a stack may hold, in the words of its recipes; each is one stack.
STACKS = {
    "rates and decays that differ": [BASE.replace(seed=s, lr=0.01 * s, weight_decay=0.1 * s) for s in (1, 2, 3)],
    "dropout and noise on inputs": DROPS,
    "activations and losses that differ": [
        BASE.replace(seed=s, activation=name, loss=loss)
        for s, (name, loss) in enumerate([("relu", "cross_entropy"), ("gelu", "focal"), ("prelu", "multi_margin")])
    ],
    "norms with statistics": [BASE.replace(seed=s, norm="batch_norm") for s in (1, 2)],
    "update rules that differ": [
        BASE.replace(seed=s, optimizer=rule)
        for s, rule in enumerate(["adamw", "sgd(momentum=0.9)", "rmsprop", "nadam", "lion", "asgd(t0=3)", "radam"])
    ],
    "update rules that begin with the first step": [
        BASE.replace(seed=s, optimizer=rule) for s, rule in enumerate(["schedule_free_adamw", "asgd", "adagrad"])
    ],
    "all rows at every step": [BASE.replace(seed=s, optimizer="rprop", epochs=9) for s in (1, 2)],
    "penalties, clipping and limits": [
        BASE.replace(seed=1, l2=0.1, clip_norm=0.5, penalty="max_norm(limit=1)"),
        BASE.replace(seed=2, l1=0.01, clip_value=0.1),
    ],
    "schedules and plateaus": [
        BASE.replace(seed=1, schedule="cosine"),
        BASE.replace(seed=2, schedule="plateau(patience=0, factor=0.5)"),
    ],
}
REMARKS = {
    "lbfgs": ("its optimizer works out numbers on the way", BASE.replace(optimizer="lbfgs")),
    "muon": ("its optimizer works out numbers on the way", BASE.replace(optimizer="muon", hidden=(8, 8))),
    "noise on gradients": ("the noise on its gradients dies down from step to step", BASE.replace(gradient_noise=0.1)),
    "a momentum that moves": (
        "its optimizer works out numbers on the way",
        BASE.replace(momentum_schedule="cosine"),
    ),
}


@pytest.fixture(autouse=True)
def sums_as_on_a_gpu(monkeypatch):
    """On a CPU NumPy adds up, which torch's recording does not see."""
    monkeypatch.setattr("pellucid.optimizers.sums.per_member_sums", lambda values: values.double().flatten(1).sum(1))


class Captures:
    """Records what is to be captured, and undoes it: a CUDA graph only takes note.

    Attributes:
        count: How often something was captured.
        starts: How often something captured was done.
    """

    def __init__(self):
        self.count = self.starts = 0
        self.engines = []

    def start_engine(self, stack, name):
        self.engines.append(Batched(stack, capture=lambda function: self.capture(stack, function)))
        return self.engines[-1]

    def capture(self, stack, function):
        self.count += 1
        before, recording = deepcopy(stack.held.state()), Recording()
        with torch.no_grad(), recording:
            function()
        assert not recording.unfit
        stack.held.restore(before)
        replay = Replay(recording.calls, [len(recording.calls)], [])

        def again():
            self.starts += 1
            for step in replay.parts[0]:
                step()

        return again


def trained(recipes, monkeypatch=None, *, until=None):
    rows = StackRows((np.arange(60),) * len(recipes), (np.arange(60, 80),) * len(recipes))
    trainer = Trainer(recipes, TrainingData.of(X, Y), rows, target=TARGET, setting=Setting(engine="batched"))
    captures = Captures()
    if monkeypatch is not None:
        monkeypatch.setattr(course, "start_engine", captures.start_engine)
    trainer.run(until=until)
    if until is not None:
        trainer.run()
    return trainer, captures


def assert_same(one, other):
    one, other = one.state(), other.state()
    assert one.keys() == other.keys()
    for name, array in one.items():
        assert array.dtype == other[name].dtype and array.tobytes() == other[name].tobytes(), name


@pytest.mark.parametrize("name", STACKS)
def test_captured_steps_are_those_that_are_written(name, monkeypatch):
    written, _ = trained(STACKS[name])
    captured, captures = trained(STACKS[name], monkeypatch)
    assert_same(captured, written)
    # All but the first three steps of a stack, in which everything is made ready.
    runs = [engine._graphed._runs for engine in captures.engines]
    assert min(runs) > 3
    assert captures.starts == sum(runs) - 3 * len(runs)
    assert {engine.remark for engine in captures.engines} == {"whole steps as CUDA graphs"}


def test_one_capture_serves_all_epochs(monkeypatch):
    """One for every core that trains some of the members."""
    _, captures = trained(STACKS["rates and decays that differ"], monkeypatch)
    assert captures.count == len(captures.engines)


def test_other_calls_are_captured_anew(monkeypatch):
    """Two members agree in their rates until one of them comes to a plateau."""
    recipes = [BASE.replace(seed=s, schedule="plateau(patience=0, factor=0.5)", epochs=8, lr=1.0) for s in (2, 3)]
    written, _ = trained(recipes)
    captured, captures = trained(recipes, monkeypatch)
    assert_same(captured, written)
    assert captures.count > 1


@pytest.mark.parametrize("name", REMARKS)
def test_steps_that_cannot_be_captured_are_run_as_they_are_written(name, monkeypatch):
    remark, recipe = REMARKS[name]
    recipes = [recipe, recipe.replace(seed=1)]
    written, _ = trained(recipes)
    captured, captures = trained(recipes, monkeypatch)
    assert_same(captured, written)
    assert captures.starts == 0
    assert captures.engines[0].remark == f"no CUDA graphs: {remark}"


def test_a_capture_that_fails_is_not_tried_again(monkeypatch):
    written, _ = trained(DROPS)
    tried = []

    def fails(self, stack, function):
        tried.append(stack)
        raise RuntimeError("operation not permitted when stream is capturing")

    monkeypatch.setattr(Captures, "capture", fails)
    captured, captures = trained(DROPS, monkeypatch)
    assert_same(captured, written)
    assert len(tried) == len(captures.engines)
    assert "operation not permitted" in captures.engines[0].remark


def test_members_that_pause_go_on_with_captures_of_their_own(monkeypatch):
    recipes = STACKS["rates and decays that differ"]
    written, _ = trained(recipes)
    captured, captures = trained(recipes, monkeypatch, until=[2, 3, 3])
    assert_same(captured, written)
    assert captures.count > 1


def test_nothing_is_captured_on_a_cpu_unasked(monkeypatch):
    engines = []
    monkeypatch.setattr(course, "start_engine", lambda stack, name: engines.append(Batched(stack)) or engines[-1])
    rows = StackRows((np.arange(60),), (np.arange(60, 80),))
    Trainer([BASE], TrainingData.of(X, Y), rows, target=TARGET, setting=Setting(engine="batched")).run()
    assert [engine._graphed for engine in engines] == [None]
