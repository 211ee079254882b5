"""Sequences in a table: consecutive rows of one group, and one text of labels for each."""

import numpy as np
import pytest

from pellucid.errors import DataError, UsageError
from pellucid.tables import decide_target, find_runs, read_table, sequence_labels, usable_sequences


def columns(groups, texts):
    table = read_table({"g": groups, "t": texts})
    return table.column("g"), table.column("t")


def test_consecutive_rows_of_one_group_are_one_sequence():
    group, _ = columns(["x", "x", "y", None, "x", "x", "x"], list("abcdefg"))
    runs = find_runs(group)
    assert runs.starts.tolist() == [0, 2, 4]
    assert runs.stops.tolist() == [2, 3, 7]
    assert runs.names == ("x", "y", "x")
    assert runs.take(np.array([2])).names == ("x",)


def test_rows_that_were_left_out_end_a_sequence():
    group, _ = columns(["x"] * 4, list("abcd"))
    runs = find_runs(group, np.array([0, 1, 5, 6]))
    assert (runs.starts.tolist(), runs.stops.tolist()) == ([0, 2], [2, 4])


def test_a_sequence_says_its_labels_in_every_row_or_in_some():
    group, text = columns(["x", "x", "y", "y", "z"], ["k a t", "k a t", None, "o", None])
    assert sequence_labels(text, find_runs(group)) == [("k", "a", "t"), ("o",), None]


def test_two_texts_in_one_sequence_are_refused():
    group, text = columns(["x", "x", "y"], ["k a", "k o", "o"])
    with pytest.raises(DataError, match=r"says 'k a' and 'k o' in one sequence \(group 'x', rows 1 to 2\)") as caught:
        sequence_labels(text, find_runs(group))
    assert caught.value.code == "B087"


def test_equal_neighbours_need_a_row_between_them():
    group, text = columns(["x"] * 2 + ["y"] * 3 + ["z"], ["a a"] * 2 + ["a a"] * 3 + [None])
    assert usable_sequences(text, find_runs(group)).tolist() == [1]


def test_the_labels_of_all_sequences_are_the_classes():
    group, text = columns(["x"] * 3 + ["y"] * 4, ["b a"] * 3 + ["a c a"] * 4)
    decided = decide_target(text, "sequence", group=group)
    assert (decided.task, decided.classes, decided.counts) == ("sequence", ("a", "b", "c"), (3, 1, 1))
    assert (decided.columns, decided.group, decided.missing) == (("t",), "g", 0)
    assert decided.note == "2 sequences of 3 to 4 rows by g, 3 labels"


@pytest.mark.parametrize(
    ("texts", "code", "message"),
    [
        (["a a a"] * 3 + ["b b b"] * 3, "B052", "No sequence has labels in 't' that fit into its rows"),
        (["a"] * 3 + ["a  a"] * 3, "B053", "Every label in 't' is 'a'"),
    ],
)
def test_labels_that_teach_nothing_are_refused(texts, code, message):
    group, text = columns(["x"] * 3 + ["y"] * 3, texts)
    with pytest.raises(DataError, match=message) as caught:
        decide_target(text, "sequence", group=group)
    assert caught.value.code == code


def test_a_reconstruction_has_no_target_and_all_others_have_one():
    decided = decide_target((), "reconstruction")
    assert (decided.name, decided.columns) == ("its own columns", ())
    with pytest.raises(UsageError, match="There is no target"):
        decide_target((), "embedding")
