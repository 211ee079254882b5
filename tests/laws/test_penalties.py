"""Laws of the whole registry of penalties: gradients, projections, company, and which parameters are looked at."""

import numpy as np
import pytest
import torch

from pellucid.errors import UsageError
from pellucid.networks import Tensors, group_parameters
from pellucid.networks.layout import ParameterSpec, padded
from pellucid.objectives.penalties import (
    PENALTIES,
    StackPenalties,
    read_penalties,
    touched,
)

DESIGN = (
    "l1",
    "l2",
    "elastic_net",
    "weight_decay",
    "dropout",
    "batch_norm",
    "layer_norm",
    "label_smoothing",
    "early_stopping",
    "max_norm",
    "gradient_noise",
    "input_noise",
)
ADDED = [entry.name for entry in PENALTIES if entry.parts]
LIMITED = [entry.name for entry in PENALTIES if entry.limit]
ELSEWHERE = [entry.name for entry in PENALTIES if not entry.is_penalty]
VALUES = np.array([-3.0, -0.5, -1e-3, 1e-3, 0.25, 2.0])


def _linear(number: int, inputs: int, outputs: int) -> list[ParameterSpec]:
    wide = padded(outputs)
    return [
        ParameterSpec(
            f"{number}.weight", (padded(inputs), wide), (inputs, outputs), (inputs, outputs), "weight", fan_in=inputs
        ),
        ParameterSpec(f"{number}.bias", (1, wide), (1, outputs), (outputs,), "bias", fan_in=inputs),
    ]


# An embedding, three linear layers, a norm with its statistics.
SPECS = [
    ParameterSpec("0.category.0", (16, 3), (5, 3), (5, 3), "category"),
    *_linear(1, 7, 20),
    ParameterSpec("2.scale", (1, 32), (1, 20), (20,), "scale"),
    ParameterSpec("2.mean", (1, 32), (1, 20), (20,), "statistic"),
    *_linear(4, 20, 33),
    *_linear(7, 33, 2),
]
MIXTURE = [
    "l2(strength=0.1, on=all)",
    "",
    "l1(strength=0.03) + l2(strength=0.2, on=last)",
    "max_norm(limit=0.5) + l2(strength=0.01)",
    "l2(strength=0.01) + max_norm(limit=0.5)",
    "",
    "elastic_net(strength=0.3, l1_share=0.25, on=hidden) + l1(strength=0.1, on=biases)",
    "max_norm(limit=1, on=first) + max_norm(limit=0.2) + l2(strength=0.001, on=embeddings)",
    "activity_l1(strength=0.5)",
    "l2(strength=0.1, on=all)",
]


def tensors(seeds: list[int], *, dtype: torch.dtype = torch.float32, decay_all: bool = True) -> Tensors:
    """Each member's own random values in the used corners; a few of them −0."""
    groups = group_parameters(SPECS, lr_factors={"bias": 0.5}, width_scaled=False, decay_all=decay_all)
    made = Tensors(SPECS, groups, len(seeds), dtype=dtype)
    for member, seed in enumerate(seeds):
        draw = np.random.default_rng(seed)
        arrays = {spec.name: draw.normal(size=spec.file_shape) for spec in SPECS}
        for array in arrays.values():
            array[np.abs(array) < 0.1] = -0.0
        made.load(member, arrays)
    return made


def stack(texts: list[str]) -> StackPenalties:
    return StackPenalties([read_penalties(text) for text in texts], SPECS)


def bits(held: Tensors, member: int) -> dict[str, bytes]:
    return {name: view[member].numpy().tobytes() for name, view in held.views.items()}


def test_every_word_of_the_design_is_registered() -> None:
    assert [name for name in DESIGN if name not in PENALTIES.names()] == []


@pytest.mark.parametrize("name", ADDED)
@pytest.mark.parametrize("numbers", [{}, {"strength": 0.7}, {"strength": 0.0}])
def test_a_gradient_is_the_central_difference_of_the_value(name: str, numbers: dict[str, float]) -> None:
    penalty, step = PENALTIES(name, **numbers), 1e-6
    slope = (penalty.value(VALUES + step) - penalty.value(VALUES - step)) / (2 * step)
    np.testing.assert_allclose(penalty.gradient(VALUES), slope, rtol=1e-7, atol=1e-10)
    assert penalty.gradient([0.0]).item() == 0.0
    assert (penalty.value(VALUES) >= 0).all()


@pytest.mark.parametrize("name", ADDED)
def test_the_gradient_of_a_stacks_values_is_what_it_adds(name: str) -> None:
    """Central differences of ``values`` along one random direction in all parameters, in float64."""
    penalties = stack([f"{name}(strength=0.3, on={word})" for word in ("all", "weights", "first", "biases")])
    held = tensors([1, 2, 3, 4], dtype=torch.float64)
    added = held.like()
    penalties.add_gradients(held, added)
    step, direction = 1e-6, tensors([5, 6, 7, 8], dtype=torch.float64)
    expected = sum((added.views[n] * direction.views[n]).flatten(1).sum(1) for n in held.views)
    sides = []
    for sign in (1.0, -1.0):
        moved = held.take(range(4))
        for key, view in moved.views.items():
            # l1 has a kink at 0: those values stay where they are.
            view.add_(torch.where(held.views[key] == 0, 0.0, direction.views[key]), alpha=sign * step)
        sides.append(penalties.values(moved))
    for key in held.views:
        there = held.views[key] != 0
        expected = expected - (added.views[key] * direction.views[key] * ~there).flatten(1).sum(1)
    np.testing.assert_allclose((sides[0] - sides[1]) / (2 * step), expected, rtol=1e-7)
    assert (penalties.values(held) > 0).all()


def test_l2_is_torchs_weight_decay_and_elastic_net_is_scikit_learns() -> None:
    parameter = torch.nn.Parameter(torch.tensor(VALUES))
    rule = torch.optim.SGD([parameter], lr=1.0, weight_decay=0.3)
    parameter.grad = torch.zeros_like(parameter)
    rule.step()
    np.testing.assert_allclose(VALUES - PENALTIES("l2(strength=0.3)").gradient(VALUES).numpy(), parameter.detach())
    # scikit-learn: α·ρ·|w| + ½·α·(1 − ρ)·w²
    mixed = PENALTIES("elastic_net(strength=0.4, l1_share=0.3)")
    np.testing.assert_allclose(mixed.value(VALUES), 0.4 * 0.3 * np.abs(VALUES) + 0.5 * 0.4 * 0.7 * VALUES**2)


def test_a_projection_holds_the_norm_of_incoming_weights_and_leaves_short_ones_alone() -> None:
    held = tensors([1, 2, 3])
    before = held.take(range(3))
    stack(["max_norm(limit=2.5)", "", "max_norm(limit=0.5, on=last)"]).project(held)
    for member, (names, limit) in {0: (("1.weight", "4.weight", "7.weight"), 2.5), 2: (("7.weight",), 0.5)}.items():
        shorter = 0
        for name in names:
            old, new = before.views[name][member].double(), held.views[name][member].double()
            norms = old.norm(dim=0)
            assert new.norm(dim=0).max() <= limit * (1 + 1e-6)
            assert torch.equal(new[:, norms <= limit], old[:, norms <= limit])
            # Same direction: torch.renorm over units.
            expected = torch.renorm(old.T, 2, 0, limit).T
            torch.testing.assert_close(new, expected, rtol=2e-6, atol=1e-7)
            shorter += int((norms > limit).sum())
        assert shorter
    assert bits(held, 1) == bits(before, 1)
    assert torch.equal(held.views["1.weight"][2], before.views["1.weight"][2])


@pytest.mark.parametrize("order", [range(len(MIXTURE)), [9, 2, 7, 0, 4, 4, 1], [3, 0, 9]])
@pytest.mark.parametrize("decay_all", [True, False])
def test_a_member_gets_the_bits_that_it_gets_alone(order, decay_all: bool) -> None:
    texts = [MIXTURE[number] for number in order]
    seeds = list(range(len(texts)))
    held, gradients = tensors(seeds, decay_all=decay_all), tensors([s + 100 for s in seeds], decay_all=decay_all)
    penalties = stack(texts)
    values = penalties.values(held)
    penalties.add_gradients(held, gradients)
    penalties.project(held)
    for member, (text, seed) in enumerate(zip(texts, seeds, strict=True)):
        own, own_gradient = tensors([seed]), tensors([seed + 100])
        alone = stack([text])
        assert alone.values(own).tobytes() == values[member : member + 1].tobytes()
        alone.add_gradients(own, own_gradient)
        alone.project(own)
        assert bits(own_gradient, 0) == bits(gradients, member)
        assert bits(own, 0) == bits(held, member)


@pytest.mark.parametrize("text", ["l2(strength=0.1, on=all)", "l2(strength=0.1)", "elastic_net(on=all)", MIXTURE[6]])
def test_whole_buffers_slices_and_single_parameters_give_the_same_bits(text: str) -> None:
    """Agreement of all members takes whole buffers; a slice has none; disagreement goes parameter by parameter."""
    held, gradients = tensors([1, 2, 3]), tensors([4, 5, 6])
    parts = gradients.take(range(3))
    company = tensors([4, 5, 6, 7])
    stack([text] * 3).add_gradients(held, gradients)
    if hasattr(parts, "slice"):
        stack([text] * 3).add_gradients(held.slice(0, 3), parts.slice(0, 3))
        assert [bits(parts, member) for member in range(3)] == [bits(gradients, member) for member in range(3)]
    stack([text, text, text, "l2(strength=7, on=last)"]).add_gradients(tensors([1, 2, 3, 8]), company)
    assert [bits(company, member) for member in range(3)] == [bits(gradients, member) for member in range(3)]


def test_penalties_on_one_parameter_add_up() -> None:
    held, gradients = tensors([1], dtype=torch.float64), tensors([1], dtype=torch.float64).like()
    stack(["l2(strength=0.5) + l2(strength=0.25, on=last) + elastic_net(strength=1, l1_share=0.5)"]).add_gradients(
        held, gradients
    )
    first, last = held.views["1.weight"], held.views["7.weight"]
    torch.testing.assert_close(gradients.views["1.weight"], 1.0 * first + 0.5 * first.sign(), rtol=1e-14, atol=0)
    torch.testing.assert_close(gradients.views["7.weight"], 1.25 * last + 0.5 * last.sign(), rtol=1e-14, atol=0)


def test_taking_members_takes_their_penalties() -> None:
    chosen = [6, 2, 0]
    held, all_held = tensors(chosen), tensors(list(range(len(MIXTURE))))
    gradients, all_gradients = tensors([1, 1, 1]), tensors([1] * len(MIXTURE))
    stack(MIXTURE).take(chosen).add_gradients(held, gradients)
    stack(MIXTURE).add_gradients(all_held, all_gradients)
    assert [bits(gradients, place) for place in range(3)] == [bits(all_gradients, member) for member in chosen]
    np.testing.assert_array_equal(stack(MIXTURE).take([8, 0]).activity, [0.5, 0.0])


def test_without_penalties_nothing_is_touched() -> None:
    nothing = stack(["", "activity_l1", "l2(strength=0)"])
    held, gradients = tensors([1, 2, 3]), tensors([4, 5, 6])
    before = [bits(gradients, member) for member in range(3)]
    nothing.add_gradients(held, gradients)
    assert nothing.empty
    assert [bits(gradients, member) for member in range(3)] == before
    assert nothing.values(held).tolist() == [0.0, 0.0, 0.0]
    np.testing.assert_array_equal(nothing.activity, [0.0, 1e-3, 0.0])
    assert not stack(["max_norm"]).empty


def test_padding_and_statistics_stay_as_they_are() -> None:
    held, gradients = tensors([1]), tensors([2]).like()
    penalties = stack(["l1(on=all) + l2(strength=2, on=all) + max_norm(limit=0.01)"])
    penalties.add_gradients(held, gradients)
    penalties.project(held)
    for spec in SPECS:
        for each in (held, gradients):
            view = each.views[spec.name][0].clone()
            view[tuple(slice(0, length) for length in spec.true_shape)] = 0.0
            assert not view.any(), spec.name
    assert not gradients.views["2.mean"].any()


@pytest.mark.parametrize(
    ("on", "names"),
    [
        ("weights", ["1.weight", "4.weight", "7.weight"]),
        ("all", [spec.name for spec in SPECS if spec.kind != "statistic"]),
        ("biases", ["1.bias", "4.bias", "7.bias"]),
        ("embeddings", ["0.category.0"]),
        ("first", ["1.weight"]),
        ("hidden", ["1.weight", "4.weight"]),
        ("last", ["7.weight"]),
    ],
)
def test_on_says_which_parameters_are_looked_at(on: str, names: list[str]) -> None:
    assert list(touched(PENALTIES("l2", on=on), SPECS)) == names
    held, gradients = tensors([3]), tensors([3]).like()
    stack([f"l1(on={on})"]).add_gradients(held, gradients)
    assert [spec.name for spec in SPECS if gradients.views[spec.name].any()] == names


@pytest.mark.parametrize(
    ("text", "specs", "sentence"),
    [
        (
            "l1(on=hidden)",
            _linear(1, 4, 2),
            r"l1\(on=hidden\) looks at the weights into hidden units, and this network",
        ),
        (
            "l2(on=embeddings)",
            _linear(1, 4, 2),
            r"embeddings of categories, and this network has none\. Choose another",
        ),
    ],
)
def test_a_penalty_that_would_look_at_nothing_is_refused(text: str, specs, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        StackPenalties([read_penalties(text)], specs)


def test_every_kind_of_penalty_is_looked_at_here() -> None:
    kinds = {*ADDED, *LIMITED, *ELSEWHERE, "activity_l1"}
    assert kinds == set(PENALTIES.names())
    assert LIMITED == ["max_norm"]
