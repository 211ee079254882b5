"""What optimizers remember, as plain arrays: whoever takes it up goes on bit for bit."""

import io

import numpy as np
import pytest
import torch
from made_up_optimizer_runs import MIXED, Run, alone
from made_up_stacks import BY_KIND, stack

from pellucid.optimizers import OPTIMIZERS, StackOptimizer


def through_a_file(arrays):
    """What an archive without pickled objects keeps."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    file.seek(0)
    with np.load(file, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def test_a_restored_stack_goes_on_bit_for_bit():
    run = Run(range(len(MIXED)))
    run.epoch(10)
    run.join(Run(range(0, len(MIXED), 5)))
    run.epoch(2)
    state = through_a_file(run.rule.state())
    assert {array.dtype.kind for array in state.values()} <= {"f", "i", "b"}
    parameters = run.parameters.take(range(len(run.members)))
    for _ in range(2):
        run.parameters = parameters.take(range(len(run.members)))
        run.rule = StackOptimizer(run.chosen, run.parameters)
        run.rule.restore(state)
        ages = list(run.ages)
        run.epoch(6)
        run.compare(alone)
        run.ages = ages


def test_a_state_is_a_copy_both_ways():
    run = Run(range(len(MIXED)))
    run.epoch(4)
    state = run.rule.state()
    before = {name: array.copy() for name, array in state.items()}
    run.epoch(3)
    run.rule.restore(state)
    run.epoch(3)
    for name, array in state.items():
        np.testing.assert_array_equal(array, before[name])


def test_neighbours_of_one_kind_are_one_slice_however_they_came_together():
    def kinds(rule):
        return sorted({int(name.partition(".")[0]) for name in rule.state()})

    def started(*choices):
        return StackOptimizer([OPTIMIZERS(choice) for choice in choices], stack(len(choices), groups=BY_KIND))

    whole = StackOptimizer.join([started("adam", "sgd"), started("sgd(lr=0.1)", "lion"), started("lion", "adam")])
    assert kinds(whole) == [0, 1, 2, 3]
    assert kinds(whole.take([0, 5, 1, 3])) == [0, 1, 2]
    assert kinds(whole.take([5, 0])) == [0]
    assert whole.take([0, 5, 1, 3]).chosen == [whole.chosen[place] for place in (0, 5, 1, 3)]


def test_the_state_of_other_rules_is_refused():
    adam, lion = (StackOptimizer([OPTIMIZERS(name)] * 2, stack(2)) for name in ("adam", "lion"))
    with pytest.raises(ValueError, match=r"state to restore is that of other rules: '0\.square\..*' is missing"):
        adam.restore(lion.state())
    with pytest.raises(ValueError, match=r"of other rules: '0\.square\..*' is unknown here"):
        lion.restore(adam.state())


@pytest.mark.parametrize("rule", ["adam", "lbfgs", "nadam"])
def test_the_state_of_another_stack_is_refused(rule):
    def started(members, dtype=torch.float64):
        return StackOptimizer([OPTIMIZERS(rule)] * members, stack(members, dtype=dtype))

    with pytest.raises(ValueError, match=r"of another stack: '0\..*' has shape \(3,.*not \(2,"):
        started(2).restore(started(3).state())
    with pytest.raises(ValueError, match=r"of another stack: .* of float32, not .* of float64"):
        started(2).restore(started(2, torch.float32).state())
