"""Cross-validation: which rows train and which test, fold after fold."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.errors import DataError, UnknownNameError, UsageError
from pellucid.tables import TASKS, choose_scheme, cross_validation, hold_out, joined_groups

seeds = st.integers(0, 2**53 - 1)
rows = st.integers(30, 120)


def classes(count, seed=0):
    """Three classes of unequal size, and now and then a row without a target."""
    return np.random.default_rng(seed).choice([-1, 0, 1, 2], size=count, p=[0.05, 0.6, 0.25, 0.1])


def some_groups(count, seed=0):
    """Groups of one to about six rows."""
    return np.random.default_rng([seed, 1]).integers(count // 3, size=count) * 7


@given(rows, seeds, st.sampled_from(["k_fold", "stratified", "grouped"]), st.integers(2, 5), st.integers(1, 3))
def test_every_usable_row_tests_exactly_once_per_repeat_and_never_where_it_trains(count, seed, scheme, folds, repeats):
    values, groups = classes(count), some_groups(count)
    usable = np.flatnonzero(values >= 0)
    found = cross_validation(
        values, "multiclass", scheme=scheme, folds=folds, repeats=repeats, seed=seed, groups=groups
    )
    assert [(fold.repeat, fold.number) for fold in found] == [(r, k) for r in range(repeats) for k in range(folds)]
    for repeat in range(repeats):
        mine = [fold for fold in found if fold.repeat == repeat]
        assert sorted(np.concatenate([fold.test for fold in mine])) == usable.tolist()
        for fold in mine:
            assert sorted([*fold.train, *fold.test]) == usable.tolist()
    for fold in found:
        for part in (fold.train, fold.test):
            assert part.dtype == np.int64
            assert (np.diff(part) > 0).all()


@given(rows, seeds, st.sampled_from(["auto", "k_fold", "stratified", "grouped"]))
def test_a_group_is_never_divided(count, seed, scheme):
    values, groups = classes(count), some_groups(count)
    for fold in cross_validation(values, "multiclass", scheme=scheme, folds=3, repeats=2, seed=seed, groups=groups):
        assert not set(groups[fold.train]) & set(groups[fold.test])
        learns, picks = hold_out(fold.train, values, "multiclass", share=0.25, seed=seed, groups=groups)
        assert sorted([*learns, *picks]) == fold.train.tolist()
        assert not set(groups[learns]) & set(groups[picks])


@given(rows, seeds, st.integers(2, 5))
def test_stratified_folds_are_even_in_every_class_and_in_all(count, seed, folds):
    values = classes(count)
    found = cross_validation(values, "ordinal", scheme="stratified", folds=folds, repeats=2, seed=seed)
    for repeat in range(2):
        tests = [fold.test for fold in found if fold.repeat == repeat]
        for code in range(3):
            counts = [(values[test] == code).sum() for test in tests]
            assert max(counts) - min(counts) <= 1
        sizes = [len(test) for test in tests]
        assert max(sizes) - min(sizes) <= 1


@given(rows, seeds)
def test_folds_of_groups_differ_by_no_more_than_the_largest_group(count, seed):
    groups = some_groups(count, seed)
    sizes = [
        len(fold.test) for fold in cross_validation(np.zeros(count), "regression", folds=3, seed=seed, groups=groups)
    ]
    assert max(sizes) - min(sizes) <= np.unique(groups, return_counts=True)[1].max()


def test_a_rare_label_is_in_every_fold():
    labels = (np.random.default_rng(0).random((100, 3)) < [0.6, 0.3, 0.0]).astype(float)
    labels[[3, 50, 51, 70, 99], 2] = 1.0
    for seed in range(10):
        for fold in cross_validation(labels, "multilabel", folds=5, seed=seed):
            assert labels[fold.test, 2].sum() == 1


def test_a_class_with_fewer_rows_than_folds_is_missing_from_some_tests():
    values = np.array([0] * 20 + [1] * 2)
    found = cross_validation(values, "binary", folds=5, seed=0)
    assert sorted((values[fold.test] == 1).sum() for fold in found) == [0, 0, 0, 1, 1]


@given(rows, seeds)
def test_a_plain_fold_looks_at_no_target(count, seed):
    numbers = np.random.default_rng(1).normal(size=count)
    codes = np.random.default_rng(2).integers(2, size=count)
    one = cross_validation(numbers, "regression", scheme="k_fold", folds=3, seed=seed)
    other = cross_validation(codes, "binary", scheme="k_fold", folds=3, seed=seed)
    assert [fold.test.tolist() for fold in one] == [fold.test.tolist() for fold in other]


def test_the_seed_and_the_repeat_alone_decide():
    values = classes(90)

    def drawn(seed, repeats):
        return [fold.test.tolist() for fold in cross_validation(values, "multiclass", seed=seed, repeats=repeats)]

    assert drawn(4, 3) == drawn(4, 3)
    assert drawn(4, 3)[:10] == drawn(4, 2)
    first, second = drawn(4, 2)[:5], drawn(4, 2)[5:]
    assert not any(test in second for test in first)
    assert not any(test in drawn(5, 1) for test in first)


def some_times(count, seed, distinct):
    return np.random.default_rng(seed).integers(distinct, size=count) * 0.5


@given(rows, seeds, st.integers(1, 4), st.integers(8, 60))
def test_time_never_trains_on_the_future(count, seed, folds, distinct):
    folds += 1
    order = some_times(count, seed, distinct)
    values = np.random.default_rng(seed).normal(size=count)
    values[::9] = np.nan
    usable = np.flatnonzero(np.isfinite(values))
    found = cross_validation(values, "regression", scheme="time", folds=folds, seed=seed, order=order)
    assert [fold.number for fold in found] == list(range(folds))
    for fold in found:
        assert order[fold.train].max() < order[fold.test].min()
        if len(np.unique(order[fold.train])) > 1:
            learns, picks = hold_out(fold.train, values, "regression", share=0.3, seed=0, order=order)
            assert order[learns].max() < order[picks].min()
            assert sorted([*learns, *picks]) == fold.train.tolist()
    for earlier, later in pairwise(found):
        assert sorted([*earlier.train, *earlier.test]) == later.train.tolist()
    assert sorted([*found[-1].train, *found[-1].test]) == usable.tolist()


def test_blocks_of_time_are_as_even_as_equal_times_allow():
    order = np.random.default_rng(0).permutation(60)
    found = cross_validation(np.zeros(60), "regression", folds=5, seed=0, order=order)
    assert [len(fold.test) for fold in found] == [10] * 5
    days = np.array([1] * 10 + [2] * 9 + [3] * 2 + [4] * 9)
    found = cross_validation(np.zeros(30), "regression", folds=2, seed=0, order=days)
    assert [np.unique(days[fold.test]).tolist() for fold in found] == [[2], [3, 4]]
    # All in one place: the later folds still get a point in time each.
    days = np.array([1] * 27 + [2, 3, 4])
    found = cross_validation(np.zeros(30), "regression", folds=3, seed=0, order=days)
    assert [np.unique(days[fold.test]).tolist() for fold in found] == [[2], [3], [4]]
    found = cross_validation(np.zeros(30), "regression", folds=3, seed=0, order=days[::-1].max() - days)
    assert [len(fold.test) for fold in found] == [1, 1, 27]


@given(rows, seeds)
def test_folds_by_time_do_not_depend_on_the_order_of_the_rows(count, seed):
    order = some_times(count, seed, 20)
    place = np.random.default_rng(seed).permutation(count)
    straight = cross_validation(np.zeros(count), "count", scheme="time", folds=3, seed=0, order=order)
    mixed = cross_validation(np.zeros(count), "count", scheme="time", folds=3, seed=0, order=order[place])
    for one, other in zip(straight, mixed, strict=True):
        assert one.test.tolist() == sorted(place[other.test].tolist())


@pytest.mark.parametrize(
    "order",
    [
        np.array([f"2020-01-0{day}" for day in range(1, 10)]),
        np.array([f"2020-01-0{day}" for day in range(1, 10)], dtype="datetime64[D]"),
        np.array([f"a{day}" for day in range(1, 10)], dtype=object),
    ],
)
def test_dates_and_words_are_times(order):
    found = cross_validation(np.zeros(9), "regression", folds=2, seed=0, order=order)
    assert [fold.test.tolist() for fold in found] == [[3, 4, 5], [6, 7, 8]]


def test_auto_takes_what_the_rows_need():
    assert choose_scheme("auto", "regression") == "k_fold"
    assert choose_scheme("auto", "regression", grouped=True) == "grouped"
    assert choose_scheme("auto", "regression", ordered=True) == "time"
    stratified = [task for task in TASKS if choose_scheme("auto", task) == "stratified"]
    assert stratified == ["binary", "multiclass", "ordinal", "multilabel", "embedding"]
    assert choose_scheme("auto", "binary", grouped=True) == "stratified"


@given(rows, seeds, st.sampled_from([0.1, 0.25, 0.5]))
def test_rows_that_pick_the_epoch_have_the_share_and_the_classes_of_all(count, seed, share):
    values = classes(count)
    train = np.flatnonzero(values >= 0)[::2]
    learns, picks = hold_out(train, values, "multiclass", share=share, seed=seed)
    assert sorted([*learns, *picks]) == train.tolist()
    assert abs(len(picks) - share * len(train)) <= 1.5
    for code in range(3):
        assert abs((values[picks] == code).sum() - share * (values[train] == code).sum()) <= 1.5
    again = hold_out(train[::-1], values, "multiclass", share=share, seed=seed)
    assert [part.tolist() for part in again] == [learns.tolist(), picks.tolist()]


def test_the_latest_rows_pick_the_epoch():
    order = np.array([5, 3, 1, 1, 2, 9, 9, 4, 0, 7])
    learns, picks = hold_out(np.arange(9), np.zeros(10), "regression", share=0.25, seed=0, order=order)
    assert (order[picks].tolist(), sorted(order[learns])) == ([9, 9], [0, 1, 1, 2, 3, 4, 5])


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=25))
def test_joined_groups_hold_together_what_any_of_them_holds_together_and_no_more(pairs):
    first, second = np.array(pairs).T
    joined = joined_groups(first * 3, second - 2)
    # The obvious way: flood from every row.
    for start in range(len(pairs)):
        company = {start}
        while True:
            more = {
                row
                for row in range(len(pairs))
                if set(first[[row]]) & set(first[list(company)]) or set(second[[row]]) & set(second[list(company)])
            }
            if more == company:
                break
            company = more
        assert set(np.flatnonzero(joined == joined[start])) == company
    assert (np.unique(joined_groups(first), return_counts=True)[1] == np.unique(first, return_counts=True)[1]).all()


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        (
            {"scheme": "stratifed"},
            UnknownNameError,
            "no cross-validation scheme 'stratifed'. Did you mean 'stratified'",
        ),
        ({"folds": 1}, UsageError, "needs folds ≥ 2 and whole, found folds=1"),
        ({"folds": 2.5}, UsageError, "needs folds ≥ 2 and whole, found folds=2.5"),
        ({"repeats": 0}, UsageError, "needs repeats ≥ 1 and whole, found repeats=0"),
        ({"seed": -1}, UsageError, "needs seed ≥ 0 and whole, found seed=-1"),
        ({"folds": 13}, DataError, "12 usable rows are too few for 13 folds. Add rows, or ask for fewer folds"),
        ({"groups": np.arange(12) // 6}, DataError, "12 usable rows in 2 groups that stay together are too few for 5"),
        ({"groups": np.arange(5)}, UsageError, r"groups has one entry for each of 12 rows, found the shape \[5\]"),
        ({"order": np.arange(5)}, UsageError, r"order has one entry for each of 12 rows, found the shape \[5\]"),
        ({"scheme": "grouped"}, UsageError, "Folds by group need groups, found none. Name the column"),
        ({"scheme": "stratified"}, UsageError, "the task regression has none. Use k_fold"),
        ({"scheme": "time"}, UsageError, "need to know when each row happened, found no order"),
        ({"scheme": "k_fold", "order": np.arange(12)}, UsageError, "belongs to the scheme time, found k_fold"),
        ({"repeats": 3, "order": np.arange(12)}, UsageError, "all 3 repeats would be the same. Ask for 1 repeat"),
        ({"order": np.arange(12) // 3}, DataError, "5 folds by time need 6 points in time, found 4 in 12 usable rows"),
        ({"order": np.r_[np.nan, np.arange(11)]}, DataError, "1 of 12 usable rows have no time"),
        ({"order": np.array([None, *"abcdefghijk"], dtype=object)}, DataError, "1 of 12 usable rows have no time"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes, error, message):
    with pytest.raises(error, match=message):
        cross_validation(np.arange(12.0), "regression", **{"seed": 0, **changes})


def test_few_large_groups_give_one_to_pick_the_epoch_by():
    groups = np.repeat([0, 1, 2], [10, 12, 14])
    for values in (np.zeros(36, dtype=int), groups):
        learns, picks = hold_out(np.arange(36), values, "multiclass", share=0.1, seed=3, groups=groups)
        assert len(np.unique(groups[picks])) == 1
        assert len(np.unique(groups[learns])) == 2


def test_a_hold_out_without_two_sides_is_refused():
    with pytest.raises(UsageError, match="lies between 0 and 1, found 1"):
        hold_out(np.arange(9), np.zeros(9), "regression", share=1.0, seed=0)
    for few, kinds in (
        ({}, "rows"),
        ({"groups": np.zeros(9)}, "groups of rows"),
        ({"order": np.zeros(9)}, "points in time"),
    ):
        with pytest.raises(DataError, match=f"one side would be empty. More {kinds} are needed") as caught:
            hold_out(np.arange(9 if few else 1), np.zeros(9), "regression", share=0.2, seed=0, **few)
        assert caught.value.code == "B002"
