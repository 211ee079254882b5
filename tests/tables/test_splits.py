"""Which rows train and which judge."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.errors import DataError, UsageError
from pellucid.tables import fold_rows, group_identical_rows, how_drawn, read_table, split_rows

codes = st.lists(st.integers(-1, 3), min_size=10, max_size=200).map(lambda values: np.array([0, 1, 0, 1, *values]))


@given(codes, st.integers(0, 2**32 - 1), st.sampled_from([0.1, 0.2, 0.5]))
def test_every_usable_row_is_on_exactly_one_side_and_classes_keep_their_share(values, seed, size):
    try:
        train, test = split_rows(values, "multiclass", test_size=size, seed=seed)
    except DataError:
        assert size * (values >= 0).sum() < 2
        return
    assert sorted([*train, *test]) == np.flatnonzero(values >= 0).tolist()
    assert (np.diff(train) > 0).all()
    assert (np.diff(test) > 0).all()
    for code in range(4):
        rows = (values == code).sum()
        in_test = (values[test] == code).sum()
        assert abs(in_test - size * rows) <= 1.5
        assert in_test < rows or rows == 0


@given(codes, st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_every_position_validates_once_and_folds_are_even_in_every_class(values, seed, folds):
    parts = fold_rows(values, "multiclass", folds=folds, seed=seed)
    usable = np.flatnonzero(values >= 0)
    assert sorted(np.concatenate([validation for _, validation in parts])) == usable.tolist()
    for train, validation in parts:
        assert sorted([*train, *validation]) == usable.tolist()
    for code in range(4):
        counts = [(values[validation] == code).sum() for _, validation in parts]
        assert max(counts) - min(counts) <= 1
    sizes = [len(validation) for _, validation in parts]
    assert max(sizes) - min(sizes) <= 1


@given(st.integers(0, 1000), st.integers(20, 80))
def test_a_group_lands_on_one_side(seed, rows):
    groups = np.random.default_rng(seed).integers(rows // 2, size=rows)
    values = np.random.default_rng(seed + 1).normal(size=rows)
    train, test = split_rows(values, "regression", test_size=0.3, seed=seed, groups=groups)
    assert not set(groups[train]) & set(groups[test])
    for learn, validate in fold_rows(values, "regression", folds=3, seed=seed, groups=groups):
        assert not set(groups[learn]) & set(groups[validate])


def test_the_seed_alone_decides():
    values = np.arange(100) % 3
    first, again, other = (split_rows(values, "multiclass", seed=seed)[1].tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len(first) == 20


def test_a_regression_keeps_out_rows_without_a_number():
    values = np.array([np.nan, *range(20), np.inf])
    train, test = split_rows(values, "regression", seed=0)
    assert sorted([*train, *test]) == list(range(1, 21))
    assert len(test) == 4


@given(st.integers(0, 2**32 - 1))
def test_a_rare_label_keeps_its_share_on_both_sides(seed):
    """Drawn at random, the five rows of the rare label would all train in every third split (0.8⁵)."""
    labels = (np.random.default_rng(0).random((200, 3)) < [0.6, 0.3, 0.0]).astype(float)
    labels[[3, 50, 51, 120, 199], 2] = 1.0
    labels[7] = np.nan
    train, test = split_rows(labels, "multilabel", seed=seed)
    assert sorted([*train, *test]) == [row for row in range(200) if row != 7]
    assert labels[test, 2].sum() == 1
    for label in range(3):
        assert abs(labels[test, label].mean() - labels[train, label].mean()) < 0.15
    for _, validation in fold_rows(labels, "multilabel", folds=5, seed=seed):
        assert labels[validation, 2].sum() == 1


def test_ordered_classes_are_stratified_and_several_numbers_are_not():
    values = np.array([0] * 40 + [1] * 5 + [2] * 40)
    for seed in range(20):
        assert (values[split_rows(values, "ordinal", seed=seed)[1]] == 1).sum() == 1
    several = np.stack([np.arange(50.0), np.arange(50.0)], axis=1)
    several[4, 1] = np.nan
    for task in ("regression", "distribution"):
        train, test = split_rows(several, task, seed=0)
        assert sorted([*train, *test]) == [row for row in range(50) if row != 4]
    assert [how_drawn(task) for task in ("ordinal", "multilabel", "count")] == [
        "at random, stratified by class",
        "at random, stratified by each row's rarest label",
        "at random",
    ]


def test_a_class_with_fewer_rows_than_folds_is_tolerated():
    values = np.array([0] * 20 + [1] * 2)
    parts = fold_rows(values, "binary", folds=5, seed=0)
    assert sorted((values[validation] == 1).sum() for _, validation in parts) == [0, 0, 0, 1, 1]


def test_impossible_splits_are_refused():
    with pytest.raises(UsageError, match=r"between 0 and 1, not 1\.5"):
        split_rows(np.arange(9) % 2, "binary", test_size=1.5, seed=0)
    with pytest.raises(UsageError, match="At least 2 folds"):
        fold_rows(np.arange(9) % 2, "binary", folds=1, seed=0)
    with pytest.raises(DataError, match="one side would be empty") as caught:
        split_rows(np.array([0, 1]), "binary", seed=0)
    assert caught.value.code == "B002"
    with pytest.raises(DataError, match="3 usable rows are too few for 5 folds"):
        fold_rows(np.array([0.0, 1.0, 2.0]), "regression", folds=5, seed=0)


def test_identical_rows_share_a_group_and_missing_equals_missing():
    table = read_table({"a": [1, 1, 2, None, None], "b": ["x", "x", "x", "y", "y"], "c": [1, 2, 3, 4, 5]})
    groups = group_identical_rows(table, ["a", "b"])
    assert groups[0] == groups[1]
    assert groups[3] == groups[4]
    assert len(set(groups.tolist())) == 3
    torn = read_table({"a": [1, 1, 2], "b": ["x", "y", None]})
    assert len(set(group_identical_rows(torn, ["a", "b"]).tolist())) == 3
