"""A stack's objective: every member as if alone, its gradient that of its losses, its error what its head decides."""

import numpy as np
import pytest
import torch
from made_up_targets import VARIANTS, cases, chosen, laid_out, objective, outputs, targets, weights

from pellucid.objectives import LOSSES, StackObjective, choose
from pellucid.objectives.examples import example

UNITS, REAL = 32, 25


def mixed(task):
    """Objectives of all losses that share a task and a width, with and without numbers of their own, in slices."""
    groups = {}
    for name, own in cases():
        if own == task:
            loss = chosen(name)
            target = example(task, loss)
            if name == "adaptive_log_softmax":
                continue
            for each in (loss, loss, LOSSES(VARIANTS.get(name, name))):
                made = choose(each, target)
                groups.setdefault(made.outputs, []).append(made)
    return list(groups.values())


STACKS = [stack for task in dict.fromkeys(task for _, task in cases()) for stack in mixed(task)]
NAMES = [f"{stack[0].task}-{stack[0].outputs}" for stack in STACKS]


def batch(stack, dtype):
    """Outputs, targets and weights for a list of objectives; each member's outputs behind its own link."""
    each = [outputs(own, 1, UNITS, seed=place, dtype=dtype) for place, own in enumerate(stack)]
    known = targets(stack[0].target, len(stack), UNITS, dtype=dtype)
    return laid_out(torch.cat(each)), known, weights(len(stack), UNITS, REAL, dtype=dtype)


def everything(stack, z, y, w):
    gradient = stack.gradient(z, y, w, out=torch.zeros_like(z))
    return (stack.losses(z, y, w), gradient, *stack.evaluate(z, y, (w > 0).to(z.dtype)))


@pytest.mark.parametrize("objectives", STACKS, ids=NAMES)
def test_a_member_of_a_mixed_stack_has_the_bits_that_it_has_alone(objectives):
    z, y, w = batch(objectives, torch.float32)
    together = everything(StackObjective(objectives), z, y, w)
    for member, own in enumerate(objectives):
        place = slice(member, member + 1)
        alone = everything(StackObjective([own]), z[place].clone(), y[place].clone(), w[place].clone())
        for mixed_value, own_value in zip(together, alone, strict=True):
            assert torch.equal(mixed_value[place], own_value)


@pytest.mark.parametrize("objectives", STACKS, ids=NAMES)
def test_order_and_slices_change_no_bit(objectives):
    z, y, w = batch(objectives, torch.float32)
    together = everything(StackObjective(objectives), z, y, w)
    order = np.random.default_rng(3).permutation(len(objectives)).tolist()
    shuffled = everything(StackObjective(objectives).take(order), z[order], y[order], w[order])
    for first, second in zip(together, shuffled, strict=True):
        assert torch.equal(first[order], second)


@pytest.mark.parametrize("objectives", STACKS, ids=NAMES)
def test_repeated_members_have_each_steps_own_losses(objectives):
    steps = [batch(objectives, torch.float32) for _ in range(3)]
    stack = StackObjective(objectives)
    laid = [torch.cat(part) for part in zip(*steps, strict=True)]
    assert torch.equal(stack.repeat(3).losses(*laid), torch.cat([stack.losses(*step) for step in steps]))
    assert stack.repeat(3) is stack.repeat(3)


@pytest.mark.parametrize("objectives", STACKS, ids=NAMES)
def test_class_numbers_may_be_reals_where_it_says_so(objectives):
    z, y, w = batch(objectives, torch.float32)
    stack = StackObjective(objectives)
    assert stack.reads_reals or objectives[0].outputs > 1 or objectives[0].target.rows > 1
    if stack.reads_reals:
        for one, other in zip(everything(stack, z, y, w)[:2], everything(stack, z, y.to(z.dtype), w)[:2], strict=True):
            assert torch.equal(one, other)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("units", [16, 48])
def test_the_slope_of_yes_or_no_is_the_same_wherever_a_member_stands(units, threads):
    own = objective("bce_with_logits", "binary")
    members = 1001
    z, y = laid_out(outputs(own, members, units, dtype=torch.float32)), targets(own.target, members, units)
    w = weights(members, units, units, dtype=torch.float32)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(threads)
        whole = StackObjective([own] * members).gradient(z, y, w, out=torch.zeros(members, units, 1))
    finally:
        torch.set_num_threads(before)
    alone = StackObjective([own])
    for member in (0, 1, 2, 333, 334, 500, 667, 668, 1000):
        place = slice(member, member + 1)
        found = alone.gradient(z[place].clone(), y[place], w[place], out=torch.zeros(1, units, 1))
        assert torch.equal(found, whole[place])


@pytest.mark.parametrize(("name", "task"), cases())
def test_the_gradient_is_that_of_the_losses(name, task):
    stack = StackObjective([objective(name, task)] * 2)
    z = laid_out(outputs(stack.objectives[0], 2, UNITS)).requires_grad_()
    y, w = targets(stack.objectives[0].target, 2, UNITS), weights(2, UNITS, REAL)
    stack.losses(z, y, w).sum().backward()
    own = stack.gradient(z.detach(), y, w, out=torch.zeros_like(z))
    assert (own - z.grad).abs().max() < 1e-12
    assert own.abs().max() > 0


@pytest.mark.parametrize(("name", "task"), cases())
def test_filling_units_and_padding_get_no_gradient(name, task):
    own = objective(name, task)
    stack = StackObjective([own])
    z, w = laid_out(outputs(own, 1, UNITS)), weights(1, UNITS, REAL)
    gradient = stack.gradient(z, targets(own.target, 1, UNITS), w, out=torch.zeros_like(z))
    assert not gradient[:, :, own.outputs :].any()
    by_row = gradient.view(own.target.rows, UNITS, -1)
    assert not by_row[:, REAL:].any()
    assert by_row[:, :REAL].any()


@pytest.mark.parametrize(("name", "task"), cases())
def test_filling_units_do_not_count_even_if_they_are_no_numbers(name, task):
    own = objective(name, task)
    stack = StackObjective([own])
    z, y, real = laid_out(outputs(own, 1, UNITS)), targets(own.target, 1, UNITS), weights(1, UNITS, REAL) > 0
    loss, error = stack.evaluate(z, y, real.double())
    poisoned = z.clone().view(1, own.target.rows, UNITS, -1)
    poisoned[:, :, REAL:] = torch.nan
    again = stack.evaluate(poisoned.view(z.shape), y, real.double())
    assert torch.equal(loss, again[0]) and torch.equal(error, again[1])
    assert loss.isfinite().all() and error.isfinite().all()


@pytest.mark.parametrize("name", ["cross_entropy", "bce_with_logits"])
def test_a_network_is_judged_without_label_smoothing(name):
    task = "binary" if name == "bce_with_logits" else "multiclass"
    plain = objective(name, task)
    smooth = choose(LOSSES(name, label_smoothing=0.3), plain.target)
    z, y = outputs(plain, 1, UNITS), targets(plain.target, 1, UNITS)
    even, w = torch.ones(1, UNITS).double(), weights(1, UNITS, UNITS)
    assert StackObjective([smooth]).evaluate(z, y, even)[0].item() == StackObjective([plain]).evaluate(z, y, even)[0]
    assert StackObjective([smooth]).losses(z, y, w).item() != StackObjective([plain]).losses(z, y, w).item()


DECIDED = ("binary", "multiclass", "ordinal", "distribution", "multilabel")


@pytest.mark.parametrize(("name", "task"), [case for case in cases() if case[1] in DECIDED])
def test_the_error_is_the_share_of_what_the_head_decides_wrongly(name, task):
    own = objective(name, task)
    z, y = outputs(own, 1, 64, seed=5, size=2.0), targets(own.target, 1, 64, seed=6)
    _, error = StackObjective([own]).evaluate(z, y, torch.ones(1, 64).double())
    decided = own.head.decide(own.head.ensemble(z.numpy().swapaxes(1, 2)))
    right = y[0].argmax(1) if task == "distribution" else y[0]
    wrong = decided != right.numpy().T
    assert 0 < error.item() == pytest.approx(wrong.mean() * 64)


@pytest.mark.parametrize(
    ("name", "task"), [case for case in cases() if case[1] in ("regression", "count", "reconstruction")]
)
def test_the_error_of_numbers_is_the_root_mean_squared_distance(name, task):
    own = objective(name, task)
    z, y = outputs(own, 1, 64, seed=5), targets(own.target, 1, 64, seed=6)
    stack = StackObjective([own])
    _, error = stack.evaluate(z, y, torch.ones(1, 64).double())
    predicted = own.head.ensemble(z.numpy().swapaxes(1, 2))
    if not own.rooted:
        assert own.head.entry.gives == "quantiles"
        return
    told = own.head.decide(predicted) if own.task != "reconstruction" else predicted
    distance = np.sqrt(np.mean((told - y[0].numpy().T) ** 2))
    assert stack.mean_error(error.numpy() / 64) == pytest.approx([distance])


def test_a_ranker_that_knows_nothing_is_wrong_half_of_the_time():
    own = objective("margin_ranking", "ranking")
    y = targets(own.target, 1, 64)
    _, error = StackObjective([own]).evaluate(torch.zeros(1, 128, 1).double(), y, torch.ones(1, 64).double())
    assert error.item() == 32


def test_a_pair_is_wrong_where_the_opposite_answer_would_fit_better():
    own = objective("margin_ranking", "ranking")
    first, second = torch.tensor([2.0, 2.0, -1.0]), torch.tensor([1.0, 1.0, 5.0])
    z = torch.cat([torch.nn.functional.pad(side, (0, 13)) for side in (first, second)]).view(1, 32, 1).double()
    y = torch.nn.functional.pad(torch.tensor([[1.0, -1.0, -1.0]]), (0, 13)).double()
    real = (torch.arange(16) < 3).double()[None]
    assert StackObjective([own]).evaluate(z, y, real)[1].item() == 1


def test_a_triplet_is_wrong_where_the_unlike_row_is_nearer():
    own = objective("triplet_margin", "triplets")
    rows = torch.zeros(3, 16, own.outputs).double()
    rows[1, :, 0], rows[2, :, 0] = 1.0, 5.0  # alike at distance 1, unlike at 5
    rows[2, 4:, 0] = 0.5  # from the fifth on, the unlike row is nearer
    z = rows.view(1, 48, -1)
    _, error = StackObjective([own]).evaluate(z, torch.zeros(1, 16).double(), torch.ones(1, 16).double())
    assert error.item() == 12


def test_members_that_disagree_in_shape_are_no_stack():
    with pytest.raises(ValueError, match="same outputs"):
        StackObjective([objective("bce_with_logits", "binary"), objective("cross_entropy", "binary")])
