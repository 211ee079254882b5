"""The end of a step, in one rounding or two: a member's bits are its own, and what lies side by side is one call."""

import numpy as np
import pytest
import torch

from pellucid.networks.layout import Group, ParameterSpec, Tensors
from pellucid.optimizers import along
from pellucid.optimizers.along import Along, rounds_alike
from pellucid.optimizers.neighbours import joined
from pellucid.optimizers.per_step import PerStep

SPECS = [
    ParameterSpec("weight", (16, 33), (16, 33), (16, 33), "weight"),
    ParameterSpec("bias", (1, 16), (1, 5), (5,), "bias"),
    ParameterSpec("mean", (1, 16), (1, 5), (5,), "statistic"),
    ParameterSpec("slope", (1, 48), (1, 48), (48,), "slope"),
]
GROUPS = [
    Group(("weight",), 1.0, True),
    Group(("bias",), 1.0, False),
    Group(("mean",), 1.0, False, trained=False),
    Group(("slope",), 0.5, False),
]
RATES, DECAYS = [0.1, 0.1, 0.03, 0.7], [0.01, 0.01, 0.0, 0.2]


def drawn(members, seed):
    found = Tensors(SPECS, GROUPS, len(members), dtype=torch.float32)
    for place, member in enumerate(members):
        draw = np.random.default_rng((seed, member))
        found.load(place, {spec.name: draw.normal(size=spec.file_shape) for spec in SPECS})
    return found


def moved(members, *, negated=False):
    """Parameters after a step, and how many calls it took."""
    parameters, directions = drawn(members, 0), drawn(members, 1)
    tables = {"lr": np.array([RATES])[:, members], "weight_decay": np.array([DECAYS])[:, members]}
    numbers = PerStep(Along.numbers(parameters, tables), parameters.flat[0])
    numbers.go_to(0)
    step = Along(parameters, directions, numbers, negated=negated)
    step.step()
    return parameters, len(step._calls)


@pytest.mark.parametrize("alike", [True, False], ids=["one rounding", "two roundings"])
@pytest.mark.parametrize("threads", [1, 3])
def test_a_member_moves_alone_as_in_company(alike, threads, monkeypatch):
    monkeypatch.setattr(along, "rounds_alike", lambda dtype: alike)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(threads)
        # So many that threads share a buffer.
        company = [0, 1, 2, 3] * 40
        whole, _ = moved(company)
        for member in range(4):
            own, _ = moved([member])
            for name, view in own.views.items():
                assert torch.equal(whole.views[name][company.index(member)], view[0]), name
                assert torch.equal(whole.views[name][156 + member], view[0]), name
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("alike", [True, False], ids=["one rounding", "two roundings"])
@pytest.mark.parametrize("negated", [True, False])
def test_it_is_decay_and_then_a_step_along_the_direction(alike, negated, monkeypatch):
    monkeypatch.setattr(along, "rounds_alike", lambda dtype: alike)
    members = [3, 0, 2]
    found, _ = moved(members, negated=negated)
    p, d = drawn(members, 0), drawn(members, 1)
    for place, member in enumerate(members):
        for name, rate, share in (
            ("weight", 1.0, 1 - RATES[member] * DECAYS[member]),
            ("bias", 1.0, 1.0),
            ("slope", 0.5, 1.0),
        ):
            step = (1 if negated else -1) * rate * RATES[member] * d.views[name][place].double()
            expected = (share * p.views[name][place].double() + step).float()
            torch.testing.assert_close(found.views[name][place], expected, rtol=3e-7, atol=1e-6)
        assert torch.equal(found.views["mean"][place], p.views["mean"][place])


def test_groups_that_agree_in_their_numbers_are_one_call(monkeypatch):
    monkeypatch.setattr(along, "rounds_alike", lambda dtype: True)
    # Decay of the weight; weight and bias at one rate; the slope at half of it.
    assert moved([0, 1])[1] == 3
    # Where members differ: decay of the weight, and each parameter's step.
    assert moved([0, 3])[1] == 4


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_whether_values_round_alike_is_found_out_by_trying(dtype, monkeypatch):
    written = torch.addcmul
    rounds_alike.cache_clear()
    try:

        def contracts_in_registers_alone(p, d, rate):
            return written(p, d, rate) if p.is_contiguous() else torch.nextafter(written(p, d, rate), p + 1)

        assert rounds_alike(dtype) in (True, False)
        rounds_alike.cache_clear()
        monkeypatch.setattr(torch, "addcmul", contracts_in_registers_alone)
        assert not rounds_alike(dtype)
    finally:
        rounds_alike.cache_clear()


def test_only_what_lies_behind_one_another_everywhere_is_joined():
    a, b = torch.arange(12.0), torch.arange(12.0, 24.0)
    parts = [(a[:3], b[:3]), (a[3:5], b[3:5]), (a[6:8], b[6:8]), (a[8:9], b[9:10]), (a[9:12], b[10:12].clone()[:2])]
    found = joined([*parts[:4]])
    assert [tuple(each.tolist() for each in row) for row in found] == [
        ([0, 1, 2, 3, 4], [12, 13, 14, 15, 16]),
        ([6, 7], [18, 19]),
        ([8], [21]),
    ]
    found[0][0].zero_()
    assert not a[:5].any() and a[5:].all()
    # Elsewhere in memory, as if it were behind it.
    assert len(joined([(a[:3],), (b[3:5],)])) == 2
    assert joined([]) == []
