"""The bits of a member are its own: no company, place, break or thread changes them."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from made_up_compiled import PLAIN, a_stack, a_table, after, values_of

pytest.importorskip("llvmlite")
from pellucid.training.engines.compiled import Compiled, engine

RECIPES = [
    PLAIN.replace(seed=n, activation=activation, loss=loss, optimizer=optimizer, dropout=dropout, lr=0.01 / (1 + n))
    for n, (activation, loss, optimizer, dropout) in enumerate(
        [
            ("tanh", "mse", "adamw", 0.2),
            ("tanh", "mse", "adamw", 0.0),
            ("gelu", "huber", "adam", 0.5),
            ("relu", "l1", "sgd(momentum=0.9)", 0.1),
            ("softplus", "mse", "rmsprop", 0.0),
            ("sigmoid", "smooth_l1", "lion", 0.3),
            # Alone its relu is a part of the products beside it, among members that drop values it is not.
            ("relu", "mse", "adamw", 0.0),
        ]
    )
]


def trained(recipes, **how):
    stack = a_stack(recipes, **how)
    losses = after(Compiled, stack, 2)
    return losses, values_of(stack)


def assert_same(found, place, wanted, wanted_place):
    losses, values = found
    wanted_losses, wanted_values = wanted
    np.testing.assert_array_equal(losses[:, place], wanted_losses[:, wanted_place])
    for name in wanted_values:
        np.testing.assert_array_equal(values[name][place], wanted_values[name][wanted_place], err_msg=name)


def test_a_member_is_what_it_becomes_alone():
    together = trained(RECIPES)
    for place, recipe in enumerate(RECIPES):
        assert_same(together, place, trained([recipe]), 0)


def test_places_do_not_matter():
    together, turned = trained(RECIPES), trained(RECIPES[::-1])
    for place in range(len(RECIPES)):
        assert_same(together, place, turned, len(RECIPES) - 1 - place)


def test_breaks_between_steps_do_not_matter(monkeypatch):
    whole = trained(RECIPES)
    monkeypatch.setattr(engine, "_UNASKED", 0.0)
    cut = trained(RECIPES)
    for place in range(len(RECIPES)):
        assert_same(cut, place, whole, place)


def test_threads_do_not_matter():
    wanted = trained(RECIPES)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: trained(RECIPES), range(8)):
            for place in range(len(RECIPES)):
                assert_same(found, place, wanted, place)


def test_a_stack_that_loses_members_goes_on_as_before():
    kept = [1, 3, 4]
    whole = a_stack(RECIPES)
    after(Compiled, whole)
    part = a_stack([RECIPES[n] for n in kept])
    after(Compiled, part)
    # The whole stack's members go on among themselves.
    held = whole.held.take(kept)
    taken = type(whole)(part.members, held, part.network, part.data, part.rows)
    for stack in (taken, part):
        after(Compiled, stack)
    for name, values in values_of(part).items():
        np.testing.assert_array_equal(values_of(taken)[name], values, err_msg=name)


@pytest.mark.parametrize("hidden", [(20, 9), (8,), (64, 80), (100, 3)])
def test_a_relu_has_the_same_bits_within_products_and_by_itself(hidden):
    recipe = PLAIN.replace(hidden=hidden, activation="relu", clip_norm=0.5)
    # A leaky one that leaks nothing is no part of any product.
    assert_same(trained([recipe]), 0, trained([recipe.replace(activation="leaky_relu(slope=0)")]), 0)


@pytest.mark.parametrize("lr", [1e30, 1e300])
def test_a_member_that_diverges_harms_nobody(lr):
    calm = RECIPES[:2]
    wild = PLAIN.replace(seed=9, optimizer="sgd", lr=lr, loss="mse", activation="identity")
    together = trained([calm[0], wild, calm[1]])
    assert not np.isfinite(together[1]["1.weight"][1]).all()
    alone = trained(calm)
    assert_same(together, 0, alone, 0)
    assert_same(together, 2, alone, 1)


@pytest.mark.parametrize("optimizer", ["adamw", "rmsprop(centered=true,momentum=0.5)", "lion", "nesterov"])
@pytest.mark.parametrize("activation", ["sigmoid", "softplus", "hard_tanh(low=0.2,high=0.7)", "gelu"])
def test_padding_stays_zero(optimizer, activation):
    recipe = PLAIN.replace(optimizer=optimizer, activation=activation, l2=0.01, clip_norm=1.0)
    stack = a_stack([recipe], a_table(columns=3))
    after(Compiled, stack, 2)
    values = values_of(stack)
    for spec in stack.parameters.specs:
        for name in values:
            if name.endswith(spec.name):
                rest = values[name][0].copy()
                rest[tuple(slice(0, length) for length in spec.true_shape)] = 0.0
                assert not rest.any(), name


def test_it_stops_where_it_is_told():
    stack = a_stack(RECIPES)
    found = Compiled(stack)
    before = values_of(stack)
    losses, _, steps = stack.run_epoch(found, lambda: True)
    assert steps == 0
    assert np.isnan(losses).all()
    for name, values in values_of(stack).items():
        np.testing.assert_array_equal(values, before[name])


def test_it_asks_between_steps_and_counts_those_it_took(monkeypatch):
    monkeypatch.setattr(engine, "_UNASKED", 0.0)
    stack, answers = a_stack(RECIPES), iter([False, False, True])
    _, _, steps = stack.run_epoch(Compiled(stack), lambda: next(answers))
    assert steps == 2
    assert (stack.optimizer.steps == 2).all()


def test_it_asks_as_often_as_the_work_between_two_questions_allows(monkeypatch):
    stack, asked = a_stack(RECIPES), []
    own = Compiled(stack)
    monkeypatch.setattr(engine, "_UNASKED", 2.5 * own.seconds * len(RECIPES))
    _, _, steps = stack.run_epoch(own, lambda: bool(asked.append(1)))
    assert steps == stack.steps == 4
    assert len(asked) == 2


def test_a_row_that_is_not_there_is_refused():
    stack = a_stack([PLAIN], rows=np.arange(80, 95))
    with pytest.raises(IndexError, match="row numbers must lie between 0 and 89, found 80 to 94"):
        after(Compiled, stack)
