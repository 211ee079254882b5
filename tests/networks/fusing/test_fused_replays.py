"""A fused replay computes what the recorded code computes, to the last bit, whatever the code is."""

import numpy as np
import pytest
import torch

from pellucid.networks.fusing import Fused
from pellucid.networks.recording import Recording
from pellucid.networks.replay import Replay

pytest.importorskip("llvmlite")

M, B, I = 5, 16, 32  # noqa: E741


def same(one, other):
    return torch.equal(torch.nan_to_num(one).view(torch.int32), torch.nan_to_num(other).view(torch.int32))


def numbers(seed, *shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def fused_replay(code, *inputs, monkeypatch):
    """A function that computes anew what the code returns, and the groups of operations in it."""
    groups = []
    init = Fused.__init__

    def noted(self, parts, space, needed):
        init(self, parts, space, needed)
        groups.append([str(part.operation.function) for part in parts])

    recording = Recording()
    with torch.no_grad(), recording:
        result = code(*inputs)
    assert not recording.unfit
    monkeypatch.setattr(Fused, "__init__", noted)
    replay = Replay(recording.calls, [len(recording.calls)], [(result, None)], fused=True)
    monkeypatch.undo()
    # Formulas that are tried out are groups of one.
    groups = [group for group in groups if len(group) > 1]

    def again():
        for step in replay.parts[0]:
            step()
        return replay.real(result)

    return again, groups


def check(code, *inputs, monkeypatch):
    again, groups = fused_replay(code, *inputs, monkeypatch=monkeypatch)
    for seed in range(3):
        for place, each in enumerate(inputs):
            each.copy_(numbers(10 * seed + place, *each.shape))
        kept = [each.clone() for each in inputs]
        found = again().clone()
        after = [each.clone() for each in inputs]
        for each, before in zip(inputs, kept, strict=True):
            each.copy_(before)
        assert same(found, code(*inputs)), seed
        assert all(same(one, other) for one, other in zip(after, inputs, strict=True)), seed
    return groups


def test_a_run_of_operations_becomes_one(monkeypatch):
    groups = check(
        lambda x, s: torch.relu(x * 2.0 - s) + (x - 1.0).abs(),
        numbers(0, M, B, I),
        numbers(1, M, 1, I),
        monkeypatch=monkeypatch,
    )
    assert [len(group) for group in groups] == [6]


def test_what_stands_between_is_kept_in_its_place(monkeypatch):
    """The sum needs what came before it, and what comes after it needs the sum."""

    def code(x, w):
        y = torch.bmm(x * 2.0 + 1.0, w)
        z = y * y
        total = z.sum(1, keepdim=True)
        return (z - y) * total + x

    groups = check(code, numbers(0, M, B, I), numbers(1, M, I, I), monkeypatch=monkeypatch)
    assert [len(group) for group in groups] == [2, 2, 2]
    assert ["aten.mul.Tensor", "aten.add.Tensor"] in groups


def test_a_sum_on_the_way_out_does_not_cut_a_run(monkeypatch):
    out = torch.zeros(M, 1, I)

    def code(x, y):
        product = x * y
        torch.sum(product, 1, keepdim=True, out=out)
        return (x - product) * y

    groups = check(code, numbers(0, M, B, I), numbers(1, M, B, I), monkeypatch=monkeypatch)
    assert [len(group) for group in groups] == [3]


def test_rows_that_lie_along_the_last_axis_are_computed_as_they_lie(monkeypatch):
    def code(x, s):
        turned = x.transpose(1, 2)
        return ((turned * s) * 3.0 - turned).transpose(1, 2) + 1.0

    groups = check(code, numbers(0, M, I, B), numbers(1, M, 1, I), monkeypatch=monkeypatch)
    # The factor does not lie along the rows: it is the same for all of them.
    assert [len(group) for group in groups] == [4]


def test_a_mask_of_halves_of_whole_numbers_is_read_as_halves(monkeypatch):
    drawn = torch.randint(-(2**31), 2**31 - 1, (M, B * I // 2), dtype=torch.int32)

    def code(x, scale):
        mixed = drawn.bitwise_xor(12345)
        mixed.bitwise_xor_((mixed >> 7) & 0xFFFF).mul_(0x7FEB352D)
        halves = mixed.view(torch.int16).to(torch.float32).sub_(scale)
        kept = torch.ops.aten.threshold_backward(scale, halves, 0.0)
        return x * kept.view(M, B, I)

    x, scale = numbers(0, M, B, I), numbers(1, M, 1)
    groups = check(code, x, scale, monkeypatch=monkeypatch)
    assert sorted(len(group) for group in groups) == [4, 5]


def test_results_that_are_read_in_another_way_are_read_from_memory(monkeypatch):
    """A row for all rows, rows in another order, bits as another type."""
    drawn = torch.randint(-(2**31), 2**31 - 1, (M, B, I), dtype=torch.int32)

    def code(x, y):
        a = x * 2.0
        b = y + a[:, 3:4]
        c = a.view(M, 2, B // 2, I).transpose(0, 1).reshape(M, B, I) - b
        bits = (drawn >> 3) & 0x3FFFFFFF
        return c + bits.view(torch.float32) * 0.5

    check(code, numbers(0, M, B, I), numbers(1, M, B, I), monkeypatch=monkeypatch)


def test_what_is_changed_in_part_is_not_computed_too_late_or_too_soon(monkeypatch):
    def code(x, y):
        a = x * 2.0
        b = a + y
        a[:, :4] += 1.0
        c = a - b
        x.mul_(0.5)
        d = x + c
        a.mul_(3.0)
        return d * a + b

    check(code, numbers(0, M, B, I), numbers(1, M, B, I), monkeypatch=monkeypatch)


def test_small_and_odd_widths_are_left_to_torch(monkeypatch):
    assert not check(lambda x: x * 2.0 + 1.0, numbers(0, 300, 7), monkeypatch=monkeypatch)
    assert not check(lambda x: x * 2.0 + 1.0, numbers(0, 16), monkeypatch=monkeypatch)


def test_other_types_are_left_to_torch(monkeypatch):
    x = numbers(0, M, B, I).double()
    again, groups = fused_replay(lambda x: x * 2.0 + 1.0, x, monkeypatch=monkeypatch)
    assert torch.equal(again(), x * 2.0 + 1.0)
    assert not groups


def made_up(seed):
    """A computation of some dozens of operations, drawn at random; every one may read any result so far."""
    random = np.random.default_rng(seed)
    plan = [(random.integers(0, 14), *random.random(3)) for _ in range(40)]

    def code(x, y, w, row):
        there = [x, y]
        for kind, *where in plan:
            a, b = (there[int(place * len(there))] for place in where[:2])
            number = round(where[2] - 0.5, 2)
            match kind:
                case 0:
                    there.append(a + b)
                case 1:
                    there.append(a * b)
                case 2:
                    there.append(a - row)
                case 3:
                    there.append(a * number)
                case 4:
                    there.append(torch.relu(a))
                case 5:
                    there.append(torch.ops.aten.threshold_backward(a, b, 0.0))
                case 6:
                    there.append(torch.tanh(torch.bmm(a, w)))
                case 7:
                    there.append(a - b.sum(1, keepdim=True) * 0.01)
                case 8:
                    there.append(torch.maximum(a, b).clamp(-3.0, 3.0))
                case 9:
                    there.append(torch.addcmul(a, b, row))
                case 10:
                    there.append(torch.tanh(a).clone().add_(b))
                case 11:
                    fresh = a * 0.5
                    fresh[:, : int(16 * where[2])] += 0.25
                    there.append(fresh)
                case 12:
                    there.append((a.transpose(1, 2) * number).transpose(1, 2).contiguous())
                case 13:
                    there[int(where[0] * len(there))].mul_(number)
        return torch.stack(there).tanh().sum(0)

    return code


@pytest.mark.parametrize("seed", range(40))
def test_any_computation_gives_its_bits(seed, monkeypatch):
    inputs = [numbers(0, M, B, I), numbers(1, M, B, I), numbers(2, M, I, I) * 0.2, numbers(3, M, 1, I)]
    assert check(made_up(seed), *inputs, monkeypatch=monkeypatch)


def test_stacks_of_all_sizes_share_their_kernels(monkeypatch):
    from pellucid.arithmetic import machine

    def code(x, s):
        return (x * s - 0.375) * x

    check(code, numbers(0, 2, B, I), numbers(1, 2, 1, I), monkeypatch=monkeypatch)
    before = len(machine._functions)
    check(code, numbers(0, 9, B, I), numbers(1, 9, 1, I), monkeypatch=monkeypatch)
    assert len(machine._functions) == before
