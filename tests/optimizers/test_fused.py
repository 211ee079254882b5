"""Adam in one pass over memory: the same bits whatever differs beside a member, and torch's AdamW."""

import numpy as np
import pytest
import torch

from pellucid.networks.layout import Group, ParameterSpec, Tensors
from pellucid.optimizers import OPTIMIZERS, Hyper, StackOptimizer

# Sizes of 16 to 4,096 values, so that whole vectors, single ones and unrolled loops are all met.
SPECS = [
    ParameterSpec("0.weight", (32, 64), (30, 64), (30, 64), "weight"),
    ParameterSpec("0.bias", (1, 64), (1, 64), (64,), "bias"),
    ParameterSpec("1.weight", (64, 64), (64, 64), (64, 64), "weight"),
    ParameterSpec("1.bias", (1, 16), (1, 5), (5,), "bias"),
    ParameterSpec("2.mean", (1, 16), (1, 5), (5,), "statistic"),
]
GROUPS = (
    Group(("0.weight", "1.weight"), 1.0, True),
    Group(("0.bias", "1.bias"), 0.5, False),
    Group(("2.mean",), 1.0, False, trained=False),
)
STEPS = 12
FIRST = "adamw(lr=0.01, weight_decay=0.1)"


def start(choices, seeds):
    """A stack's optimizer and parameters; a member's values follow from its seed."""
    parameters = Tensors(SPECS, GROUPS, len(choices), dtype=torch.float32)
    for place, seed in enumerate(seeds):
        draw = np.random.default_rng(seed)
        parameters.load(place, {spec.name: draw.normal(size=spec.file_shape) for spec in SPECS})
    return StackOptimizer([OPTIMIZERS(choice) for choice in choices], parameters), parameters


def write(gradients, seeds, ages):
    for place, (seed, age) in enumerate(zip(seeds, ages, strict=True)):
        draw = np.random.default_rng((seed, age))
        gradients.load(place, {spec.name: draw.normal(size=spec.file_shape) ** 3 for spec in SPECS})


def run(choices, seeds=None, ages=None, steps=STEPS, rates=lambda age: 1.0):
    """Parameters after so many steps of an epoch; members that are to be older have made steps alone before."""
    seeds = list(range(len(choices))) if seeds is None else seeds
    ages = [0] * len(choices) if ages is None else list(ages)
    parts = []
    for choice, seed, age in zip(choices, seeds, ages, strict=True):
        rule, parameters = start([choice], [seed])
        if age:
            train(rule, parameters, [seed], [0], age, rates)
        parts.append((rule, parameters))
    rule = StackOptimizer.join([part[0] for part in parts])
    parameters = Tensors.join([part[1] for part in parts])
    train(rule, parameters, seeds, ages, steps, rates)
    return parameters.arrays()


def train(rule, parameters, seeds, ages, steps, rates):
    gradients = parameters.like()
    table = np.array(
        [
            [one.numbers["lr"] * rates(age + step) for one, age in zip(rule.chosen, ages, strict=True)]
            for step in range(steps)
        ]
    )
    epoch = rule.begin(parameters, gradients, {"lr": table})
    for step in range(steps):
        write(gradients, seeds, [age + step for age in ages])
        epoch.step(step)


COMPANIES = {
    "its equals": [FIRST, FIRST, FIRST],
    "another rate": [FIRST, "adamw(lr=0.02, weight_decay=0.1)"],
    "another decay": [FIRST, "adamw(lr=0.01, weight_decay=0.3)", FIRST],
    "no decay": [FIRST, "adamw(lr=0.01, weight_decay=0)"],
    "another beta1": [FIRST, "adamw(lr=0.01, weight_decay=0.1, beta1=0.5)", FIRST],
    "another beta2": [FIRST, "adamw(lr=0.01, weight_decay=0.1, beta2=0.5)"],
    "another eps": [FIRST, "adamw(lr=0.01, weight_decay=0.1, eps=0.1)"],
    "another rule": [FIRST, "lion", "sgd(lr=0.1)"],
    "amsgrad": [FIRST, "adamw(amsgrad=true)"],
    "all that": [FIRST, "adam(beta1=0.3)", "adamw(beta2=0.9, eps=1e-4)", FIRST, "adamw(lr=0.3, beta1=0.3)", "lion"],
}


@pytest.mark.parametrize("company", COMPANIES)
def test_a_member_has_the_same_bits_beside(company):
    choices = COMPANIES[company]
    alone = {member: run([choice], [member]) for member, choice in enumerate(choices)}
    for order in (range(len(choices)), range(len(choices))[::-1]):
        found = run([choices[member] for member in order], list(order))
        for place, member in enumerate(order):
            for name, expected in alone[member].items():
                assert np.array_equal(found[name][place], expected[0]), (choices[member], name)


@pytest.mark.parametrize("ages", [(5, 5, 0, 0), (0, 5, 0, 5), (1, 2, 3, 4)])
def test_a_member_has_the_same_bits_beside_members_of_other_ages(ages):
    choices = [FIRST, FIRST, "adamw(lr=0.02, beta2=0.9)", "adamw(lr=0.02, beta2=0.9)"]
    found = run(choices, ages=ages, rates=lambda age: 1 - 0.02 * age)
    for member, age in enumerate(ages):
        alone = run([choices[member]], [member], steps=age + STEPS, rates=lambda age: 1 - 0.02 * age)
        for name, expected in alone.items():
            assert np.array_equal(found[name][member], expected[0]), name


@pytest.mark.parametrize("then", ["the same", "other rates", "rates that differ", "another beta1", "a decay"])
def test_an_epoch_that_takes_up_the_one_before_is_as_one_made_anew(then):
    tables = {"lr": np.full((STEPS, 3), 0.01)}
    others = {
        "the same": {},
        "other rates": {"lr": np.full((STEPS, 3), 0.02)},
        "rates that differ": {"lr": np.tile([0.01, 0.02, 0.03], (STEPS, 1))},
        "another beta1": {"beta1": np.tile([0.5, 0.9, 0.9], (STEPS, 1))},
        "a decay": {"weight_decay": np.full((STEPS, 3), 0.5)},
    }
    found = []
    for takes_up in (True, False):
        rule, parameters = start(["adamw(lr=0.01, weight_decay=0)"] * 3, range(3))
        gradients, kept = parameters.like(), []
        for number, more in enumerate([{}, others[then], {}]):
            epoch = rule.begin(parameters, gradients, tables | more)
            kept = [epoch] if takes_up else []
            for step in range(STEPS):
                write(gradients, range(3), [number * STEPS + step] * 3)
                epoch.step(step)
            if not takes_up:
                del epoch
                assert not kept
        found.append(parameters.arrays() | rule.state())
    for name, array in found[0].items():
        assert np.array_equal(array, found[1][name]), name


def test_a_member_that_diverges_takes_nobody_along():
    choices = [FIRST, FIRST, "adamw(lr=0.03)"]
    expected = run(choices)
    for broken in (np.inf, -np.inf, np.nan, 3e38):
        rule, parameters = start(choices, range(3))
        gradients = parameters.like()
        epoch = rule.begin(parameters, gradients, {"lr": np.tile([0.01, 0.01, 0.03], (STEPS, 1))})
        for step in range(STEPS):
            write(gradients, range(3), [step] * 3)
            for view in gradients.views.values():
                view[1] = broken
            epoch.step(step)
        found = parameters.arrays()
        for name in found:
            assert np.array_equal(found[name][[0, 2]], expected[name][[0, 2]]), (broken, name)


def test_what_is_not_trained_and_padding_stay_as_they_are():
    rule, parameters = start([FIRST, "adamw"], range(2))
    before = parameters.views["2.mean"].clone()
    train(rule, parameters, range(2), [0, 0], STEPS, lambda age: 1.0)
    assert torch.equal(parameters.views["2.mean"], before)
    assert not parameters.views["0.weight"][:, 30:].any() and not parameters.views["1.bias"][:, :, 5:].any()


@pytest.mark.parametrize("amsgrad", [False, True])
def test_in_float32_it_is_torchs_adamw_for_200_steps(amsgrad):
    """Within a few units in the last place of float32 a step, where gradients are as small as ε too."""
    flag = str(amsgrad).lower()
    numbers = [
        {"lr": 0.01, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01},
        {"lr": 0.003, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.3},
    ]
    choices = [
        f"adamw(lr={n['lr']}, beta1={n['betas'][0]}, beta2={n['betas'][1]}, eps={n['eps']}, "
        f"weight_decay={n['weight_decay']}, amsgrad={flag})"
        for n in numbers
    ]
    rule, parameters = start(choices, range(2))
    sizes = torch.logspace(-10, 1, 64)
    twins = []
    for member, own in enumerate(numbers):
        leaf = parameters.views["1.weight"][member].clone().requires_grad_()
        twins.append((leaf, torch.optim.AdamW([leaf], **own, amsgrad=amsgrad)))
    gradients = parameters.like()
    for step in range(200):
        write(gradients, range(2), [step, step])
        gradients.views["1.weight"].mul_(sizes)
        for member, (leaf, twin) in enumerate(twins):
            leaf.grad = gradients.views["1.weight"][member].clone()
            twin.step()
        rule.update(parameters, gradients, Hyper({}))
    for member, (leaf, _) in enumerate(twins):
        found = parameters.views["1.weight"][member]
        torch.testing.assert_close(found, leaf.detach(), rtol=2e-6, atol=3e-6)
