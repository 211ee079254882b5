"""Which task a target sets, and its values."""

import numpy as np
import pytest

from pellucid.errors import DataError, UnknownNameError
from pellucid.tables import Column, decide_target, read_table, target_values


def column(values) -> Column:
    return read_table({"y": values}).column("y")


TASKS = {
    "words": (["no", "yes", "maybe"] * 20, "multiclass", ("maybe", "no", "yes"), []),
    "spelled booleans": (["No", "Yes"] * 20, "binary", ("No", "Yes"), []),
    "booleans": ([True, False] * 20, "binary", ("0", "1"), []),
    "zero and one": ([0, 1] * 20, "binary", ("0", "1"), []),
    "one and two": ([1, 2] * 20, "binary", ("1", "2"), []),
    "two floats": ([0.5, 1.5] * 20, "binary", ("0.5", "1.5"), []),
    "few integers": ([3, 10, 8] * 20, "multiclass", ("3", "8", "10"), ["B056"]),
    "integers that measure": ([i % 15 for i in range(400)], "regression", (), ["B056"]),
    "numbers": (np.random.default_rng(0).normal(size=50), "regression", (), []),
    "few rows, all different": ([1, 2, 3, 4, 5, 6, 7, 8, 9.5, 10, 12, 13], "regression", (), []),
    "a small class": (["a"] * 50 + ["b"] * 50 + ["c"] * 3, "multiclass", ("a", "b", "c"), ["B054"]),
    "a long tail": (np.r_[np.random.default_rng(0).normal(size=99), 1e4], "regression", (), ["B057"]),
    "capped": (np.minimum(np.random.default_rng(0).normal(size=500), 1.0), "regression", (), ["B057"]),
    "huge": (np.random.default_rng(0).normal(size=50) * 1e40, "regression", (), ["B058"]),
    "some missing": ([1.5, 2.5, 7.25, None] * 20, "multiclass", ("1.5", "2.5", "7.25"), ["B052", "B056"]),
}


@pytest.mark.parametrize("case", TASKS)
def test_the_values_decide_the_task(case):
    values, task, classes, codes = TASKS[case]
    decision = decide_target(column(values))
    assert (decision.task, decision.classes) == (task, classes)
    assert [finding.code for finding in decision.findings] == codes
    assert sum(decision.counts) == (0 if task == "regression" else len(values) - decision.missing)


def test_the_task_can_be_asked_for():
    quality = column([3, 4, 5, 6] * 20)
    assert decide_target(quality).task == "multiclass"
    assert decide_target(quality, "regression").task == "regression"
    assert decide_target(column(np.arange(80.0) % 20), "multiclass").task == "multiclass"


REFUSED = {
    "nothing": ([None] * 5, None, "B052", r"has no values in any of its 5 rows"),
    "one class": (["a"] * 5, None, "B053", r"is 'a' in every row"),
    "one number": ([7, 7, None], None, "B053", r"is '7' in every row"),
    "one boolean": ([True, True], None, "B053", r"is '1' in every row"),
    "no rows": ([], None, "B002", r"no rows"),
    "an id": ([f"n{i}" for i in range(50)], None, "B055", r"50 different words in 50 rows"),
    "dates": (np.arange(20).astype("M8[D]"), None, "B056", r"is a date"),
    "words as numbers": (["a", "b"] * 9, "regression", "B056", r"holds words such as 'a'"),
    "three as binary": (["a", "b", "c"] * 9, "binary", "B056", r"so it is not binary\. Ask for multiclass\.$"),
    "three numbers as binary": ([1, 2, 3] * 9, "binary", "B056", r"Ask for multiclass or regression\.$"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_target_that_cannot_be_learned_is_refused(case):
    values, task, code, match = REFUSED[case]
    with pytest.raises(DataError, match=match) as caught:
        decide_target(column(values), task)
    assert caught.value.code == code


def test_an_unknown_task_gets_the_nearest():
    with pytest.raises(UnknownNameError, match=r"no task 'regresion'\. Did you mean 'regression'"):
        decide_target(column([1, 2]), "regresion")


def test_the_note_says_it_in_a_few_words():
    assert decide_target(column(["no"] * 549 + ["yes"] * 342)).note == "549 no, 342 yes"
    assert decide_target(column([0] * 1500 + [1] * 3)).note == "1\N{NARROW NO-BREAK SPACE}500 × 0, 3 × 1"
    assert decide_target(column(list("abcdefgh") * 5)).note.endswith("5 f, 2 more")
    assert (
        decide_target(column([1.25, 101570, 600000, 4, 5.5, 7, 8, 9, 11, 12, 13])).note
        == "1.25 to 600\N{NARROW NO-BREAK SPACE}000, median 9"
    )


def test_numbers_below_0_have_a_minus_sign_as_everywhere_on_the_screen():
    note = decide_target(column(np.arange(40) / 8 - 3)).note
    assert note == "\N{MINUS SIGN}3 to 1.875, median \N{MINUS SIGN}0.5625"


def test_labels_become_codes_and_back_in_any_storage():
    decision = decide_target(column(["No", "Yes", None] * 9))
    assert decision.missing == 9
    assert target_values(column(["Yes", "No", None, "maybe"]), decision).tolist() == [1, 0, -1, -2]
    numbers = decide_target(column([1, 2] * 9))
    assert target_values(column([2, 1, None, 3]), numbers).tolist() == [1, 0, -1, -2]
    assert target_values(column(["2", "1"]), numbers).tolist() == [1, 0]


def test_a_regression_target_keeps_its_unit_and_infinities_are_missing():
    decision = decide_target(column([1.5, 2.5, None, np.inf, *range(20)]))
    assert decision.missing == 2
    values = target_values(column([1.5, np.inf, None]), decision)
    assert values.dtype == np.float64
    assert values[0] == 1.5
    assert np.isnan(values[1:]).all()
    with pytest.raises(DataError, match="holds no numbers here") as caught:
        target_values(column(["a", "b"]), decision)
    assert caught.value.code == "B068"


def test_a_regression_on_numbers_whose_squares_overflow_is_refused():
    values = np.random.default_rng(0).normal(size=50)
    assert decide_target(column(values * 1e148)).task == "regression"
    with pytest.raises(DataError, match=r"numbers as large as 2\.\d\de\+200; beyond 1e150") as caught:
        decide_target(column(values * 1e200))
    assert caught.value.code == "B058"
    assert decide_target(column([1e200, 2e200] * 9)).task == "binary"


def test_a_number_of_many_digits_is_told_as_a_power():
    assert decide_target(column(np.arange(1, 41) * 1e40)).note == "1.00e+40 to 4.00e+41, median 2.05e+41"


def test_rows_with_an_infinite_target_are_told_apart_from_rows_without_one():
    decision = decide_target(column([1.5, None, np.inf, -np.inf, *np.arange(20.0) ** 1.5]))
    assert [finding.message for finding in decision.findings] == [
        "y has no value in 1 of 24 rows; it is left out.",
        "y is infinite in 2 of 24 rows; they are left out.",
    ]
    assert [finding.code for finding in decision.findings] == ["B052", "B035"]
    assert decision.missing == 3


def test_counts_in_findings_agree_with_their_nouns():
    (small,) = decide_target(column(["a"] * 50 + ["b"] * 3)).findings
    assert small.message == "1 of 2 classes has fewer than 10 rows: b (3). Scores for it mean little."
    with pytest.raises(DataError, match=r"in its only row\."):
        decide_target(column([None]))
