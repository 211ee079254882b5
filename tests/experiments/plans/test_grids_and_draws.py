"""Plans: grids, paths and random draws, and what their variants are called."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.errors import UsageError
from pellucid.experiments.plans import factor, grid, path, random_draws, read_factor, read_factors

seeds = st.integers(0, 2**53 - 1)


def names(variants):
    return [variant.name for variant in variants]


def test_a_grid_has_every_combination_and_the_last_factor_changes_fastest():
    variants = grid(read_factors(["activation=relu,gelu", "lr=0.1,0.01"]))
    assert [tuple(variant.changes.values()) for variant in variants] == [
        ("relu", 0.1),
        ("relu", 0.01),
        ("gelu", 0.1),
        ("gelu", 0.01),
    ]
    assert variants[1].levels == {"activation": "relu", "lr": "0.01"}
    assert names(variants) == ["relu, lr 0.1", "relu, lr 0.01", "gelu, lr 0.1", "gelu, lr 0.01"]


@pytest.mark.parametrize(
    ("vary", "expected"),
    [
        (["activation=relu,gelu"], ["relu", "gelu"]),
        (["lr=1e-3,0.01"], ["lr 0.001", "lr 0.01"]),
        (["hidden=64-64,32,none"], ["64-64", "hidden 32", "linear"]),
        (["norm=none,layer_norm"], ["norm none", "layer_norm"]),
        (["drop_last=yes,no"], ["drop_last yes", "drop_last no"]),
        (["clip_norm=none,1"], ["clip_norm none", "clip_norm 1"]),
        (["activation=relu,gelu", "epochs=3"], ["relu", "gelu"]),
        (["epochs=3"], ["epochs 3"]),
        (["width=4,8", "depth=2"], ["width 4", "width 8"]),
        (["optimizer=sgd,sgd(momentum=0.9)"], ["sgd", "sgd(momentum=0.9)"]),
        (
            ["schedule=constant,cosine", "momentum_schedule=constant,step"],
            [
                "schedule constant, momentum_schedule constant",
                "schedule constant, step",
                "cosine, momentum_schedule constant",
                "cosine, step",
            ],
        ),
    ],
)
def test_a_name_says_what_is_special_about_a_variant(vary, expected):
    assert names(grid(read_factors(vary))) == expected


some_factors = st.lists(
    st.sampled_from(
        [
            "activation=relu,gelu,tanh",
            "output_activation=auto,tanh,relu",
            "lr=1e-4:1e-1:log:7",
            "weight_decay=none,0.1,0.1000001",
            "dropout=0:0.5:5",
            "batch_size=16:64:3",
            "hidden=8,8-8,none",
            "schedule=constant,cosine",
            "regularisation_schedule=constant,cosine",
            "norm=none,layer_norm",
            "drop_last=yes,no",
            "decay_biases=no,yes",
        ]
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


@given(some_factors, seeds)
def test_names_are_unique_and_levels_tell_variants_apart(vary, seed):
    factors = read_factors(vary)
    variants = grid(factors)
    assert len(variants) == math.prod(len(each.values) for each in factors)
    count = max(1, len(variants) // 2)
    for plan in (variants, random_draws(factors, count, seed)):
        assert len(set(names(plan))) == len(plan)
        assert len({tuple(variant.levels.items()) for variant in plan}) == len(plan)
        for variant in plan:
            assert all(text for text in variant.levels.values())
            assert list(variant.levels) == list(variant.changes) == [each.name for each in factors]


def test_a_path_goes_along_one_number_in_the_order_given():
    variants = path(read_factor("l2=1e-3:1e3:log:20"))
    assert len(variants) == 20
    assert (variants[0].changes, variants[-1].changes) == ({"l2": 1e-3}, {"l2": 1e3})
    assert names(path(factor("l2", [3, 1, 2]))) == ["l2 3", "l2 1", "l2 2"]


@given(some_factors, seeds, st.integers(1, 60), st.integers(0, 60))
def test_a_draw_depends_on_the_seed_and_its_number_alone(vary, seed, count, more):
    factors = read_factors([*vary, "l2=1e-6:1:log"])
    few, many = random_draws(factors, count, seed), random_draws(factors, count + more, seed)
    assert [variant.changes for variant in few] == [variant.changes for variant in many[:count]]


def test_a_factor_is_drawn_alike_in_any_company():
    alone = random_draws(read_factors(["lr=1e-4:1:log"]), 30, 5)
    together = random_draws(read_factors(["l1=0:1", "lr=1e-4:1:log"]), 30, 5)
    assert [variant.changes["lr"] for variant in alone] == [variant.changes["lr"] for variant in together]
    other = random_draws(read_factors(["lr=1e-4:1:log"]), 30, 6)
    assert not {variant.changes["lr"] for variant in alone} & {variant.changes["lr"] for variant in other}


@given(seeds)
def test_every_combination_is_drawn_before_one_would_come_again(seed):
    factors = read_factors(["activation=relu,gelu", "epochs=1:5", "norm=none,layer_norm,batch_norm"])
    drawn = [tuple(variant.changes.values()) for variant in random_draws(factors, 30, seed)]
    assert len(set(drawn)) == 30
    assert {epochs for _, epochs, _ in drawn} == {1, 2, 3, 4, 5}


def test_draws_are_spread_as_the_range_says():
    """2,000 draws: a share of a quarter or a half has a standard error of at most 1.1 points."""
    draws = random_draws(read_factors(["lr=1e-4:1:log", "l2=0:10", "activation=relu,tanh"]), 2000, 1)
    for low in (1e-4, 1e-3, 1e-2, 1e-1):
        assert abs(sum(low <= each.changes["lr"] < 10 * low for each in draws) / 2000 - 0.25) < 0.05
    for low in (0, 2.5, 5, 7.5):
        assert abs(sum(low <= each.changes["l2"] < low + 2.5 for each in draws) / 2000 - 0.25) < 0.05
    assert abs(sum(each.changes["activation"] == "relu" for each in draws) / 2000 - 0.5) < 0.05
    assert abs(sum(each.changes["lr"] < 1e-2 and each.changes["l2"] < 5 for each in draws) / 2000 - 0.25) < 0.05


def test_whole_numbers_are_drawn_with_their_share_of_the_range():
    factors = read_factors(["batch_size=1:8:log", "epochs=1:4", "l2=1:2", "number_frequencies=0:32"])
    draws = random_draws(factors, 3000, 0)
    counts = Counter(each.changes["batch_size"] for each in draws)
    assert set(counts) == set(range(1, 9))
    for value in range(1, 9):
        share = math.log((value + 0.5) / (value - 0.5)) / math.log(8.5 / 0.5)
        assert abs(counts[value] / 3000 - share) < 0.04
    for name, values in (("epochs", {1, 2, 3, 4}), ("number_frequencies", {0, 16, 32})):
        counts = Counter(each.changes[name] for each in draws)
        assert set(counts) == values
        assert all(abs(count / 3000 - 1 / len(values)) < 0.04 for count in counts.values())


@given(seeds)
def test_a_draw_lies_in_its_range_and_is_what_its_name_says(seed):
    for text, low, high in (("lr=1e-4:1e-1:log", 1e-4, 1e-1), ("l2=0.9:0.91", 0.9, 0.91), ("l2=1:3", 1, 3)):
        for variant in random_draws([read_factor(text)], 20, seed):
            (value,) = variant.changes.values()
            assert low <= value <= high
            assert float(variant.name.split()[-1]) == value


def test_listed_values_are_drawn_as_they_are():
    drawn = {each.changes["lr"] for each in random_draws(read_factors(["lr=1e-4:1e-1:log:7", "l2=0:1"]), 200, 0)}
    assert drawn == set(read_factor("lr=1e-4:1e-1:log:7").values)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: grid(()), "Nothing is varied. Name a factor and its values"),
        (lambda: random_draws((), 3, 0), "Nothing is varied. Name a factor and its values"),
        (
            lambda: grid(read_factors(["lr=1e-4:1e-1:log"])),
            "a grid needs some. Write lr=0.0001:0.1:log:7 for seven of them, or add --draws 100",
        ),
        (
            lambda: path(read_factor("lr=1:2")),
            "a range without points, and a path needs some. Write lr=1:2:linear:7 for seven of them[.]$",
        ),
        (lambda: path(read_factor("activation=relu,tanh")), "A path goes along numbers, and activation=relu,tanh has"),
        (lambda: path(read_factor("clip_norm=none,1")), "A path goes along numbers, and clip_norm=none,1 has"),
        (lambda: path(read_factor("l2=1")), "needs two values at least, found l2=1. Write a range, such as"),
        (lambda: grid(read_factors(["hidden=3,4", "depth=3"])), "Vary either hidden, or width and depth"),
        (lambda: random_draws(read_factors(["width=3,4", "hidden=3"]), 2, 0), "Vary either hidden, or width and depth"),
        (lambda: grid([read_factor("l1=1,2"), read_factor("l1=3")]), "l1 is varied twice"),
        (
            lambda: grid(read_factors(["l1=1e-3:1:log:1000", "l2=1e-3:1:log:101"])),
            "1,000 l1 × 101 l2 make a grid of 101,000 variants, and 100,000 are the most. Give fewer values, or "
            "add --draws 100",
        ),
        (lambda: random_draws(read_factors(["l1=1:2"]), 0, 0), "1 to 100,000 variants can be drawn, found 0"),
        (
            lambda: random_draws(read_factors(["l1=1:2"]), 100_001, 0),
            "1 to 100,000 variants can be drawn, found 100,001",
        ),
        (lambda: random_draws(read_factors(["l1=1:2"]), 1, -1), "seed of the draws must be 0 or above, found -1"),
        (
            lambda: random_draws(read_factors(["activation=relu,gelu", "epochs=1:5"]), 11, 0),
            "11 draws were asked for, and activation=relu,gelu, epochs=1:5:linear make 10 variants. Draw at most",
        ),
        (
            lambda: random_draws(read_factors(["l1=1:1.0000000000000002"]), 9, 0),
            "too little room for 9 different draws",
        ),
    ],
)
def test_plans_that_cannot_be_made_are_refused(make, message):
    with pytest.raises(UsageError, match=message):
        make()
