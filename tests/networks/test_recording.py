"""Recording a piece of code and replaying it on other memory."""

import weakref

import pytest
import torch
from torch import Tensor

from pellucid.networks.recording import Recording
from pellucid.networks.replay import Replay


def replayed(code, *inputs):
    """What the code returns, and a function that computes it again from the same tensors."""
    recording = Recording()
    with recording:
        result = code(*inputs)
    assert not recording.unfit
    replay = Replay(recording.calls, [len(recording.calls)], [(result, None)])
    own = replay.real(result)

    def again() -> Tensor:
        for step in replay.parts[0]:
            step()
        return own

    return result, again, replay


def moved(x, seed):
    x.copy_(torch.randn(x.shape, generator=torch.Generator().manual_seed(seed)))


def test_a_replay_reads_what_stands_in_its_inputs_by_then():
    x, w = torch.randn(2, 16, 16), torch.randn(2, 16, 16)

    def code(x, w):
        y = torch.bmm(x.transpose(1, 2), w)
        y = torch.relu(y - 1.0) * 2.0
        y[:, :4] += torch.tanh(w[:, 4:8])
        return torch.cat([y, (1.0 - y).sum(1, keepdim=True)], 1)

    first, again, _ = replayed(code, x, w)
    kept = first.clone()
    assert torch.equal(again(), kept)
    for seed in range(3):
        moved(x, seed)
        moved(w, seed + 10)
        found = again()
        assert torch.equal(found, code(x, w))
    assert torch.equal(first, kept)


def test_memory_that_nobody_reads_any_more_is_given_on():
    """A chain of element by element operations works in one place, and two products far apart share theirs."""
    x, w = torch.randn(2, 16, 16), torch.randn(2, 16, 16)

    def code(x, w):
        for _ in range(8):
            x = torch.tanh(torch.bmm(x, w) + 1.0).abs()
        return x.sum(1)

    _, again, replay = replayed(code, x, w)
    moved(x, 1)
    assert torch.equal(again(), code(x, w))
    places = {step.keywords["out"].data_ptr() for step in replay.parts[0]}
    assert len(places) == 3  # two for the products, one for the sum


def test_what_is_read_later_keeps_its_memory():
    x = torch.randn(4, 16)

    def code(x):
        a = x * 2.0
        b = torch.exp(a)
        c = torch.sin(b)
        d = a.t().contiguous()
        return torch.mm(d, b + c) + a.sum()

    _, again, _ = replayed(code, x)
    moved(x, 1)
    assert torch.equal(again(), code(x))


def test_constants_are_made_once_and_what_is_written_to_begins_anew_each_time():
    x = torch.randn(3, 16)

    def code(x):
        units = torch.arange(16) * 2
        found, ones = torch.zeros(3, 16), torch.ones(3, 16)
        found[:, :8] += x[:, :8]
        ones.add_(x)
        return found * units + ones

    _, again, replay = replayed(code, x)
    names = [getattr(step.func if hasattr(step, "func") else step, "__name__", "") for step in replay.parts[0]]
    assert "arange" not in names
    for seed in range(3):
        moved(x, seed)
        assert torch.equal(again(), code(x))


def test_operations_without_a_form_that_writes_into_memory_are_copied_from():
    x = torch.randn(3, 16)

    def code(x):
        values, places = torch.ops.aten.topk(x, 4)
        scaled = torch.nn.functional.pad(values, (1, 2), value=5.0) * torch.embedding(x.T, places[:, 0])[:, :1]
        return torch.ops.aten.embedding_dense_backward(scaled, places[:, 1], 16, -1, False) + scaled.sum()

    _, again, _ = replayed(code, x)
    moved(x, 4)
    assert torch.equal(again(), code(x))


def test_inference_mode_changes_nothing():
    x, w = torch.randn(2, 16, 16), torch.randn(2, 16, 16)

    def code(x, w):
        return torch.matmul(x, w).flatten(1).to(torch.float64)

    with torch.inference_mode():
        _, again, _ = replayed(code, x, w)
        moved(x, 3)
        within = again().clone()
    assert torch.equal(again(), within)
    assert torch.equal(again(), code(x, w))


def test_code_that_looks_at_values_or_draws_is_told_of():
    x = torch.ones(4)
    for code in (lambda x: x * 2 if x.sum() > 3 else x, lambda x: x[x > 0], lambda x: torch.bernoulli(x)):
        recording = Recording()
        with recording:
            code(x)
        assert recording.unfit.startswith("aten.")


def test_what_is_computed_unseen_is_not_recorded():
    recording = Recording()
    x = torch.ones(4)
    with recording:
        hidden = recording.unseen(lambda: x * 2)
        hidden.add_(1.0)
    assert [call.function._schema.name for call in recording.calls] == ["aten::add_"]


def test_what_is_computed_twice_is_computed_once():
    x, w = torch.randn(2, 16, 16), torch.randn(2, 16, 16)

    def code(x, w):
        first = torch.exp(x * 2.0)
        second = torch.exp(x * 2.0).add_(1.0).reciprocal_()
        third = torch.exp(x * -0.0) + torch.exp(x * 0.0)
        return torch.bmm(first * second, w) + torch.exp(x * 2.0) * third

    _, again, replay = replayed(code, x, w)
    assert [step.func.__name__ for step in replay.parts[0]].count("exp") == 3
    moved(x, 5)
    assert torch.equal(again(), code(x, w))


def test_equal_operations_on_what_was_written_to_in_between_are_not_one():
    x, y = torch.randn(2, 16), torch.zeros(2, 16)

    def code(x, y):
        first, kept = x * 2.0, x * 2.0
        first[:, :4] += 1.0
        y.copy_(x)
        second = y + 1.0
        y.mul_(3.0)
        third = y + 1.0
        fourth = x * 2.0
        fourth.view(-1).add_(5.0)
        fifth = x - 3.0
        fifth[:, 4:9].add_(1.0)
        return first + second * third + x * 2.0 + fourth * kept - fifth

    _, again, _ = replayed(code, x, y)
    for seed in range(2):
        moved(x, seed)
        found = again().clone()
        assert torch.equal(found, code(x, y))


def test_a_recording_lets_go_what_the_code_lets_go():
    """Only what was there before is held, and a number of a memory is never given again."""
    x, gone = torch.randn(2, 16), []

    def code(x):
        for _ in range(20):
            doubled = x * 2.0
            gone.append(weakref.ref(doubled))
            x = doubled + 1.0
        return x

    recording = Recording()
    with recording:
        result = code(x)
    assert not any(each() is not None for each in gone)
    assert len({call.results[0].memory for call in recording.calls}) == len(recording.calls) == 40
    replay = Replay(recording.calls, [len(recording.calls)], [(result, None)])
    moved(x, 3)
    for step in replay.parts[0]:
        step()
    assert torch.equal(replay.real(result), code(x))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64])
def test_a_number_beside_a_tensor_becomes_a_tensor_once(dtype):
    x = (torch.randn(3, 16) * 10).to(dtype)

    def code(x):
        y = x * 3 + 0.1 if dtype.is_floating_point else x * 3 + 1
        y += 7
        return torch.where(y > 0.3, y / 1.7, y * True)

    _, again, replay = replayed(code, x)
    moved(x, 5) if dtype.is_floating_point else x.neg_()
    found, expected = again(), code(x)
    assert found.dtype == expected.dtype and torch.equal(found, expected)
    if dtype.is_floating_point:
        given = [each for step in replay.parts[0] for each in getattr(step, "args", ())]
        assert not any(isinstance(each, float | int) for each in given)


def test_a_relu_stands_where_its_argument_stood():
    x, w = torch.randn(2, 16, 16), torch.randn(2, 16, 16)

    def code(x, w):
        y = torch.relu(torch.bmm(x, w))
        return torch.ops.aten.threshold_backward(x, y, 0.0) + y

    _, again, replay = replayed(code, x, w)
    assert len(replay.parts[0]) == 4 and replay.parts[0][1].__name__ == "relu_"
    moved(x, 7)
    assert torch.equal(again(), code(x, w))


def test_the_mean_over_one_is_itself():
    x = torch.randn(3, 16, 1)
    x[0, :4] = -0.0

    def code(x):
        return x.mean(2) + x.mean([0, 2])[:1] + x.mean(2, keepdim=True).squeeze(2) + x.mean()

    for taken in (x, x[:1], x.transpose(0, 2)):
        _, again, _ = replayed(code, taken)
        assert torch.equal(again(), code(taken))
    only, again, _ = replayed(lambda x: x.mean(2), x)
    # A sum begins with 0, which makes +0 of −0.
    assert torch.equal(again().view(torch.int32), only.view(torch.int32)) and not torch.signbit(only[0, :4]).any()
