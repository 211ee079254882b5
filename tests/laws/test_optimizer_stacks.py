"""Law 1 for update rules: a member of a stack is updated as it is alone, bit for bit, whoever stands beside it."""

import numpy as np
import pytest
import torch
from made_up_stacks import BY_KIND, SPECS, TRAINED, USED, stack, tilt, write_gradients

from pellucid.networks.layout import Group
from pellucid.optimizers import OPTIMIZERS, Hyper, StackOptimizer
from pellucid.optimizers.sums import per_member_sums

STEPS = 20

# Members of one stack: every rule, with numbers and structure that differ.
MIXED = (
    "sgd(lr=0.05)",
    "sgd(lr=0.02)",
    "sgd(lr=0.05, momentum=0.9, weight_decay=0.1)",
    "sgd(lr=0.03, momentum=0.5, dampening=0.3)",
    "sgd(lr=0.02, momentum=0.8, nesterov=true)",
    "momentum(lr=0.02)",
    "momentum(lr=0.03)",
    "nesterov(lr=0.02)",
    "nesterov(lr=0.01, momentum=0.7)",
    "adagrad(lr=0.05)",
    "adagrad(lr=0.1, lr_decay=0.01, initial=0.1)",
    "adadelta",
    "adadelta(lr=0.5, rho=0.7)",
    "rmsprop(lr=0.003)",
    "rmsprop(lr=0.002, momentum=0.7)",
    "rmsprop(lr=0.001, centered=true, momentum=0.5)",
    "adam",
    "adam",
    "adam(lr=0.02, beta1=0.8, weight_decay=0.05)",
    "adam(lr=0.01, amsgrad=true)",
    "adam(lr=0.02, beta2=0.9, amsgrad=true)",
    "adamw(lr=0.01)",
    "adamw(lr=0.003, eps=1e-6, weight_decay=0.3)",
    "adamax",
    "adamax(lr=0.01, beta1=0.7)",
    "nadam",
    "nadam(lr=0.01, momentum_decay=0.1)",
    "radam(lr=0.01)",
    "radam(lr=0.02, beta2=0.9)",
    "radam(lr=0.02, beta2=0.5)",
    "asgd(t0=5)",
    "asgd(lr=0.05, t0=12, weight_decay=0.02)",
    "rprop",
    "rprop(lr=0.05, eta_plus=1.4, step_max=0.1)",
    "lbfgs(lr=0.1, history=5)",
    "lbfgs(lr=0.5, history=5)",
    "lbfgs(line_search=strong_wolfe)",
    "lbfgs(lr=8, line_search=strong_wolfe)",
    "lbfgs(lr=0.3, line_search=strong_wolfe, trials=3)",
    "sparse_adam(lr=0.01)",
    "sparse_adam(lr=0.02, beta1=0.8, weight_decay=0.1)",
    "lion(lr=0.003)",
    "lion(lr=0.01, beta1=0.5)",
    "muon(lr=0.02)",
    "muon(lr=0.01, momentum=0.8, weight_decay=0.02)",
    "muon(lr=0.01, nesterov=false, iterations=3, adjust_lr=match_rms_adamw)",
    "schedule_free_adamw(lr=0.01)",
    "schedule_free_adamw(lr=0.02, beta1=0.8, warmup_steps=7)",
)


class Run:
    """A stack in training on the made-up polynomial, float32."""

    def __init__(self, members):
        self.chosen = [OPTIMIZERS(MIXED[member]) for member in members]
        self.parameters = stack(len(MIXED), groups=BY_KIND, dtype=torch.float32).take(members)
        self.rule = StackOptimizer(self.chosen, self.parameters)
        self.done = 0

    def step(self, momentum=None):
        parameters, gradients = self.parameters, self.parameters.like()
        write_gradients(parameters, gradients, self.done)

        def again():
            write_gradients(parameters, gradients, self.done)
            return losses(parameters, self.done)

        # A schedule of the rate, and one of the momentum that begins with none and pauses once for some.
        rates = np.array([one.numbers["lr"] for one in self.chosen])
        values = {"lr": rates * (1.0 - 0.01 * self.done)}
        values["momentum"] = np.array([one.numbers.get("momentum", np.nan) for one in self.chosen])
        if self.done < 3 or self.done == 7:
            values["momentum"] = np.where((self.done < 3) | (rates > 0.04), 0.0, values["momentum"])
        self.rule.update(parameters, gradients, Hyper(values), again)
        self.done += 1

    def take(self, places):
        self.chosen = [self.chosen[place] for place in places]
        self.parameters, self.rule = self.parameters.take(places), self.rule.take(places)

    def predicting(self):
        return self.rule.evaluation(self.parameters) or self.parameters


def losses(parameters, step):
    found = torch.zeros(parameters.members, dtype=torch.float64)
    for name in TRAINED:
        p = parameters.views[name]
        if not name.startswith("0.category"):
            found += per_member_sums(torch.where(USED[name], p * p * (p * p * 0.125 - 0.5) + tilt(step) * p, 0.0 * p))
    return found.numpy()


@pytest.fixture(scope="module")
def alone():
    """Every member by itself, its parameters after every step."""
    histories = []
    for member in range(len(MIXED)):
        run = Run([member])
        seen = []
        for _ in range(STEPS):
            run.step()
            seen.append((run.parameters.arrays(0), run.predicting().arrays(0)))
        histories.append(seen)
    return histories


def compare(run, members, histories):
    for tensors, which in ((run.parameters, 0), (run.predicting(), 1)):
        arrays = tensors.arrays()
        for place, member in enumerate(members):
            for name, expected in histories[member][run.done - 1][which].items():
                found = arrays[name][place]
                assert np.array_equal(found, expected), f"{MIXED[member]}: {name}, {np.abs(found - expected).max()}"


def test_every_rule_is_among_the_mixed():
    assert {OPTIMIZERS(choice).name for choice in MIXED} == set(OPTIMIZERS.names())


def test_a_member_of_a_mixed_stack_is_updated_as_alone(alone):
    members = list(range(len(MIXED)))
    run = Run(members)
    for _ in range(STEPS):
        run.step()
    compare(run, members, alone)
    assert (run.rule.steps == STEPS).all()


def test_the_order_of_members_does_not_matter(alone):
    members = np.random.default_rng(1).permutation(len(MIXED)).tolist()
    run = Run(members)
    for _ in range(STEPS):
        run.step()
    compare(run, members, alone)


def test_members_taken_out_go_on_as_before(alone):
    members = list(range(len(MIXED)))
    run = Run(members)
    for _ in range(10):
        run.step()
    for keep in (np.random.default_rng(2).permutation(len(MIXED))[:30].tolist(), list(range(0, 30, 2))):
        run.take(keep)
        members = [members[place] for place in keep]
        for _ in range(5):
            run.step()
        compare(run, members, alone)


def test_padding_stays_zero_and_what_is_not_trained_stays_put():
    run = Run(list(range(len(MIXED))))
    before = run.parameters.views["2.mean"].clone()
    for _ in range(5):
        run.step()
    for tensors in (run.parameters, run.predicting()):
        assert torch.equal(tensors.views["2.mean"], before)
        for each in SPECS:
            assert not tensors.views[each.name][:, ~USED[each.name]].any(), each.name


@pytest.mark.parametrize("rule", OPTIMIZERS.names())
def test_a_learning_rate_factor_is_a_learning_rate_for_a_group(rule):
    """One step with factor ½ and rate r is one with factor 1 and rate ½r, and factor 0 leaves a group alone."""
    found = {}
    for factor, lr in ((1.0, 0.05), (0.5, 0.1), (0.0, 0.1)):
        groups = (Group(TRAINED, factor, False), Group(("2.mean",), 1.0, False, trained=False))
        parameters = stack(2, groups=groups)
        found["before"] = parameters.arrays()
        gradients = parameters.like()
        write_gradients(parameters, gradients, 0)
        choice = OPTIMIZERS(rule, lr=lr, **({"weight_decay": 0.0} if rule == "asgd" else {}))
        StackOptimizer([choice] * 2, parameters).update(parameters, gradients, Hyper({}))
        found[factor] = parameters.arrays()
    for name in TRAINED:
        np.testing.assert_array_equal(found[0.0][name], found["before"][name])
        if rule != "lbfgs":  # its first step is also divided by the size of the gradient
            np.testing.assert_allclose(found[0.5][name], found[1.0][name], rtol=1e-12)
            assert not np.array_equal(found[1.0][name], found["before"][name])


def test_averaged_descent_predicts_with_what_it_trains_until_averaging_begins():
    parameters = stack(2, dtype=torch.float32)
    rule = StackOptimizer([OPTIMIZERS("asgd(lr=0.1, t0=4)"), OPTIMIZERS("asgd(lr=0.1)")], parameters)
    assert rule.evaluation(parameters) is None
    for step in range(8):
        gradients = parameters.like()
        write_gradients(parameters, gradients, step)
        rule.update(parameters, gradients, Hyper({}))
        equal = (rule.evaluation(parameters).views["1.weight"] == parameters.views["1.weight"]).flatten(1).all(1)
        assert equal.tolist() == [step < 6, True]


def test_schedule_free_waits_while_the_rate_is_zero():
    parameters = stack(1)
    before = parameters.arrays(0)
    rule = StackOptimizer([OPTIMIZERS("schedule_free_adamw(weight_decay=0.1)")], parameters)
    for step, rate in enumerate((0.0, 0.0, 0.1)):
        gradients = parameters.like()
        write_gradients(parameters, gradients, step)
        rule.update(parameters, gradients, Hyper({"lr": np.array([rate])}))
        for tensors in (parameters, rule.evaluation(parameters)):
            unmoved = np.array_equal(tensors.arrays(0)["1.weight"], before["1.weight"])
            assert unmoved == (rate == 0.0)


def test_a_stack_needs_one_optimizer_per_member():
    with pytest.raises(ValueError, match="2 optimizers for 3 members"):
        StackOptimizer([OPTIMIZERS("adam")] * 2, stack(3))
