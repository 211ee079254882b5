"""Law 3: our stacked update rules are torch.optim's, or their papers'."""

import numpy as np
import pytest
import torch
from made_up_stacks import BY_KIND, SPECS, TRAINED, corner, looked_up, stack, write_gradients
from optimizer_references import (
    AveragedTwin,
    Lion,
    MuonTwin,
    ScheduleFree,
    SearchingTwin,
    SparseTwin,
    TorchTwin,
)

from pellucid.optimizers import OPTIMIZERS, Hyper, StackOptimizer, adam

STEPS = 200
optim = torch.optim


def searching(*, lr, trials):
    wolfe = {"line_search_fn": "strong_wolfe", "history_size": 4}
    return SearchingTwin(optim.LBFGS, lr=lr, max_iter=1, max_eval=trials + 1, **wolfe)


# Rule → members of one stack: (our choice, its twin). Members differ in numbers and in structure.
TWINS = {
    "gradient_descent": [
        ("sgd", TorchTwin(optim.SGD)),
        ("sgd(lr=0.1)", TorchTwin(optim.SGD, lr=0.1)),
        ("sgd(lr=0.03, momentum=0.9)", TorchTwin(optim.SGD, lr=0.03, momentum=0.9)),
        ("sgd(lr=0.03, momentum=0.7, dampening=0.4)", TorchTwin(optim.SGD, lr=0.03, momentum=0.7, dampening=0.4)),
        ("sgd(lr=0.02, momentum=0.8, nesterov=true)", TorchTwin(optim.SGD, lr=0.02, momentum=0.8, nesterov=True)),
    ],
    "momentum": [
        ("momentum", TorchTwin(optim.SGD, momentum=0.9)),
        ("momentum(lr=0.05, momentum=0.5)", TorchTwin(optim.SGD, lr=0.05, momentum=0.5)),
        ("momentum(lr=0.05, dampening=0.5)", TorchTwin(optim.SGD, lr=0.05, momentum=0.9, dampening=0.5)),
    ],
    "nesterov": [
        ("nesterov", TorchTwin(optim.SGD, momentum=0.9, nesterov=True)),
        ("nesterov(lr=0.05, momentum=0.5)", TorchTwin(optim.SGD, lr=0.05, momentum=0.5, nesterov=True)),
    ],
    "adagrad": [
        ("adagrad", TorchTwin(optim.Adagrad)),
        (
            "adagrad(lr=0.1, lr_decay=0.02, initial=0.5, eps=1e-6)",
            TorchTwin(optim.Adagrad, lr=0.1, lr_decay=0.02, initial_accumulator_value=0.5, eps=1e-6),
        ),
    ],
    "adadelta": [
        ("adadelta", TorchTwin(optim.Adadelta)),
        ("adadelta(lr=0.3, rho=0.8, eps=1e-4)", TorchTwin(optim.Adadelta, lr=0.3, rho=0.8, eps=1e-4)),
    ],
    "rmsprop": [
        ("rmsprop", TorchTwin(optim.RMSprop)),
        (
            "rmsprop(lr=0.003, alpha=0.9, eps=1e-5, momentum=0.6)",
            TorchTwin(optim.RMSprop, lr=0.003, alpha=0.9, eps=1e-5, momentum=0.6),
        ),
        (
            "rmsprop(lr=0.001, momentum=0.5, centered=true)",
            TorchTwin(optim.RMSprop, lr=0.001, momentum=0.5, centered=True),
        ),
    ],
    "adam": [
        ("adam", TorchTwin(optim.Adam)),
        (
            "adam(lr=0.05, beta1=0.8, beta2=0.95, eps=1e-6)",
            TorchTwin(optim.Adam, lr=0.05, betas=(0.8, 0.95), eps=1e-6),
        ),
        ("adam(lr=0.01, amsgrad=true)", TorchTwin(optim.Adam, lr=0.01, amsgrad=True)),
    ],
    "adamw": [
        ("adamw", TorchTwin(optim.AdamW)),
        (
            "adamw(lr=0.03, beta1=0.7, beta2=0.99, eps=1e-5, weight_decay=0.2)",
            TorchTwin(optim.AdamW, lr=0.03, betas=(0.7, 0.99), eps=1e-5, weight_decay=0.2),
        ),
    ],
    "adamax": [
        ("adamax", TorchTwin(optim.Adamax)),
        (
            "adamax(lr=0.02, beta1=0.8, beta2=0.9, eps=1e-6)",
            TorchTwin(optim.Adamax, lr=0.02, betas=(0.8, 0.9), eps=1e-6),
        ),
    ],
    "nadam": [
        ("nadam", TorchTwin(optim.NAdam)),
        (
            "nadam(lr=0.02, beta1=0.8, beta2=0.95, eps=1e-6, momentum_decay=0.05, weight_decay=0.1)",
            TorchTwin(
                optim.NAdam,
                lr=0.02,
                betas=(0.8, 0.95),
                eps=1e-6,
                momentum_decay=0.05,
                weight_decay=0.1,
                decoupled_weight_decay=True,
            ),
        ),
    ],
    "radam": [
        ("radam", TorchTwin(optim.RAdam)),
        (
            "radam(lr=0.02, beta1=0.8, beta2=0.95, eps=1e-6, weight_decay=0.1)",
            TorchTwin(optim.RAdam, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1, decoupled_weight_decay=True),
        ),
        ("radam(lr=0.01, beta2=0.5)", TorchTwin(optim.RAdam, lr=0.01, betas=(0.9, 0.5))),
    ],
    "asgd": [
        ("asgd", AveragedTwin(optim.ASGD)),
        (
            "asgd(lr=0.1, alpha=0.6, t0=50, weight_decay=0.03)",
            AveragedTwin(optim.ASGD, lr=0.1, alpha=0.6, t0=50, lambd=0.03),
        ),
    ],
    "rprop": [
        ("rprop", TorchTwin(optim.Rprop)),
        (
            "rprop(lr=0.1, eta_minus=0.4, eta_plus=1.3, step_min=1e-4, step_max=0.2)",
            TorchTwin(optim.Rprop, lr=0.1, etas=(0.4, 1.3), step_sizes=(1e-4, 0.2)),
        ),
    ],
    "lbfgs": [
        ("lbfgs(lr=0.1, history=12)", SearchingTwin(optim.LBFGS, lr=0.1, max_iter=1, history_size=12)),
        ("lbfgs(lr=0.3, history=12)", SearchingTwin(optim.LBFGS, lr=0.3, max_iter=1, history_size=12)),
        ("lbfgs(line_search=strong_wolfe, history=4)", searching(lr=1, trials=25)),
        ("lbfgs(lr=20, line_search=strong_wolfe, history=4, trials=6)", searching(lr=20, trials=6)),
        ("lbfgs(lr=0.05, line_search=strong_wolfe, history=4, trials=3)", searching(lr=0.05, trials=3)),
    ],
    "sparse_adam": [
        ("sparse_adam", SparseTwin(optim.SparseAdam)),
        (
            "sparse_adam(lr=0.03, beta1=0.8, beta2=0.95, eps=1e-6)",
            SparseTwin(optim.SparseAdam, lr=0.03, betas=(0.8, 0.95), eps=1e-6),
        ),
    ],
    "lion": [
        ("lion", Lion(lr=1e-4)),
        ("lion(lr=0.01, beta1=0.8, beta2=0.95, weight_decay=0.1)", Lion(lr=0.01, beta1=0.8, beta2=0.95, decay=0.1)),
    ],
    "muon": [
        ("muon", MuonTwin(SPECS, {}, {"weight_decay": 0.1})),
        (
            "muon(lr=0.02, momentum=0.8, nesterov=false, coefficients=[2, -1.5, 0.5], iterations=7, eps=1e-6, "
            "adjust_lr=match_rms_adamw, adamw_lr_factor=0.5, adamw_beta1=0.8, adamw_beta2=0.95, adamw_eps=1e-6, "
            "weight_decay=0.05)",
            MuonTwin(
                SPECS,
                {
                    "lr": 0.02,
                    "momentum": 0.8,
                    "nesterov": False,
                    "ns_coefficients": (2.0, -1.5, 0.5),
                    "ns_steps": 7,
                    "eps": 1e-6,
                    "adjust_lr_fn": "match_rms_adamw",
                    "weight_decay": 0.05,
                },
                {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 0.1},
            ),
        ),
    ],
    "schedule_free_adamw": [
        ("schedule_free_adamw", ScheduleFree(lr=2.5e-3)),
        (
            "schedule_free_adamw(lr=0.02, beta1=0.7, beta2=0.95, eps=1e-6, weight_decay=0.1, warmup_steps=20, r=0.5, "
            "weight_lr_power=1.5)",
            ScheduleFree(lr=0.02, beta1=0.7, beta2=0.95, eps=1e-6, decay=0.1, warmup=20, r=0.5, power=1.5),
        ),
    ],
}


def slopes(name, p, step, *, everywhere):
    """Gradients of :func:`heights` by one parameter of all members ``[m, …]``; tables see few rows a step."""
    g = torch.sin(3 * p + 0.1 * step).add_(p, alpha=0.2).add_(p.mean((1, 2), keepdim=True), alpha=0.3)
    if everywhere or not name.startswith("0.category"):
        return g
    return torch.where(looked_up(step)[:20], g, torch.zeros_like(g))


def heights(values, step):
    """Not quadratic, not convex, and values depend on each other through their means; ``[m]``."""
    found = torch.zeros(len(values[0]), dtype=torch.float64)
    for p in (value.flatten(1) for value in values):
        found += (0.1 * p**2 - torch.cos(3 * p + 0.1 * step) / 3).sum(1) + 0.15 * p.shape[1] * p.mean(1) ** 2
    return found


def place(parameters):
    """Name → used corners ``[m, …]`` of what is trained, views."""
    return {
        each.name: parameters.views[each.name][(slice(None), *corner(each))] for each in SPECS if each.name in TRAINED
    }


def gradients_at(values, step, *, everywhere):
    return {name: slopes(name, value, step, everywhere=everywhere) for name, value in values.items()}


def search_function(leaves):
    """What rules that look again see of a member: one function for all steps; writes the leaves' gradients."""
    values = {name: leaf.detach().unsqueeze(0) for name, leaf in leaves.items()}
    for name, gradient in gradients_at(values, 0, everywhere=True).items():
        leaves[name].grad = gradient[0]
    return heights(list(values.values()), 0)[0]


@pytest.mark.parametrize("rule", OPTIMIZERS.names())
def test_a_stacked_rule_is_its_twin_for_200_steps(rule, monkeypatch, request):
    """float64, within 1e-9, for what is trained and for what predicts."""
    # PyTorch keeps ASGD's rates and NAdam's products in the default type, and its Muon iterates in bfloat16.
    default = torch.get_default_dtype()
    request.addfinalizer(lambda: torch.set_default_dtype(default))
    torch.set_default_dtype(torch.float64)
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)
    searches = OPTIMIZERS[rule].looks_again
    chosen = [OPTIMIZERS(choice) for choice, _ in TWINS[rule]]
    twins = [twin for _, twin in TWINS[rule]]
    assert {one.name for one in chosen} == {rule}
    parameters = stack(len(chosen), seed=3)
    gradients = parameters.like()
    here, slopes_here = place(parameters), place(gradients)
    for member, twin in enumerate(twins):
        twin.start({name: value[member].clone().requires_grad_() for name, value in here.items()})
    own = StackOptimizer(chosen, parameters)
    rates = np.array([one.numbers["lr"] for one in chosen], dtype=np.float64)

    def look(step):
        for name, gradient in gradients_at(here, step, everywhere=searches).items():
            slopes_here[name].copy_(gradient)

    def again():
        look(0)
        return heights(list(here.values()), 0).numpy()

    for step in range(STEPS):
        look(0 if searches else step)
        own.update(parameters, gradients, Hyper({"lr": rates}), again)
        there = {name: torch.stack([twin.trained(name) for twin in twins]) for name in here}
        found = gradients_at(there, step, everywhere=False)
        for member, twin in enumerate(twins):
            twin.step({name: gradient[member] for name, gradient in found.items()}, search_function)
    predicting = place(own.evaluation(parameters) or parameters)
    for member, twin in enumerate(twins):
        for name in here:
            for ours, theirs in ((here, twin.trained(name)), (predicting, twin.evaluation(name))):
                torch.testing.assert_close(
                    ours[name][member], theirs, rtol=0, atol=1e-9, msg=f"{chosen[member]}: {name}"
                )


@pytest.mark.parametrize("rule", [entry.name for entry in OPTIMIZERS if "weight_decay" in entry.defaults])
def test_decay_is_decoupled_and_spares_groups_that_do_not_decay(rule):
    """Without a gradient, a first step takes lr·weight_decay of every decaying parameter, whatever its group's rate."""
    parameters = stack(1, groups=BY_KIND)
    before = parameters.arrays(0)
    chosen = OPTIMIZERS(rule, lr=0.1, weight_decay=0.5)
    StackOptimizer([chosen], parameters).update(parameters, parameters.like(), Hyper({}))
    after = parameters.arrays(0)
    for name in ("1.weight", "5.weight"):
        np.testing.assert_allclose(after[name], before[name] * 0.95, rtol=1e-12)
    np.testing.assert_array_equal(after["1.bias"], before["1.bias"])


def test_adam_in_one_pass_is_adam_element_by_element(monkeypatch):
    """The fused kernel and the nine-pass form agree to float32 rounding; groups with rates and decay of their own."""
    choices = [OPTIMIZERS("adamw(lr=0.01, weight_decay=0.3)"), OPTIMIZERS("adamw(lr=0.002, beta2=0.95)")]
    found = []
    for one_pass in (True, False):
        monkeypatch.setattr(adam, "has_one_pass", lambda parameters, answer=one_pass: answer)
        parameters = stack(2, groups=BY_KIND, dtype=torch.float32)
        rule = StackOptimizer(choices, parameters)
        for step in range(50):
            gradients = parameters.like()
            write_gradients(parameters, gradients, step)
            rule.update(parameters, gradients, Hyper({}))
        found.append(parameters.views)
    for name in TRAINED:
        torch.testing.assert_close(found[0][name], found[1][name], rtol=1e-4, atol=1e-5)
    assert not all(torch.equal(found[0][name], found[1][name]) for name in TRAINED)


def test_every_rule_has_a_twin():
    assert set(TWINS) == set(OPTIMIZERS.names())
