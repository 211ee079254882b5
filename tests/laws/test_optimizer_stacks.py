"""Law 1 for update rules: a member of a stack is updated as it is alone, bit for bit, whoever stands beside it."""

import numpy as np
import pytest
import torch
from made_up_optimizer_runs import MIXED, STEPS, Run, alone
from made_up_stacks import SPECS, TRAINED, USED, stack, write_gradients

from pellucid.networks.layout import Group
from pellucid.optimizers import OPTIMIZERS, Hyper, StackOptimizer


def test_every_rule_is_among_the_mixed():
    assert {OPTIMIZERS(choice).name for choice in MIXED} == set(OPTIMIZERS.names())


def test_a_member_of_a_mixed_stack_is_updated_as_alone():
    run = Run(range(len(MIXED)))
    for _ in range(STEPS):
        run.step()
    run.compare(alone)
    assert (run.rule.steps == STEPS).all()


def test_the_order_of_members_does_not_matter():
    members = np.random.default_rng(1).permutation(len(MIXED)).tolist()
    run = Run(members)
    for _ in range(STEPS):
        run.step()
    run.compare(alone)


def test_members_taken_out_go_on_as_before():
    run = Run(range(len(MIXED)))
    for _ in range(10):
        run.step()
    for keep in (np.random.default_rng(2).permutation(len(MIXED))[:30].tolist(), list(range(0, 30, 2))):
        run.take(keep)
        for _ in range(5):
            run.step()
        run.compare(alone)


def test_steps_of_an_epoch_are_updates_one_after_the_other():
    run = Run(range(len(MIXED)))
    for length in (5, 4, 11):
        run.epoch(length)
        run.compare(alone)


@pytest.mark.parametrize("member", range(len(MIXED)), ids=MIXED)
def test_an_epoch_of_one_member_is_its_updates(member):
    run = Run([member])
    run.epoch(9)
    run.epoch(STEPS - 9)
    run.compare(alone)


def test_an_epoch_that_is_stopped_leaves_what_its_steps_made():
    run = Run(range(len(MIXED)))
    for steps in (4, 0, 6):
        run.epoch(8, steps)
        run.compare(alone)
    assert (run.rule.steps == 10).all()


def test_members_that_join_go_on_as_alone_whatever_their_age():
    run, other = Run(range(0, len(MIXED), 2)), Run(range(1, len(MIXED), 2))
    run.epoch(6)
    other.epoch(2)
    run.join(other, Run(range(len(MIXED))))
    run.compare(alone)
    # One slice then holds members that have begun and fresh ones.
    run.take(np.argsort(run.members, kind="stable").tolist())
    run.compare(alone)
    run.epoch(4)
    run.step()
    run.compare(alone)
    run.take(np.random.default_rng(3).permutation(len(run.members))[:60].tolist())
    run.join(Run(range(0, len(MIXED), 3)))
    run.take(np.argsort(run.members, kind="stable").tolist())
    run.epoch(5)
    run.compare(alone)
    assert sorted(set(run.ages)) == [5, 10, 12, 16]


def test_joined_and_taken_members_are_copies():
    run, other = Run(range(len(MIXED))), Run(range(len(MIXED)))
    run.epoch(3)
    other.epoch(3)
    joined = StackOptimizer.join([run.rule, other.rule])
    taken = run.rule.take(range(len(MIXED)))
    before = (joined.state(), taken.state())
    run.epoch(3)
    other.epoch(3)
    for state, rule in zip(before, (joined, taken), strict=True):
        for name, array in rule.state().items():
            np.testing.assert_array_equal(array, state[name])


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
