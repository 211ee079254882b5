"""What columns are taken for."""

import numpy as np
import pytest

from pellucid.errors import DataError, UnknownColumnError, UsageError
from pellucid.tables import decide_columns, read_table

N = 60
RANDOM = np.random.default_rng(3)
WORDS = np.array(["red", "green", "blue"])


def decided(values, name="x"):
    """Decision and findings for one column beside a target and a harmless feature."""
    target = RANDOM.permutation(np.arange(len(values)) % 2).tolist()
    harmless = RANDOM.normal(size=len(values))
    decisions, findings = decide_columns(read_table({"y": target, name: values, "h": harmless}), "y")
    return decisions[1], [finding.code for finding in findings if finding.column == name]


KINDS = {
    "numbers": (RANDOM.normal(size=N), "numeric", "numeric", []),
    "few integers": (np.arange(N) % 3, "numeric", "numeric", []),
    "one and two": (np.arange(N) % 2 + 1, "numeric", "numeric", []),
    "zero and one": (np.arange(N) % 2, "boolean", "boolean", []),
    "yes and no": (["yes", "no"] * (N // 2), "boolean", "boolean", []),
    "words": (WORDS[np.arange(N) % 3].tolist(), "category", "category", []),
    "dates": (np.arange(N).astype("M8[D]"), "date", "date", ["B045"]),
    "texts": ([f"text {i} and more" for i in range(N)], "text", "none", ["B043"]),
    "texts, mostly missing": ([f"t {i}" if i % 4 == 0 else None for i in range(N)], "text", "presence", ["B043"]),
    "codes": ([f"{i:08x}-ab" for i in range(N)], "id", "none", ["B040"]),
    "row numbers from 0": (np.arange(N), "id", "none", ["B039"]),
    "row numbers from 1": (np.arange(1, N + 1), "id", "none", ["B039"]),
    "one value": ([7] * N, "constant", "none", ["B037"]),
    "one word or nothing": (["x", None] * (N // 2), "constant", "presence", []),
    "nothing": ([None] * N, "constant", "none", ["B036"]),
    "unique integers": (RANDOM.permutation(N) * 7, "numeric", "numeric", []),
    "numbers and words": ([str(i % 9) if i % 3 else "ab"[i % 2] for i in range(N)], "category", "category", ["B031"]),
    "spellings": (["New York", "new york", "Paris", "ROME"] * (N // 4), "category", "category", ["B047"]),
    "signs": (["< 0", "> 0", "0"] * (N // 3), "category", "category", []),
    "a far sentinel": ([-999 if i % 10 == 0 else i / 10 for i in range(N)], "numeric", "numeric", ["B032"]),
}  # fmt: skip


@pytest.mark.parametrize("case", KINDS)
def test_a_column_gets_its_kind_its_encoding_and_its_findings(case):
    values, kind, encoding, codes = KINDS[case]
    decision, found = decided(values)
    assert (decision.kind, decision.encoding) == (kind, encoding)
    assert decision.used == (encoding != "none")
    assert found == codes
    assert decision.reason


@pytest.mark.parametrize("name", ["id", "PassengerId", "user_id", "customer key", "UUID"])
def test_unique_integers_named_as_an_id_are_one(name):
    decision, found = decided(RANDOM.permutation(N) * 7, name)
    assert (decision.kind, decision.used, found) == ("id", False, ["B040"])


@pytest.mark.parametrize("name", ["humid", "paid", "height", "acid"])
def test_names_that_merely_end_in_id_are_no_ids(name):
    decision, found = decided(RANDOM.permutation(N) * 7, name)
    assert (decision.kind, found) == ("numeric", [])


def test_an_id_that_repeats_warns_of_rows_split_apart():
    decision, found = decided(np.repeat(RANDOM.permutation(N // 2), 2), "patient_id")
    assert (decision.kind, found) == ("id", ["B065"])


def test_counts_of_missing_and_distinct_values_are_kept():
    decision, _ = decided([1.5, 2.5, None] * 20)
    assert (decision.missing, decision.distinct) == (20, 2)


def test_equal_columns_are_kept_once_and_the_same_in_another_unit_is_noticed():
    x = RANDOM.normal(size=N)
    table = read_table({"y": ["a", "b"] * 30, "celsius": x, "again": x, "fahrenheit": 32 + 1.8 * x, "minus": -x})
    decisions, findings = decide_columns(table, "y")
    used = {decision.name: decision.used for decision in decisions}
    assert used == {"y": False, "celsius": True, "again": False, "fahrenheit": True, "minus": True}
    assert [f.column for f in findings if f.code == "B038"] == ["again", "fahrenheit", "minus"]


def test_many_findings_of_one_code_are_told_as_one():
    constant = {f"pixel_{i}": [i] * N for i in range(30)}
    _, findings = decide_columns(read_table({"y": ["a", "b"] * 30, "h": RANDOM.normal(size=N), **constant}), "y")
    (found,) = [finding for finding in findings if finding.code == "B037"]
    assert found.column is None
    assert found.evidence["columns"] == list(constant)
    assert "29 more columns: pixel_1, pixel_2" in found.message


def test_columns_can_be_dropped_and_stay_in_the_list():
    table = read_table({"y": ["a", "b"] * 30, "a": RANDOM.normal(size=N), "b": np.arange(N)})
    decisions, findings = decide_columns(table, "y", drop=["b"])
    assert [(decision.name, decision.used, decision.reason) for decision in decisions][2] == (
        "b",
        False,
        "left out as asked",
    )
    assert "b" not in [finding.column for finding in findings]


def test_wrong_names_are_refused_with_the_nearest():
    table = read_table({"Survived": ["a", "b"] * 30, "Age": np.arange(N) * 1.5})
    with pytest.raises(UnknownColumnError, match=r"no column 'Surived' in columns\. Did you mean 'Survived'"):
        decide_columns(table, "Surived")
    with pytest.raises(UnknownColumnError, match="Did you mean 'Age'"):
        decide_columns(table, "Survived", drop=["age"])
    with pytest.raises(UsageError, match="'Survived' is the target and cannot be dropped"):
        decide_columns(table, "Survived", drop=["Survived"])


def test_a_table_without_rows_or_features_is_refused(tmp_path):
    with pytest.raises(DataError, match="has 3 rows; at least 10") as caught:
        decide_columns(read_table({"y": [1, 2, 3], "x": [1, 2, 3]}), "y")
    assert caught.value.code == "B002"
    with pytest.raises(DataError, match="has 1 row; at least 10"):
        decide_columns(read_table({"y": [1], "x": [1]}), "y")
    with pytest.raises(DataError, match="No column of columns is left to predict 'y'") as caught:
        decide_columns(read_table({"y": ["a", "b"] * 30, "x": [1] * N}), "y")
    assert caught.value.code == "B001"
    path = tmp_path / "t.csv"
    path.write_text("x,y,y\n" + "1,2,3\n4,5,7\n" * 20)
    with pytest.raises(DataError, match=r"Several columns of t\.csv are called 'y'") as caught:
        decide_columns(read_table(path), "y")
    assert caught.value.code == "B021"


def codes_of(columns):
    return {finding.code: finding for finding in decide_columns(read_table(columns), "y")[1]}


def test_repeated_and_contradictory_rows_are_counted():
    x = np.arange(30.0) ** 2
    y = RANDOM.permutation(["a", "b"] * 15).tolist()
    found = codes_of({"y": y + y[:9] + ["a", "b"], "x": np.r_[x, x[:9], -1, -1]})
    assert found["B062"].evidence["count"] == 9
    assert found["B064"].evidence == {"count": 2, "ceiling": round(40 / 41, 4)}


def test_a_sorted_file_and_a_lying_one_are_noticed():
    assert "B061" in codes_of({"y": ["a"] * 60 + ["b"] * 60, "x": RANDOM.normal(size=120)})
    assert "B061" in codes_of({"y": np.arange(120.0) ** 2, "x": RANDOM.normal(size=120)})
    assert "B061" not in codes_of({"y": ["a", "b"] * 60, "x": RANDOM.normal(size=120)})
    wide = {f"x{i}": RANDOM.normal(size=20) for i in range(30)}
    assert "B072" in codes_of({"y": ["a", "b"] * 10, **wide})


def test_row_numbers_are_kept_where_nothing_else_is_left():
    """A dose or a time step runs 0, 1, 2 … as row numbers do; its name decides once it is the only column."""
    goal = RANDOM.normal(size=N)
    table = read_table({"x": np.arange(N), "y": goal, "again": np.arange(1, N + 1)})
    decisions, findings = decide_columns(table, "y")
    assert [(each.name, each.encoding) for each in decisions if each.used] == [("x", "numeric")]
    messages = [finding.message for finding in findings if finding.code == "B039"]
    assert "again numbers the rows and is left out." in messages
    assert "x numbers the rows; it is kept as a number, because no other column is left." in messages
    assert len(messages) == 2
    with pytest.raises(DataError, match="No column"):
        decide_columns(table, "y", drop=["x", "again"])
    with pytest.raises(DataError, match="No column"):
        decide_columns(read_table({"row_id": np.arange(N), "y": goal}), "y")


def test_a_target_of_any_size_is_looked_at_without_warnings():
    goal = RANDOM.normal(size=N) * 1e200
    decisions, _ = decide_columns(read_table({"x": RANDOM.normal(size=N), "z": goal / 2, "y": goal}), "y")
    assert len(decisions) == 3
