"""Every activation with its defaults and with other numbers, and values that it is looked at on."""

import pytest
import torch

from pellucid.activations import ACTIVATIONS


def other_numbers(entry):
    """A choice of the entry whose every parameter differs from its default."""
    numbers = {}
    for parameter in entry.parameters:
        default = parameter.default
        match parameter.kind:
            case "number":
                numbers[parameter.name] = default + 0.3 if default + 0.3 <= parameter.high else default * 0.7
            case "whole":
                numbers[parameter.name] = default + 1
            case "numbers":
                numbers[parameter.name] = (2.0, 3.0)
            case "word":
                numbers[parameter.name] = next(word for word in parameter.words if word != default)
            case _:
                raise AssertionError(f"{entry.name}: how does a {parameter.kind} differ?")
    return ACTIVATIONS(entry.name, **numbers)


FURTHER = ("softplus(beta=2, threshold=1)", "exp(limit=2)", "elu(alpha=0.4)", "sine(frequency=30)", "maxout(pieces=5)")
CHOICES = {str(chosen): chosen for entry in ACTIVATIONS for chosen in (ACTIVATIONS(entry.name), other_numbers(entry))}
CHOICES |= {str(chosen): chosen for chosen in map(ACTIVATIONS, FURTHER)}
TRAINABLE = {key: chosen for key, chosen in CHOICES.items() if chosen.entry.trainable}
ELEMENTWISE = {
    key: chosen
    for key, chosen in CHOICES.items()
    if not (chosen.entry.rowwise or chosen.entry.takes or chosen.entry.gives)
}
every_choice = pytest.mark.parametrize("chosen", CHOICES.values(), ids=list(CHOICES))
trainable_ones = pytest.mark.parametrize("chosen", TRAINABLE.values(), ids=list(TRAINABLE))


def width_for(chosen, about=12):
    """Values that it takes when about so many are wanted."""
    entry, numbers = chosen.entry, chosen.numbers
    wanted = int(numbers["head"] + sum(numbers["clusters"])) if "clusters" in numbers else about
    return entry.takes(wanted, numbers) if entry.takes else wanted


def corners_of(chosen):
    """Where its derivative may jump."""
    numbers = [value for value in chosen.numbers.values() if type(value) is float]
    if chosen.name == "softplus":
        numbers = [chosen.numbers["threshold"] / chosen.numbers["beta"]]
    return [-3.0, 0.0, 3.0, 6.0, *numbers, *(-number for number in numbers)]


def points_of(chosen, *, corners=True, dtype=torch.float64):
    """Rows of values ``[1, b, i]``: near and far, on the corners or clear of them."""
    own = corners_of(chosen)
    values = torch.cat([torch.linspace(-8, 8, 330), torch.tensor([-60.0, -20.5, 19.0, 25.0, 70.0])]).double() + 0.003
    clear = (values[:, None] - torch.tensor(own, dtype=torch.float64)).abs().amin(1) > 0.005
    values = values[clear]
    if corners:
        values = torch.cat([values, torch.tensor(own, dtype=torch.float64)])
    width = width_for(chosen)
    order = torch.randperm(len(values), generator=torch.Generator().manual_seed(1))
    return values[order][: len(values) // width * width].view(1, -1, width).to(dtype)


def apply(chosen, x):
    return chosen.entry.value(x, chosen.own_numbers)


def some_gradient(y):
    return torch.randn(y.shape, generator=torch.Generator().manual_seed(2), dtype=torch.float64).to(y.dtype)


def same_bits(a, b):
    kind = torch.int32 if a.dtype == torch.float32 else torch.int64
    return a.shape == b.shape and torch.equal(a.contiguous().view(kind), b.contiguous().view(kind))
