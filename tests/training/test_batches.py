"""Which rows a member sees at which step: all of them once an epoch, in an order that is a matter of itself alone."""

import numpy as np
import pytest
import torch

from pellucid.training.batches import Batches

SEEDS = (3, 4, -5, 2**63)


def batches(rows, seeds=SEEDS, *, batch_size=32, drop_last=False, row_weights=None):
    options = {"batch_size": batch_size, "drop_last": drop_last, "row_weights": row_weights}
    return Batches(seeds[: len(rows)], rows, dtype=torch.float64, **options)


def seen(plan, member):
    """Row numbers of the real places, step by step."""
    there = plan.weights[:, member] > 0
    return [rows[own].tolist() for rows, own in zip(plan.rows[:, member], there, strict=True)]


@pytest.mark.parametrize("count", [33, 64, 100, 5000])
def test_an_epoch_shows_every_row_once(count):
    rows = [np.arange(count) * 3, np.arange(count), np.arange(count) + 7]
    plan = batches(rows).epoch(2)
    for member, own in enumerate(rows):
        steps = seen(plan, member)
        assert [len(step) for step in steps[:-1]] == [32] * (len(steps) - 1)
        shown = [row for step in steps for row in step]
        assert shown != own.tolist()
        assert sorted(shown) == own.tolist()
        torch.testing.assert_close(plan.weights[:, member].sum(1), torch.ones(len(steps), dtype=torch.float64))


def test_filling_is_the_first_row_of_its_batch_with_weight_0():
    rows = [np.arange(100), np.arange(99) + 1]
    plan = batches(rows, batch_size=20).epoch(0)
    assert plan.rows.shape == (5, 2, 32)
    for member, real in ((0, [20] * 5), (1, [20] * 4 + [19])):
        for step, count in enumerate(real):
            assert (plan.rows[step, member, count:] == plan.rows[step, member, 0]).all()
            assert (plan.weights[step, member, count:] == 0).all()
            assert (plan.weights[step, member, :count] == 1 / count).all()


@pytest.mark.parametrize("count", [40, 3000])
def test_an_order_is_a_matter_of_seed_and_epoch_alone(count):
    """Not of the company, of the epochs asked for before, or of how many are drawn at a time."""
    same, others = np.arange(count), np.arange(count + 1)
    together = batches([same, others, same, same])
    for epochs in ([0, 0, 0, 0], [1, 1, 1, 1], [2, 2, 2, 2], [9, 9, 9, 9], [3, 4, 5, 6], [4, 5, 6, 7], [5, 5, 5, 5]):
        plan = together.epoch(np.array(epochs))
        for member, (own, epoch) in enumerate(zip([same, others, same, same], epochs, strict=True)):
            alone = batches([own], SEEDS[member : member + 1]).epoch(epoch)
            assert torch.equal(alone.rows[:, 0], plan.rows[:, member])


def test_orders_differ_between_seeds_and_epochs():
    rows = [np.arange(50)] * 4
    stack = batches(rows)
    shown = {tuple(np.concatenate(seen(stack.epoch(epoch), member))) for epoch in range(20) for member in range(4)}
    assert len(shown) == 80


def test_who_sees_all_rows_in_one_step_sees_them_in_order():
    rows = [np.arange(30) * 2, np.arange(20)]
    stack = batches(rows)
    for epoch in (0, 1, 5):
        plan = stack.epoch(epoch)
        assert [seen(plan, member) for member in range(2)] == [[own.tolist()] for own in rows]


def test_one_step_of_a_part_of_the_rows_is_drawn_from_all():
    """Where an incomplete batch is left out, one step sees 32 of 40 rows; a neighbour with 31 sees all of them."""
    rows = [np.arange(40), np.arange(31)]
    stack = batches(rows, drop_last=True)
    shown = [seen(stack.epoch(epoch), 0)[0] for epoch in range(30)]
    assert all(len(set(own)) == 32 for own in shown)
    assert {row for own in shown for row in own} == set(range(40))
    assert seen(stack.epoch(3), 1) == [list(range(31))]


@pytest.mark.parametrize("count", [20, 50])
def test_weights_go_with_their_rows(count):
    weights = np.arange(1.0, 101.0)
    rows = [np.arange(count) * 2, np.arange(count)]
    plan = batches(rows, row_weights=[weights, None]).epoch(1)
    real = plan.weights[:, 0] > 0
    for step in range(len(plan.rows)):
        own = torch.from_numpy(weights)[plan.rows[step, 0]] * real[step]
        torch.testing.assert_close(plan.weights[step, 0], own / own.sum())
        others = plan.weights[step, 1][plan.weights[step, 1] > 0]
        assert others.unique().numel() == 1
    assert plan.repeats == [False] * len(plan.rows)
