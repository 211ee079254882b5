"""Every activation of the registry: value and derivative; a new one joins by being registered."""

import math
import re

import pytest
import torch
from activation_choices import (
    CHOICES,
    ELEMENTWISE,
    apply,
    corners_of,
    every_choice,
    points_of,
    some_gradient,
    trainable_ones,
    width_for,
)

from pellucid.activations import ACTIVATIONS
from pellucid.errors import UnknownNameError, UsageError
from pellucid.records.activations import ACTIVATION_PARAMETERS, LEARNED_NUMBERS

# The words of DESIGN §5; gelu's two forms, both names of silu and the members of the glu family are spelled out.
DESIGNED = (
    "step, identity, sigmoid, hard sigmoid, tanh, hard tanh, relu, relu6, leaky relu, prelu, rrelu, srelu, crelu, elu, "
    "celu, selu, gelu, gelu tanh, silu, swish, mish, hard swish, softplus, softsign, softshrink, hardshrink, "
    "tanhshrink, threshold, gaussian, sine, maxout, glu, reglu, geglu, swiglu, bilinear, softmax, log softmax, "
    "softmin, log sigmoid, adaptive log softmax"
)


# What there is.


@pytest.mark.parametrize("words", DESIGNED.split(", "))
def test_every_activation_of_the_design_is_registered(words):
    name = words.replace(" ", "_")
    assert name in ACTIVATIONS.names() or name in ("gelu_tanh", "swish")
    assert name in ACTIVATIONS


@pytest.mark.parametrize("entry", ACTIVATIONS, ids=lambda entry: entry.name)
def test_torchs_own_name_is_known(entry):
    if entry.twin:
        assert ACTIVATIONS[entry.twin.rpartition(".")[2]] is entry


def test_only_steps_cannot_train():
    assert {entry.name for entry in ACTIVATIONS if not entry.trainable} == {"step", "sign", "round"}


@pytest.mark.parametrize("entry", ACTIVATIONS, ids=lambda entry: entry.name)
def test_every_activation_says_what_it_is(entry):
    for text in (entry.formula, entry.purpose, entry.source, entry.derivative, entry.range, entry.saturates):
        assert text.strip()
    assert entry.purpose.endswith((".", ")"))
    assert all(parameter.meaning for parameter in entry.parameters)


def test_the_numbers_of_records_are_those_of_the_registry():
    assert {entry.name: entry.parameters for entry in ACTIVATIONS if entry.parameters} == ACTIVATION_PARAMETERS
    learned = {entry.name: {each.name: each.start for each in entry.learned} for entry in ACTIVATIONS if entry.learned}
    assert learned == LEARNED_NUMBERS


@pytest.mark.parametrize("entry", ACTIVATIONS, ids=lambda entry: entry.name)
def test_an_activation_has_whole_machinery(entry):
    """What is learned has a gradient, a start and no other name; what is drawn has two bounds."""
    names = {parameter.name for parameter in entry.parameters}
    assert bool(entry.learned) == (entry.learn is not None)
    assert all(each.start in names and each.name not in names for each in entry.learned)
    assert "slope" not in {each.name for each in entry.learned}  # the parametric mixture's own name in a model file
    assert bool(entry.draws) == (set(entry.draw_between) <= names and all(entry.draw_between))


# Values and derivatives.

RENAMED = {
    ("leaky_relu", "slope"): "negative_slope",
    ("rrelu", "low"): "lower",
    ("rrelu", "high"): "upper",
    ("hard_tanh", "low"): "min_val",
    ("hard_tanh", "high"): "max_val",
    ("softshrink", "threshold"): "lambd",
    ("hardshrink", "threshold"): "lambd",
}
FUNCTIONS = {
    "step": lambda x, numbers: torch.heaviside(x, torch.ones((), dtype=x.dtype)),
    "sign": lambda x, numbers: torch.sign(x),
    "round": lambda x, numbers: torch.round(x),
    "sine": lambda x, numbers: torch.sin(numbers["frequency"] * x),
    "exp": lambda x, numbers: torch.where(x < numbers["limit"], x, numbers["limit"]).exp(),
}


def twin_of(chosen):
    """The same in torch: a function of x."""
    entry, numbers = chosen.entry, chosen.numbers
    room, _, kind = entry.twin.rpartition(".")
    if room == "torch":
        return lambda x: FUNCTIONS[entry.name](x, numbers)
    assert room == "torch.nn"
    if entry.name == "adaptive_log_softmax":
        return lambda x: adaptive_twin(x, int(numbers["head"]), [int(size) for size in numbers["clusters"]])
    if entry.name == "prelu":
        return lambda x: torch.nn.functional.prelu(x, torch.tensor(numbers["slope"], dtype=x.dtype))
    options = {RENAMED.get((entry.name, key), key): value for key, value in numbers.items()}
    if entry.rowwise:
        options["dim"] = -1
    return getattr(torch.nn, kind)(**options).double().eval()


def adaptive_twin(x, head, clusters):
    """Torch's module whose scores are x: its weights pass them on as they are."""
    width = x.shape[-1]
    starts = [head + sum(clusters[:k]) for k in range(len(clusters))]
    module = torch.nn.AdaptiveLogSoftmaxWithLoss(width, head + sum(clusters), starts, div_value=1.0).double()
    unit = torch.eye(width, dtype=torch.float64)
    at = head + len(clusters)
    with torch.no_grad():
        module.head.weight.copy_(unit[:at])
        for size, (projection, scores) in zip(clusters, module.tail, strict=True):
            projection.weight.copy_(unit)
            scores.weight.copy_(unit[at : at + size])
            at += size
    return module.log_prob(x.reshape(-1, width)).view(*x.shape[:-1], -1)


WITH_TWIN = {key: chosen for key, chosen in CHOICES.items() if chosen.entry.twin}


@pytest.mark.parametrize("chosen", WITH_TWIN.values(), ids=list(WITH_TWIN))
def test_value_and_derivative_are_torchs_corners_included(chosen):
    x = points_of(chosen).requires_grad_()
    expected = twin_of(chosen)(x)
    y = apply(chosen, x.detach())
    torch.testing.assert_close(y, expected.detach(), rtol=1e-12, atol=1e-13)
    if not chosen.entry.trainable:
        assert not chosen.derivative(x.detach()).any()
        return
    dy = some_gradient(y)
    expected.backward(dy)
    dx = chosen.entry.pull(dy, x.detach(), y, chosen.own_numbers)
    # Torch keeps 1/6 and 1/alpha in single precision here.
    tolerance = 1e-6 if chosen.name in ("hard_sigmoid", "celu") else 1e-9
    torch.testing.assert_close(dx, x.grad, rtol=tolerance, atol=1e-12)


@trainable_ones
def test_the_derivative_is_autograds_of_the_value(chosen):
    """Also on corners: relu′(0) = 0 decides what the others are made of."""
    x = points_of(chosen, corners=chosen.name != "maxout").requires_grad_()
    y = apply(chosen, x)
    dy = some_gradient(y)
    if y is not x:
        y.backward(dy)
    dx = chosen.entry.pull(dy, x.detach(), y.detach(), chosen.own_numbers)
    expected = dy if y is x else x.grad
    if chosen.name in {
        "leaky_relu",
        "rrelu",
        "hard_tanh",
        "relu6",
        "hard_swish",
        "hard_sigmoid",
        "elu",
        "celu",
        "selu",
        "softshrink",
        "exp",
    }:
        # Composed otherwise than torch composes them; on their corners the twin's word counts.
        corners = torch.tensor(corners_of(chosen), dtype=torch.float64)
        clear = (x.detach()[..., None] - corners).abs().amin(-1) > 1e-9
        dx, expected = dx[clear], expected[clear]
    torch.testing.assert_close(dx, expected, rtol=1e-9, atol=1e-12)


@trainable_ones
def test_the_derivative_is_the_slope_of_the_value(chosen):
    """Central differences of fourth order, float64, within 1e-7 of the size."""
    x = points_of(chosen, corners=False)
    # Far out the value itself may be so large that differences have no digits.
    x = x[(x.abs() < 30).all(-1, keepdim=True).expand_as(x)].view(1, -1, x.shape[-1])
    y = apply(chosen, x)
    dy = some_gradient(y)
    dx = chosen.entry.pull(dy, x, y, chosen.own_numbers)
    step = 1e-3

    def loss(moved):
        return (apply(chosen, moved) * dy).sum(-1)

    for unit in range(x.shape[-1]):
        move = torch.zeros(x.shape[-1], dtype=torch.float64)
        move[unit] = step
        slope = 8 * (loss(x + move) - loss(x - move)) - (loss(x + 2 * move) - loss(x - 2 * move))
        # A sum has no more digits than its largest term.
        size = (y * dy).abs().amax(-1).clamp(min=1.0)
        torch.testing.assert_close(dx[..., unit] / size, slope / (12 * step) / size, rtol=1e-7, atol=1e-9)


LEARNING = {key: chosen for key, chosen in CHOICES.items() if chosen.entry.learned}


@pytest.mark.parametrize("chosen", LEARNING.values(), ids=list(LEARNING))
def test_the_gradients_of_learned_numbers_are_autograds(chosen):
    x = points_of(chosen)
    draw = torch.Generator().manual_seed(5)
    numbers = {
        **chosen.own_numbers,
        **{
            each.name: chosen.numbers[each.start] + torch.rand(1, 1, x.shape[-1], generator=draw, dtype=torch.float64)
            for each in chosen.entry.learned
        },
    }
    leaves = {each.name: numbers[each.name].clone().requires_grad_() for each in chosen.entry.learned}
    y = chosen.entry.value(x, {**numbers, **leaves})
    dy = some_gradient(y)
    y.backward(dy)
    rows = chosen.entry.learn(dy, x, y.detach(), numbers)
    assert rows.keys() == leaves.keys()
    for name, leaf in leaves.items():
        assert rows[name].shape == x.shape
        torch.testing.assert_close(rows[name].sum(1, keepdim=True), leaf.grad, rtol=1e-9, atol=1e-11)
        assert leaf.grad.abs().min() > 0


@every_choice
def test_value_and_derivative_are_finite_far_out(chosen):
    far = torch.tensor([-1e4, -1e3, -100.0, -90.0, -1.0, -0.0, 0.0, 1.0, 88.0, 90.0, 1e3, 1e4])
    width = width_for(chosen)
    rows = [far.roll(turn).repeat(5)[:width] for turn in range(len(far))] + [torch.full((width,), v) for v in far]
    x = torch.stack(rows).unsqueeze(0)
    for dtype in (torch.float32, torch.float64):
        y = apply(chosen, x.to(dtype))
        assert y.dtype == dtype
        assert y.isfinite().all()
        assert chosen.derivative(x.to(dtype)).isfinite().all()


@pytest.mark.parametrize("chosen", ELEMENTWISE.values(), ids=list(ELEMENTWISE))
def test_the_value_at_zero_is_what_the_padding_is_told(chosen):
    numbers = dict(chosen.own_numbers)
    for each in chosen.entry.learned:
        numbers[each.name] = torch.zeros(1, 1, 16)  # as in the padding
    said = chosen.entry.at_zero(chosen.numbers) if chosen.entry.at_zero else 0.0
    value = chosen.entry.value(torch.zeros(1, 16, 16), numbers)
    assert value == pytest.approx(said, rel=1e-6)


# What the sheet says.


@pytest.mark.parametrize("chosen", ELEMENTWISE.values(), ids=list(ELEMENTWISE))
def test_the_range_and_the_centre_are_as_said(chosen):
    y = apply(chosen, torch.cat([points_of(chosen).flatten(), torch.tensor([-1e4, 1e4]).double()]))
    assert bool(y.min() < 0 < y.max()) == chosen.entry.zero_centred or chosen.numbers != chosen.entry.defaults
    found = re.fullmatch(r"[\[(](.+), (.+)[\])]", chosen.entry.range)
    if found:
        names = {"inf": math.inf, "exp": math.exp, **chosen.numbers}
        low, high = (eval(end.replace("−", "-").replace("∞", "inf"), {}, names) for end in found.groups())
        assert low - 1e-4 <= y.min()
        assert y.max() <= high + 1e-4
        assert y.min() - low < 0.02 or low == -math.inf
        assert high - y.max() < 0.02 or high == math.inf


@pytest.mark.parametrize("chosen", CHOICES.values(), ids=list(CHOICES))
def test_the_widths_are_as_said(chosen):
    entry, numbers = chosen.entry, chosen.numbers
    width = width_for(chosen)
    y = apply(chosen, torch.zeros(2, 3, width))
    assert y.shape == (2, 3, entry.gives(width, numbers) if entry.gives else width)
    assert entry.takes is None or entry.gives is not None
    if entry.takes:
        assert entry.takes(y.shape[-1], numbers) == width


def test_probabilities_sum_to_one():
    for name in ("softmax", "softmin"):
        y = ACTIVATIONS(name)(points_of(ACTIVATIONS(name)))
        torch.testing.assert_close(y.sum(-1), torch.ones_like(y[..., 0]))
    for choice in ("log_softmax", "adaptive_log_softmax(head=3, clusters=[2, 5])"):
        chosen = ACTIVATIONS(choice)
        y = chosen(points_of(chosen))
        torch.testing.assert_close(y.exp().sum(-1), torch.ones_like(y[..., 0]))


def test_increasing_outputs_never_cross():
    y = ACTIVATIONS("increasing")(torch.randn(200, 9) * 50)
    assert (y.diff(dim=-1) >= 0).all()


# Words.


def test_a_wrong_name_gets_the_nearest():
    with pytest.raises(UnknownNameError, match=r"no activation 'leaky_rely'\. Did you mean 'leaky_relu'\?"):
        ACTIVATIONS("leaky_rely")


def test_a_number_out_of_range_gets_its_range():
    with pytest.raises(UsageError, match=r"leaky_relu needs 0 ≤ slope ≤ 1, found leaky_relu\(slope=2\)"):
        ACTIVATIONS("leaky_relu(slope=2)")


@pytest.mark.parametrize("choice", ["rrelu(low=0.5, high=0.2)", "hard_tanh(low=2)", "srelu(lower=3)"])
def test_a_lower_bound_above_the_upper_one_is_refused(choice):
    with pytest.raises(UsageError, match=r"needs (low|lower) ≤ (high|upper), found low"):
        ACTIVATIONS(choice)


@pytest.mark.parametrize(("choice", "width"), [("glu", 7), ("maxout(pieces=3)", 8), ("adaptive_log_softmax", 9)])
def test_a_width_that_does_not_divide_is_refused(choice, width):
    with pytest.raises(UsageError, match=r"(values do not divide by|takes 5 scores, found 9)"):
        ACTIVATIONS(choice)(torch.zeros(width))


def test_random_slopes_are_at_their_mean_when_looked_at():
    assert ACTIVATIONS("rrelu(low=0.1, high=0.3)")(-2.0).item() == pytest.approx(-0.4)


def test_numbers_and_arrays_are_taken_as_well():
    assert ACTIVATIONS("relu")([-1, 2]).tolist() == [0.0, 2.0]
    assert ACTIVATIONS("relu").derivative(3).item() == 1.0
