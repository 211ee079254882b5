"""Targets beside plain classes and numbers: labels, counts, quantiles, ordered classes, shares, several numbers."""

import numpy as np
import pytest

from pellucid.errors import DataError, UsageError
from pellucid.tables import Table, decide_columns, decide_target, read_table, target_values, unknown_labels, usable_rows

RANDOM = np.random.default_rng(0)
REALS = RANDOM.normal(size=40)


def columns(**values):
    table = read_table(values)
    return [table.column(name) for name in values]


DECIDED = {
    "yes and no": ({"a": ["yes", "no"] * 20, "b": [0, 0, 1, 1] * 10}, None, "multilabel", ("a", "b")),
    "numbers": ({"a": REALS, "b": REALS**2}, None, "regression", ()),
    "zeros and ones beside numbers": ({"a": [0, 1] * 20, "b": REALS}, None, "regression", ()),
    "labels as numbers": ({"a": [0, 1] * 20, "b": [0, 0, 1, 1] * 10}, "regression", "regression", ()),
    "shares": ({"a": [0.3, 0.4] * 20, "b": [0.7, 0.6] * 20}, "distribution", "distribution", ("a", "b")),
    "counts": ({"a": [0, 1, 4, 2] * 10}, "count", "count", ()),
    "ordered numbers": ({"a": [3, 10, 8, 4] * 10}, "ordinal", "ordinal", ("3", "4", "8", "10")),
    "quantiles": ({"a": REALS}, "quantile", "quantile", ()),
    "one text of labels": ({"a": ["dog|cat", "dog", "cow", "cat|cow"] * 5}, "multilabel", "multilabel", "cat cow dog"),
}


@pytest.mark.parametrize("case", DECIDED)
def test_the_columns_or_the_asker_decide_the_task(case):
    values, asked, task, classes = DECIDED[case]
    decision = decide_target(columns(**values), asked)
    assert decision.task == task
    assert decision.classes == (tuple(classes.split()) if isinstance(classes, str) else classes)
    assert decision.columns == tuple(values)
    assert decision.name == ", ".join(values)


def test_one_column_is_never_taken_for_what_must_be_asked_for():
    assert decide_target(columns(a=[0, 1, 2, 3] * 20)).task == "multiclass"
    assert decide_target(columns(a=np.arange(400) % 25)).task == "regression"
    assert decide_target(columns(a=["x|y", "x", "y"] * 20)).task == "multiclass"


def test_a_column_that_may_be_a_count_says_how_to_ask():
    (found,) = decide_target(columns(a=np.arange(400) % 15)).findings
    assert found.fix == "Pass --task multiclass if they are classes, --task count if they count something."
    (found,) = decide_target(columns(a=np.arange(400) % 15 - 3)).findings
    assert found.fix == "Pass --task multiclass if they are classes."


REFUSED = {
    "a label with three values": (
        {"a": [0, 1] * 6, "b": ["x", "y", "z"] * 4},
        "multilabel",
        "B079",
        "'b' holds 'x', 'y', 'z'; a column of a multilabel target says yes or no",
    ),
    "one label a row": ({"a": ["x", "y", "z"] * 4}, "multilabel", "B079", "'a' holds one label a row, such as 'x'"),
    "a label that all have": ({"a": ["x|y", "x", "x|z"] * 4}, "multilabel", "B053", "has the label 'x'"),
    "words beside numbers": ({"a": REALS, "b": ["x", "y"] * 20}, None, "B056", "'b' holds words such as 'x'"),
    "words beside yes and no": ({"a": ["no", "yes"] * 9, "b": ["x", "y"] * 9}, None, "B056", "'b' holds words such as"),
    "yes and no beside numbers": ({"a": REALS, "b": ["No", "Yes"] * 20}, None, "B056", "'b' says No or Yes beside num"),
    "dates beside numbers": ({"a": REALS, "b": np.arange(40).astype("M8[D]")}, None, "B056", "is a date"),
    "a negative count": (
        {"a": [0, 1, -2, 3] * 5},
        "count",
        "B080",
        r"is −2 in row 3 \(5 such rows\), which is below 0",
    ),
    "half a count": ({"a": [None, 1, 2.5, 3] * 5}, "count", "B080", r"is 2\.5 in row 3 \(5 such rows\), which is not"),
    "a count in words": ({"a": ["one", "two"] * 9}, "count", "B080", "holds 'one', and a count is a whole number"),
    "a negative share": ({"a": [0.5, 1.5], "b": [0.5, -0.5]}, "distribution", "B081", "'b' is −0.5 in row 2"),
    "shares without a total": (
        {"a": [0.5, 0.4, 0.1] * 4, "b": [0.5, 0.6, 0.7] * 4},
        "distribution",
        "B081",
        r"sum to 0\.8 in row 3 \(4 such rows\), elsewhere to 1\.",
    ),
    "shares without any total": (
        {"a": [0.5, 0.4, 0.1, 0.9] * 4, "b": [0.5, 0.8, 0.7, 0.8] * 4},
        "distribution",
        "B081",
        r"sum to 0\.8 in one row and to 1\.7 in another\. Shares sum to the same total",
    ),
    "shares in words": ({"a": ["x", "y"] * 5, "b": [1, 2] * 5}, "distribution", "B081", "the parts .* are numbers"),
    "shares alike": ({"a": [1, 2], "b": [2, 4]}, "distribution", "B053", "divided alike in every row"),
    "words without an order": (
        {"a": ["low", "mid", "high"] * 4},
        "ordinal",
        "B082",
        "as the alphabet has them: --order high,low,mid .*order",
    ),
    "two ordered classes": ({"a": [1, 2] * 9}, "ordinal", "B056", "between two there is no order"),
    "ordered measures": ({"a": REALS}, "ordinal", "B055", "too many to be ordered classes"),
    "quantiles of words": ({"a": ["x", "y"] * 9}, "quantile", "B056", "cannot be predicted by quantiles"),
    "no whole row": ({"a": [1, 2, None, None], "b": [None, None, 1, 2]}, None, "B052", "No row has a value of every"),
    "one number in whole rows": ({"a": [1, 1, 2], "b": [1, 2, None]}, None, "B053", "every row that has all targets"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_target_that_is_none_is_refused_with_its_code(case):
    values, task, code, match = REFUSED[case]
    with pytest.raises(DataError, match=match) as caught:
        decide_target(columns(**values), task)
    assert caught.value.code == code


MISUSED = {
    "several classes": ({"a": [0, 1] * 9, "b": [0, 1] * 9}, {"task": "binary"}, "The task binary takes one target"),
    "one share": ({"a": REALS}, {"task": "distribution"}, "a target column for each of its parts, found one"),
    "levels elsewhere": ({"a": REALS}, {"task": "regression", "levels": [0.5]}, "Levels belong to the task quantile"),
    "an order elsewhere": ({"a": REALS}, {"task": "count", "order": "ab"}, "An order belongs to the task ordinal"),
    "an order with a class twice": ({"a": ["x", "y"] * 20}, {"order": ["x", "y", "x"]}, "names 'x' twice"),
    "levels and order": ({"a": REALS}, {"levels": [0.5], "order": "ab"}, "Leave out one of the two"),
    "a level of one": ({"a": REALS}, {"levels": [0.5, 1.0]}, "lies between 0 and 1, found 1"),
    "a level twice": ({"a": REALS}, {"levels": [0.5, 0.5]}, "name one twice"),
}


@pytest.mark.parametrize("case", MISUSED)
def test_options_that_do_not_belong_together_are_refused(case):
    values, options, match = MISUSED[case]
    with pytest.raises(UsageError, match=match):
        decide_target(columns(**values), options.pop("task", None), **options)


def test_levels_ask_for_quantiles_and_an_order_for_ordered_classes():
    assert decide_target(columns(a=REALS), "quantile").levels == (0.1, 0.5, 0.9)
    decision = decide_target(columns(a=REALS), levels=[0.95, 0.05])
    assert (decision.task, decision.levels) == ("quantile", (0.05, 0.95))
    assert decision.note.endswith("; quantiles 0.05, 0.95")
    words = columns(a=["low", "mid", "high", "mid"] * 20)
    decision = decide_target(words, order=["low", "mid", "high"])
    assert (decision.task, decision.classes, decision.counts) == ("ordinal", ("low", "mid", "high"), (20, 40, 20))
    assert target_values(words, decision)[:3].tolist() == [0, 1, 2]


def test_an_order_names_every_value_and_goes_without_those_that_do_not_occur():
    words = columns(a=["low", "mid", "high"] * 20)
    with pytest.raises(DataError, match=r"'mid' in 20 rows, which stands nowhere .* mean it by 'midd'") as caught:
        decide_target(words, "ordinal", order=["low", "midd", "high"])
    assert caught.value.code == "B082"
    decision = decide_target(words, "ordinal", order=["none", "low", "mid", "high"])
    assert decision.classes == ("low", "mid", "high")
    assert [(found.code, found.message) for found in decision.findings] == [
        ("B050", "No row of a is 'none', so the order goes without.")
    ]


def test_a_row_that_lacks_one_of_several_targets_is_left_out_and_counted():
    both = columns(a=[1.5, None, 3.5, np.inf, *REALS], b=[0.5, 1.0, None, 2.0, *REALS])
    decision = decide_target(both)
    assert decision.missing == 3
    (found,) = decision.findings
    assert found.message == "3 of 44 rows lack at least one of the 2 targets (a in 2); they are left out."
    values = target_values(both, decision)
    assert values.shape == (44, 2)
    assert usable_rows(values).tolist() == [True, False, False, False, *[True] * 40]
    assert np.isnan(values[~usable_rows(values)]).all()


def test_labels_are_read_as_they_are_written():
    both = columns(a=["Yes", "No", None, "Yes"], b=[0, 1, 1, 1])
    decision = decide_target(columns(a=["Yes", "No"] * 9, b=[0, 1, 1] * 6))
    assert decision.spellings == (("No", "Yes"), ("0", "1"))
    assert decision.note == "2 labels: 12 b, 9 a"
    values = target_values(both, decision)
    np.testing.assert_array_equal(values, [[1, 0], [0, 1], [np.nan] * 2, [1, 1]])
    with pytest.raises(DataError, match=r"'a' said yes or no .* holds 'maybe' in row 2") as caught:
        target_values(columns(a=["yes", "maybe", "x"], b=[0, 1, 1]), decision)
    assert caught.value.code == "B068"


@pytest.mark.parametrize("sign", ["|", ";", ","])
def test_labels_in_one_text_are_taken_apart_and_strangers_told(sign):
    texts = [f"dog {sign} cat", "dog", f"cow{sign}", None, f"cat{sign}cow"] * 4
    decision = decide_target(columns(a=texts), "multilabel")
    assert (decision.classes, decision.counts, decision.missing) == (("cat", "cow", "dog"), (8, 8, 8), 4)
    values = target_values(columns(a=texts), decision)
    np.testing.assert_array_equal(values[:5], [[1, 0, 1], [0, 0, 1], [0, 1, 0], [np.nan] * 3, [1, 1, 0]])
    strange = columns(a=[f"dog{sign}hen", f"owl{sign}hen", "cat", None])
    assert unknown_labels(strange, decision) == (("hen", "owl"), 2)


def test_a_rare_label_is_told():
    (found,) = decide_target(columns(a=[0, 1] * 50, b=[1] * 3 + [0] * 97)).findings
    assert (found.code, found.message) == (
        "B054",
        "1 of 2 labels has fewer than 10 rows: b (3). Scores for it mean little.",
    )


SHARES = {
    "of one": ([[0.3, 0.7], [0.55, 0.45]], 1.0),
    "of one, rounded": ([[0.33, 0.67], [0.333, 0.667], [0.5, 0.495]], 1.0),
    "of a hundred": ([[33.3, 66.6], [50, 50]], 100.0),
    "of a day": ([[8, 16], [6.5, 17.5]], 24.0),
    "of a hundred, in whole percent": ([[33, 66], [50, 50], [26, 75]], 100.0),
    "counts of their own": ([[3, 1], [10, 20], [5, 2]], 1.0),
    "counts of nearly one total": ([[500, 501], [480, 520]], 1.0),
}


@pytest.mark.parametrize("case", SHARES)
def test_shares_sum_to_one_whatever_their_total(case):
    rows, total = SHARES[case]
    a, b = np.array(rows * 6).T
    both = columns(a=a, b=b)
    decision = decide_target(both, "distribution")
    assert (decision.classes, decision.total) == (("a", "b"), total)
    values = target_values(both, decision)
    assert values.sum(axis=1) == pytest.approx(1, abs=1e-15)
    assert values[:, 0] == pytest.approx(a / (a + b), abs=1e-15)


def test_shares_to_judge_by_sum_to_one_total_too():
    decision = decide_target(columns(a=[0.3, 0.5] * 6, b=[0.7, 0.5] * 6), "distribution")
    with pytest.raises(DataError, match=r"The targets sum to 0\.8 in row 3 \(1 such row") as caught:
        target_values(columns(a=[0.3, 0.5, 0.3, None], b=[0.7, 0.5, 0.5, 0.1]), decision)
    assert caught.value.code == "B081"


def test_rows_that_sum_to_nothing_are_left_out():
    both = columns(a=[3, 0, 1, 2] * 5, b=[1, 0, 3, None] * 5)
    decision = decide_target(both, "distribution")
    assert decision.missing == 10
    assert usable_rows(target_values(both, decision)).tolist() == [True, False, True, False] * 5
    assert [found.message for found in decision.findings] == [
        "5 of 20 rows lack at least one of the 2 targets (b in 5); they are left out.",
        "5 rows of the targets sum to 0 and cannot be divided. They are left out.",
    ]


def test_a_count_is_judged_by_counts_alone():
    decision = decide_target(columns(a=[0, 1, 2, 5] * 5), "count")
    assert decision.note == "0 to 5, median 1.5, mean 2, 5 × 0"
    assert target_values(columns(a=[3, None]), decision).tolist()[0] == 3
    with pytest.raises(DataError, match="holds values that are no counts") as caught:
        target_values(columns(a=[0.5, 1]), decision)
    assert caught.value.code == "B080"


def table() -> Table:
    return read_table({"a": REALS, "b": REALS**2, "x": RANDOM.normal(size=40), "z": REALS * 3 + 1})


def test_targets_are_no_features_and_each_is_looked_for_leaks():
    decisions, findings = decide_columns(table(), ["a", "b"])
    assert [decision.name for decision in decisions if decision.kind == "target"] == ["a", "b"]
    assert [decision.name for decision in decisions if decision.used] == ["x", "z"]
    assert [(found.code, found.column) for found in findings if found.code == "B059"] == [("B059", "z")]


def test_targets_are_named_once_and_not_dropped():
    with pytest.raises(UsageError, match="'a' is named as a target twice"):
        decide_columns(table(), ["a", "b", "a"])
    with pytest.raises(UsageError, match="'b' is the target and cannot be dropped"):
        decide_columns(table(), ["a", "b"], drop=["b"])
    with pytest.raises(UsageError, match="There is no target"):
        decide_target([])
    with pytest.raises(DataError, match=r"No column of columns is left to predict 'a', 'b' from"):
        decide_columns(read_table({"a": REALS, "b": REALS**2, "x": [1] * 40}), ["a", "b"])
