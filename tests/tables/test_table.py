"""Column and Table."""

import numpy as np
import pytest

from pellucid.errors import UnknownColumnError
from pellucid.tables import Column, Table, read_table


def made_up() -> Table:
    return read_table(
        {
            "n": [1, 2.5, None],
            "s": ["b", None, "a"],
            "b": [True, None, False],
            "d": np.array(["2024-01-31", "NaT", "2024-01-31T05:00"], "M8[us]"),
        }
    )


def test_every_storage_has_one_form_of_missing():
    assert [column.storage for column in made_up()] == ["number", "text", "boolean", "date"]
    assert [column.missing.tolist() for column in made_up()] == [
        [False, False, True],
        [False, True, False],
        [False, True, False],
        [False, True, False],
    ]


def test_values_are_written_as_a_person_would():
    assert [column.as_text().tolist() for column in made_up()] == [
        ["1", "2.5", None],
        ["b", None, "a"],
        ["1", None, "0"],
        ["2024-01-31", None, "2024-01-31 05:00:00"],
    ]


def test_a_misspelt_column_gets_the_nearest_name():
    with pytest.raises(UnknownColumnError, match=r"no column 'S' in columns\. Did you mean 's'\?\nColumns: n, s, b, d"):
        made_up().column("S")
    with pytest.raises(UnknownColumnError, match="no column 'x'"):
        made_up().without(["x"])


def test_rows_and_columns_can_be_chosen_and_the_origin_stays():
    table = made_up()
    part = table.take(np.array([2, 0])).without(["b", "d"])
    assert part.names == ("n", "s")
    assert part.column("s").values.tolist() == ["a", "b"]
    assert part.sha256 == table.sha256
    assert table.source().rows == 3
    assert table.source().columns == ("n", "s", "b", "d")


def test_the_digest_follows_names_and_contents():
    digests = {
        read_table(columns).sha256
        for columns in (
            {"a": ["ab", "c"]},
            {"a": ["a", "bc"]},
            {"a": ["ab", None]},
            {"a": ["ab", "-"]},
            {"b": ["ab", "c"]},
            {"a": [1.0, 2.0]},
            {"a": [1.0, 3.0]},
        )
    }
    assert len(digests) == 6  # "-" is one of the spellings of nothing
    assert read_table({"a": [1.0, 2.0]}).sha256 == read_table({"a": [1, 2]}).sha256


def test_distinct_values_are_ordered_and_counted():
    column = Column("x", "text", np.array(["b", "a", None, "b"], dtype=object))
    values, counts = column.distinct
    assert values.tolist() == ["a", "b"]
    assert counts.tolist() == [1, 2]


def test_a_table_is_returned_as_it_is():
    table = made_up()
    assert read_table(table) is table
