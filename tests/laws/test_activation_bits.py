"""What an activation gives is the same to the last bit, alone and in company, and it touches nothing else."""

import pytest
import torch
from activation_choices import CHOICES, ELEMENTWISE, every_choice, same_bits, width_for

from pellucid.activations import ACTIVATIONS
from pellucid.activations.softmaxes import sum_over_row

STACKED = (5, 32, 48)
LARGE = (5, 128, 128)  # torch splits so many values among three threads, and not into whole vector registers


def stacked_numbers(chosen, shape, *, alike, as_tensors):
    """Numbers of a stack, members differing unless ``alike``; floats only where they agree, in float32's precision."""
    m, b, i = shape
    draw = torch.Generator().manual_seed(3)
    numbers = dict(chosen.own_numbers)
    for parameter in chosen.entry.parameters:
        value = numbers[parameter.name]
        if parameter.structural or parameter.kind != "number":
            continue
        if alike and not as_tensors:
            numbers[parameter.name] = float(torch.tensor(value))
            continue
        own = torch.full((m, 1, 1), value)
        if not alike:
            own *= 1.0 + 0.1 * torch.rand(m, 1, 1, generator=draw)
        numbers[parameter.name] = own
    for each in chosen.entry.learned:
        numbers[each.name] = torch.rand(m, 1, i, generator=draw) + 0.1
    if chosen.entry.draws:
        numbers[chosen.entry.draws] = torch.rand(m, b, i, generator=draw)
    return numbers


def of_members(numbers, members):
    return {key: value[members].clone() if isinstance(value, torch.Tensor) else value for key, value in numbers.items()}


def everything(chosen, dy, x, numbers):
    y = chosen.entry.value(x, numbers)
    dy = dy[..., : y.shape[-1]].contiguous()
    found = [y, chosen.entry.pull(dy, x, y, numbers)]
    if chosen.entry.learn:
        found += chosen.entry.learn(dy, x, y, numbers).values()
    return found


def stacked_values(chosen, shape, about):
    m, b, _ = shape
    width = width_for(chosen, about)
    draw = torch.Generator().manual_seed(4)
    x = torch.randn(m, b, width, generator=draw) * 4
    dy = torch.randn(m, b, 2 * width, generator=draw)
    return x, dy


# Those that work on true widths see any width, the others multiples of 16 alone.
SEEN = [(chosen, None) for chosen in CHOICES.values()]
SEEN += [(chosen, width) for key, chosen in CHOICES.items() if key not in ELEMENTWISE for width in (10, 3)]


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("shape", [STACKED, LARGE], ids=["small", "large"])
@pytest.mark.parametrize(("chosen", "width"), SEEN, ids=lambda part: str(part or ""))
def test_a_member_has_the_same_bits_alone_as_in_company(chosen, width, shape, threads):
    x, dy = stacked_values(chosen, shape, width or shape[2])
    numbers = stacked_numbers(chosen, x.shape, alike=False, as_tensors=True)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(threads)
        whole = everything(chosen, dy, x, numbers)
        torch.set_num_threads(1)
        for members in ([0], [2], [3, 1], [1, 2, 3, 4]):
            alone = everything(chosen, dy[members].clone(), x[members].clone(), of_members(numbers, members))
            for one, all_of_them in zip(alone, whole, strict=True):
                assert same_bits(one, all_of_them[members])
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("width", [7, 300, 50_000])
def test_the_sum_of_a_row_has_the_same_bits_alone_as_in_company(width):
    rows = torch.randn(1, 5, width, generator=torch.Generator().manual_seed(6))
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        whole, alone = sum_over_row(rows), [sum_over_row(rows[:, [row]].clone()) for row in range(5)]
    finally:
        torch.set_num_threads(before)
    assert same_bits(torch.cat(alone, 1), whole)
    torch.testing.assert_close(whole.double(), rows.double().sum(-1, keepdim=True), rtol=1e-5, atol=1e-3)


@every_choice
def test_a_shared_number_has_the_same_bits_as_one_for_each_member(chosen):
    x, dy = stacked_values(chosen, STACKED, STACKED[2])
    x[0, 0, :5] = torch.tensor([0.0, -0.0, 1e4, -1e4, 3.0])
    dy[:, ::3] = -0.0
    shared, own = (
        everything(chosen, dy, x, stacked_numbers(chosen, x.shape, alike=True, as_tensors=tensors))
        for tensors in (False, True)
    )
    for one, other in zip(shared, own, strict=True):
        assert same_bits(one, other)


@pytest.mark.parametrize("parameter", ["low", "high"])
def test_one_number_may_be_shared_and_another_not(parameter):
    chosen = ACTIVATIONS("hard_tanh")
    x, dy = stacked_values(chosen, STACKED, 48)
    numbers = stacked_numbers(chosen, x.shape, alike=True, as_tensors=False)
    mixed = {**numbers, parameter: torch.full((STACKED[0], 1, 1), numbers[parameter])}
    for one, other in zip(everything(chosen, dy, x, numbers), everything(chosen, dy, x, mixed), strict=True):
        assert same_bits(one, other)


@every_choice
def test_an_activation_leaves_its_arguments_alone(chosen):
    x, dy = stacked_values(chosen, STACKED, 48)
    numbers = stacked_numbers(chosen, x.shape, alike=False, as_tensors=True)
    y = chosen.entry.value(x, numbers)
    dy = dy[..., : y.shape[-1]].contiguous()
    kept = [each.clone() for each in (x, dy, y)]
    chosen.entry.pull(dy, x, y, numbers)
    if chosen.entry.learn:
        chosen.entry.learn(dy, x, y, numbers)
    for now, before in zip((x, dy, y), kept, strict=True):
        assert same_bits(now, before)
