"""Law 3: our stacked update rules are torch.optim's."""

import numpy as np
import pytest
import torch
from families import random_network, random_parameters

from pellucid.errors import UnknownNameError
from pellucid.optimizers import SCHEDULES, SGD, Adam, Hyper, factors, find_optimizer
from pellucid.records import Recipe

STEPS = 200

# (our rule, its numbers, torch's rule, its numbers)
PAIRS = {
    "sgd": (SGD, {}, torch.optim.SGD, {}),
    "sgd with l2": (SGD, {"l2": 0.05}, torch.optim.SGD, {"weight_decay": 0.05}),
    "momentum": (SGD, {"momentum": 0.9}, torch.optim.SGD, {"momentum": 0.9}),
    "nesterov": (
        SGD,
        {"momentum": 0.8, "nesterov": True, "l2": 0.01},
        torch.optim.SGD,
        {"momentum": 0.8, "nesterov": True, "weight_decay": 0.01},
    ),
    "adam": (Adam, {}, torch.optim.Adam, {}),
    "adam with l2": (Adam, {"l2": 0.05}, torch.optim.Adam, {"weight_decay": 0.05}),
    "adamw": (Adam, {"weight_decay": 0.1}, torch.optim.AdamW, {"weight_decay": 0.1}),
    "adamw, other betas": (
        Adam,
        {"weight_decay": 0.1, "beta1": 0.8, "beta2": 0.95, "eps": 1e-6},
        torch.optim.AdamW,
        {"weight_decay": 0.1, "betas": (0.8, 0.95), "eps": 1e-6},
    ),
}

DEFAULTS = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "momentum": 0.0, "weight_decay": 0.0, "l2": 0.0}


def hyper(rates, **numbers):
    nesterov = numbers.pop("nesterov", False)
    return Hyper(
        np.asarray(rates, dtype=np.float64),
        **{name: np.full(len(rates), value) for name, value in (DEFAULTS | numbers).items()},
        nesterov=nesterov,
        uniform=len(set(rates)) == 1,
    )


def gradient_at(view, step):
    """Some gradient that depends on the parameter, so that errors would grow."""
    return torch.sin(3 * view + 0.1 * step) + 0.2 * view


@pytest.mark.parametrize("rates", [(0.01, 0.01, 0.01), (0.001, 0.1, 0.03)], ids=["equal rates", "own rates"])
@pytest.mark.parametrize("pair", PAIRS)
def test_a_stacked_rule_is_torchs_for_200_steps(pair, rates):
    """float64, every member at its own learning rate, within 1e-9."""
    rule, numbers, twin, twin_numbers = PAIRS[pair]
    network = random_network(Recipe(hidden=(5,)), numeric=3, outputs=2)
    parameters = random_parameters(network, len(rates), seed=1)
    # One group: torch's rule decays everything alike.
    parameters.groups = [type(g)(g.names, 1.0, True) for g in parameters.groups]
    twins = [
        {name: view[m].clone().requires_grad_() for name, view in parameters.views.items()} for m in range(len(rates))
    ]
    torch_rules = [
        twin(list(leaves.values()), lr=rate, **twin_numbers) for leaves, rate in zip(twins, rates, strict=True)
    ]
    own, gradients = rule(parameters), parameters.like()
    for step in range(STEPS):
        for name, view in parameters.views.items():
            gradients.views[name].copy_(gradient_at(view, step))
        own.update(parameters, gradients, hyper(rates, **numbers))
        for leaves, torch_rule in zip(twins, torch_rules, strict=True):
            for leaf in leaves.values():
                leaf.grad = gradient_at(leaf.detach(), step)
            torch_rule.step()
    for m, leaves in enumerate(twins):
        for name, leaf in leaves.items():
            torch.testing.assert_close(parameters.views[name][m], leaf.detach(), rtol=0, atol=1e-9)


def test_adam_in_one_pass_is_adam_element_by_element():
    """The fused kernel that large members use and the nine-pass form agree to float32 rounding."""
    network = random_network(Recipe(hidden=(64, 64)), numeric=10, outputs=2)
    large = random_parameters(network, 2, seed=2, dtype=torch.float32)
    twin = random_parameters(network, 2, seed=2, dtype=torch.float32)
    one_pass, nine_passes = Adam(large), Adam(twin)
    assert one_pass.in_one_pass
    nine_passes.in_one_pass = False
    for step in range(50):
        for tensors, rule in ((large, one_pass), (twin, nine_passes)):
            gradients = tensors.like()
            for name, view in tensors.views.items():
                gradients.views[name].copy_(gradient_at(view, step))
            rule.update(tensors, gradients, hyper((0.01, 0.002), weight_decay=0.1, l2=0.01, beta2=0.95))
    for name, view in large.views.items():
        torch.testing.assert_close(view, twin.views[name], rtol=1e-4, atol=1e-5)


def test_biases_are_spared_where_a_group_does_not_decay():
    network = random_network(Recipe(hidden=(5,)), numeric=3, outputs=2)
    parameters = random_parameters(network, 1, seed=1)
    before = parameters.arrays(0)
    Adam(parameters).update(parameters, parameters.like(), hyper((0.1,), weight_decay=0.5))
    after = parameters.arrays(0)
    np.testing.assert_allclose(after["1.weight"], before["1.weight"] * 0.95, rtol=1e-12)
    np.testing.assert_array_equal(after["1.bias"], before["1.bias"])


def test_cosine_is_torchs():
    parameter = torch.nn.Parameter(torch.zeros(1))
    rule = torch.optim.SGD([parameter], lr=1.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(rule, T_max=40)
    expected = []
    for _ in range(40):
        expected.append(rule.param_groups[0]["lr"])
        rule.step()
        schedule.step()
    np.testing.assert_allclose(factors("cosine", np.arange(40) / 40), expected, atol=1e-12)


def test_cyclic_has_four_cycles_that_end_at_zero():
    t = np.linspace(0, 1, 100_001)
    values = factors("cyclic", t)
    assert values[0] == values[-1] == pytest.approx(0, abs=1e-12)
    peaks = np.flatnonzero((values[1:-1] > values[:-2]) & (values[1:-1] >= values[2:]))
    assert len(peaks) == 4
    np.testing.assert_allclose(np.log2(1 + 15 * t[peaks + 1]), [0.5, 1.5, 2.5, 3.5], atol=1e-3)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_factors_lie_between_0_and_1(schedule):
    values = factors(schedule, np.linspace(0, 0.999, 1000))
    assert values.min() >= 0
    assert values.max() <= 1 + 1e-12


def test_wrong_names_offer_the_nearest():
    with pytest.raises(UnknownNameError, match=r"no schedule 'cosin'. Did you mean 'cosine'\?"):
        factors("cosin", np.zeros(1))
    with pytest.raises(UnknownNameError, match=r"no optimizer 'adamm'. Did you mean 'adam(w)?'"):
        find_optimizer("adamm")
