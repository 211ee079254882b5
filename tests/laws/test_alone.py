"""Laws 1, 2 and 4: a member computes what it computes alone, bit for bit, whatever the company."""

import numpy as np
import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pellucid.records import Recipe, TargetSpec
from pellucid.training import StackRows, TrainingData, train, train_members

ROWS = 150


def a_table(width, seed, rows=ROWS):
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(rows, width))
    return X, (X[:, 0] * 2 + np.sin(3 * X[:, -1]) + generator.normal(0, 0.3, rows))


def same_bits(left, right):
    """Equal bit for bit; NaN equals NaN."""
    assert list(left) == list(right)
    for name in left:
        np.testing.assert_array_equal(left[name], right[name], err_msg=name)


def members_equal_soloists(recipes, X, y, **options):
    together = train(recipes, X, y, **options)
    for member, recipe in enumerate(recipes):
        alone = train([recipe], X, y, **options)
        same_bits(together.parameters(member), alone.parameters(0))
        np.testing.assert_array_equal(together.loss[member][: alone.loss.shape[1]], alone.loss[0])
    return together


widths = st.lists(st.integers(1, 70), min_size=0, max_size=3).map(tuple)
numbers = st.builds(
    dict,
    lr=st.sampled_from([1e-3, 3e-3, 1e-2, 0.05]),
    dropout=st.sampled_from([0.0, 0.0, 0.15, 0.5]),
    weight_decay=st.sampled_from([None, 0.0, 0.1]),
    optimizer=st.sampled_from(["adamw", "adamw(beta2=0.95)"]),
    epochs=st.integers(1, 4),
    schedule=st.sampled_from(["constant", "cosine", "coslog4", "plateau"]),
    initialisation=st.sampled_from(["pytorch", "data"]),
    seed=st.integers(0, 2**63),
)


@settings(max_examples=25, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    hidden=widths,
    width=st.integers(1, 40),
    batch_size=st.sampled_from([1, 10, 32, 64, 1000]),
    activation=st.sampled_from(["relu", "tanh", "sigmoid", "gelu", "silu", "mish", "selu", "leaky_relu"]),
    parametric=st.booleans(),
    frequencies=st.sampled_from([0, 16]),
    classes=st.booleans(),
    members=st.lists(numbers, min_size=2, max_size=6),
    seed=st.integers(0, 1000),
)
def test_a_stack_computes_what_its_members_compute_alone(
    hidden, width, batch_size, activation, parametric, frequencies, classes, members, seed
):
    """Random shapes, learning rates, dropout, schedules, lengths and seeds; float32."""
    X, y = a_table(width, seed, rows=40 if batch_size == 1 else ROWS)
    shape = Recipe(
        hidden=hidden,
        activation=activation,
        parametric_activation=parametric,
        batch_size=batch_size,
        number_frequencies=frequencies,
        input_scale=frequencies > 0,
    )
    recipes = [shape.replace(**numbers) for numbers in members]
    targets = (y > 0).astype(np.int64) if classes else y
    members_equal_soloists(recipes, X, targets, validation=(X[:37], targets[:37]))


@pytest.mark.parametrize("optimizer", ["adamw", "adam", "sgd"])
def test_large_members_keep_their_bits_in_any_company(optimizer):
    """Beyond 4,096 parameters Adam runs in one pass over memory, run by run of equal members."""
    X, y = a_table(20, 1)
    shape = Recipe(hidden=(64, 64), optimizer=optimizer, epochs=3, dropout=0.1)
    recipes = [shape.replace(seed=s, lr=lr) for s, lr in enumerate([1e-3, 1e-3, 5e-3, 1e-3])]
    members_equal_soloists(recipes, X, y)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_member_goes_by_its_own_numbers(dtype):
    """Members that differ in everything that may differ in one stack, one of them with hardly anything switched on."""
    X, y = a_table(5, 8)
    optimizers = (
        "adamw(weight_decay=0)",
        "adamw(weight_decay=0.3, beta1=0.5, eps=1e-3)",
        "adamw(beta2=0.9)",
        "adam",
        "adam(beta1=0.5, eps=1e-3)",
        "sgd",
        "sgd(momentum=0.9)",
        "sgd(momentum=0.3, nesterov=true)",
    )
    recipes = [
        Recipe(
            hidden=(10,),
            epochs=3,
            seed=seed,
            optimizer=optimizer,
            l2=(0.0, 0.1, 0.01)[seed % 3],
            l1=(0.0, 0.0, 0.02)[seed % 3],
            loss=f"huber(delta={(0.2, 5.0, 1.0)[seed % 3]})",
            dropout=(0.0, 0.5)[seed % 2],
        )
        for seed, optimizer in enumerate(optimizers)
    ]
    members_equal_soloists(recipes, X, y, dtype=dtype)


@pytest.mark.parametrize("loss", ["cross_entropy", "bce_with_logits"])
def test_smoothed_labels_are_a_members_own(loss):
    X, y = a_table(5, 9)
    recipes = [
        Recipe(loss=f"{loss}(label_smoothing={share})", epochs=2, seed=s) for s, share in enumerate((0.0, 0.1, 0.4))
    ]
    together = members_equal_soloists(recipes, X, (y > 0).astype(int))
    assert len(np.unique(together.loss[:, 0])) == 3


@pytest.mark.parametrize("size", [2, 3, 4, 5])
@pytest.mark.parametrize("width", [1, 2])
def test_small_embeddings_of_few_numbers_keep_their_bits(width, size):
    """A product with a single matrix, or with a single column, takes other ways through the library."""
    X, y = a_table(width, 10)
    shape = Recipe(hidden=(6,), number_frequencies=32, number_embedding_size=size, epochs=3)
    members_equal_soloists([shape.replace(seed=s) for s in range(3)], X, y)


def test_order_and_company_change_no_bit():
    X, y = a_table(9, 2)
    recipes = [Recipe(hidden=(20, 20), seed=s, lr=0.002 * (s + 1), dropout=0.1 * s, epochs=3) for s in range(5)]
    together = train(recipes, X, y)
    shuffled = [3, 0, 4, 1, 2]
    reordered = train([recipes[p] for p in shuffled], X, y)
    some = train([recipes[3], recipes[1]], X, y)
    for place, position in enumerate(shuffled):
        same_bits(reordered.parameters(place), together.parameters(position))
    same_bits(some.parameters(0), together.parameters(3))
    same_bits(some.parameters(1), together.parameters(1))


def test_a_member_that_stops_early_leaves_and_changes_nobody():
    """Members end at different epochs, the stack is compacted, and everybody is what they are alone."""
    X, y = a_table(6, 3)
    recipes = [
        Recipe(hidden=(16,), seed=s, lr=lr, epochs=40, patience=patience)
        for s, (lr, patience) in enumerate([(0.1, 1), (0.001, 40), (0.05, 2), (0.2, 1), (0.003, 30)])
    ]
    together = members_equal_soloists(recipes, X, y, validation=a_table(6, 33))
    ended = together.per_member("ended")
    assert "stopped early" in ended
    assert "finished" in ended


def test_a_diverged_member_poisons_nobody():
    X, y = a_table(6, 4)
    recipes = [Recipe(hidden=(16,), optimizer="sgd", lr=lr, epochs=5, seed=1) for lr in (1e-2, 1e30, 2e-2)]
    together = train(recipes, X, y)
    assert together.per_member("ended") == ["finished", "diverged", "finished"]
    for member in (0, 2):
        same_bits(together.parameters(member), train([recipes[member]], X, y).parameters(0))


def test_members_on_their_own_rows_are_what_they_are_alone():
    """Folds of unequal size: other rows, other counts, same bits."""
    X, y = a_table(5, 5, rows=101)
    data = TrainingData.of(X, y)
    everything = np.arange(101)
    held = [everything[start::8] for start in range(8)]
    rows = StackRows(tuple(np.setdiff1d(everything, h) for h in held), tuple(held))
    recipes = [Recipe(hidden=(12,), epochs=4, seed=s, batch_size=16, dropout=0.2) for s in range(8)]
    together = train_members(recipes, data, rows, target=TargetSpec(task="regression"))
    for member, recipe in enumerate(recipes):
        alone = train_members([recipe], data, rows.take([member]), target=TargetSpec(task="regression"))
        same_bits(together.parameters(member), alone.parameters(0))


def test_one_thread_and_two_give_the_same_bits():
    X, y = a_table(30, 6, rows=2000)
    recipes = [
        Recipe(
            hidden=(96, 50), activation="mish", batch_size=256, epochs=2, seed=s, dropout=0.15, number_frequencies=16
        )
        for s in range(4)
    ]
    threads = torch.get_num_threads()
    found = []
    try:
        for count in (1, 2):
            torch.set_num_threads(count)
            found.append(train(recipes, X, y))
    finally:
        torch.set_num_threads(threads)
    for member in range(4):
        same_bits(found[0].parameters(member), found[1].parameters(member))


def test_threads_change_no_bit_of_one_member_on_huge_batches():
    """One member keeps all threads; a batch of 60,000 rows is long enough to be cut up."""
    X, y = a_table(3, 11, rows=60_000)
    # Wide enough that a single member is given threads at all.
    recipe = Recipe(hidden=(48, 16), batch_size=60_000, epochs=2, schedule="plateau")
    threads = torch.get_num_threads()
    found = []
    try:
        for count in (1, 2):
            torch.set_num_threads(count)
            found.append(train([recipe], X, y))
    finally:
        torch.set_num_threads(threads)
    same_bits(found[0].parameters(0), found[1].parameters(0))
    np.testing.assert_array_equal(found[0].loss, found[1].loss)


def test_the_seed_is_the_member_and_nothing_else_is():
    """Same recipe, same network; another seed, another network; global generators play no part."""
    X, y = a_table(4, 7)
    recipe = Recipe(hidden=(8,), epochs=2, dropout=0.3)
    torch.manual_seed(1)
    np.random.seed(1)
    first = train([recipe], X, y)
    torch.manual_seed(2)
    np.random.seed(2)
    second = train([recipe, recipe.replace(seed=1)], X, y)
    same_bits(first.parameters(0), second.parameters(0))
    assert not np.array_equal(second.parameters(0)["1.weight"], second.parameters(1)["1.weight"])
