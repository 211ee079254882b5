"""Compiled functions are those of mathematics within two units of the last place, number by number."""

import numpy as np
import pytest
import torch

from pellucid import arithmetic
from pellucid.networks.recording import Recording
from pellucid.networks.replay import Replay

pytest.importorskip("llvmlite")

NAMES = ["exp", "expm1", "tanh", "erf", "sin", "cos"]
LARGEST = 3.4028235e38


def numbers(seed=0):
    """Of all sizes that matter, both signs."""
    random = np.random.default_rng(seed)
    near = random.standard_normal(200_000) * 3
    return torch.from_numpy(
        np.concatenate([near, near * 10, near * 1e-4, np.linspace(-1, 1, 100_001), np.linspace(-110, 95, 200_001)])
    ).float()


def distance(found, exact):
    """In units of the last place of the exact value."""
    unit = np.spacing(np.abs(exact.numpy()).astype(np.float32)).astype(np.float64)
    return ((found.double() - exact).abs() / torch.from_numpy(unit)).max().item()


@pytest.mark.parametrize("name", NAMES)
def test_a_function_is_within_two_units_of_the_last_place(name):
    x = numbers()
    exact = getattr(torch, name)(x.double())
    found = getattr(arithmetic, name)(x)
    there = exact.abs() < LARGEST
    assert found[~there].isinf().all()
    if name in ("sin", "cos"):
        # Near a zero far away what is missing of π counts.
        assert (found.double() - exact).abs().max() < 1e-7
        there = exact.abs() > 1e-3
    assert distance(found[there], exact[there]) < 2.0


@pytest.mark.parametrize("name", NAMES)
def test_the_ends_are_those_of_torch(name):
    x = torch.tensor([0.0, -0.0, float("inf"), -float("inf"), float("nan"), 1e-45, -1e-45, 88.8, -104.5, 1e30, -1e30])
    if name in ("sin", "cos"):
        x = x[:-4]
    found, theirs = getattr(arithmetic, name)(x), getattr(torch, name)(x)
    assert found.nan_to_num(7.0).view(torch.int32).tolist() == theirs.nan_to_num(7.0).view(torch.int32).tolist()


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_waves_of_numbers_whose_turns_cannot_be_told_stay_waves(name):
    x = torch.tensor([1e7, -3e8, 1e20, LARGEST])
    assert getattr(arithmetic, name)(x).abs().max() <= 1.0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("count", [1, 15, 16, 17, 40])
def test_a_numbers_bits_do_not_depend_on_its_place(name, count):
    function, x = getattr(arithmetic, name), numbers(1)[:64]
    whole = function(x)
    for first in (0, 3, 16):
        assert torch.equal(function(x[first : first + count]), whole[first : first + count])
    assert torch.equal(function(x.view(8, 8).t()), whole.view(8, 8).t())
    assert function(x[:0]).shape == (0,)


@pytest.mark.parametrize("name", NAMES)
def test_an_operator_writes_where_it_is_told_to(name):
    x = numbers(2)[:96].view(6, 16)
    expected, operator = getattr(arithmetic, name)(x), getattr(torch.ops.pellucid, name).out
    for out in (torch.empty(6, 16), torch.empty(16, 6).t(), torch.empty(6, 32)[:, ::2]):
        assert operator(x, out=out) is out
        assert torch.equal(out, expected)


@pytest.mark.parametrize("name", NAMES)
def test_torchs_own_serve_other_types_and_where_books_are_kept(name):
    x = numbers(3)[:48]
    function, theirs = getattr(arithmetic, name), getattr(torch, name)
    assert torch.equal(function(x.double()), theirs(x.double()))
    kept = x.clone().requires_grad_()
    assert torch.equal(function(kept), theirs(x))
    assert function(kept).requires_grad


def test_without_a_compiler_torchs_own_serve(monkeypatch):
    x = numbers(4)[:48]
    monkeypatch.setattr(arithmetic, "has_compiler", lambda: False)
    for name in NAMES:
        assert torch.equal(getattr(arithmetic, name)(x), getattr(torch, name)(x))


@pytest.mark.parametrize("fused", [False, True])
def test_functions_are_recorded_and_replayed(fused):
    x = torch.randn(4, 16, 32)

    def code():
        y = x
        for name in NAMES:
            y = getattr(arithmetic, name)(y * 0.5) - 0.25
        return y

    recording = Recording()
    with recording:
        result = code()
    assert {str(call.function) for call in recording.calls} >= {f"pellucid.{name}.default" for name in NAMES}
    replay = Replay(recording.calls, [len(recording.calls)], [(result, None)], fused=fused)
    assert not fused or len(replay.parts[0]) == 1
    for seed in range(3):
        x.copy_(torch.randn(x.shape, generator=torch.Generator().manual_seed(seed)))
        for step in replay.parts[0]:
            step()
        assert torch.equal(replay.real(result), code())
