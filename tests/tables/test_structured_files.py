"""Parquet and JSON lines; and a database that can open one file and nothing else."""

import datetime
import gzip
import json
from decimal import Decimal

import duckdb
import numpy as np
import polars as pl
import pytest

from pellucid.errors import DataError
from pellucid.tables import read_table
from pellucid.tables.duckdb_reading import locked_to

FRAME = pl.DataFrame(
    {
        "i": [1, None, 3],
        "I": [0.5, float("nan"), float("inf")],
        "s": ["a", "?", None],
        "b": [True, None, False],
        "day": [datetime.date(2024, 1, 31), None, datetime.date(2020, 2, 29)],
        "moment": [datetime.datetime(2024, 1, 31, 5, tzinfo=datetime.UTC), None, None],
        "dec": [Decimal("1.25"), None, Decimal("2.00")],
        "long": [2**60 + 1, 2, 3],
    }
)


def test_a_parquet_file_reads_as_the_frame_it_was_written_from(tmp_path):
    FRAME.write_parquet(tmp_path / "t.parquet")
    table, expected = read_table(tmp_path / "t.parquet"), read_table(FRAME)
    assert table.names == tuple(FRAME.columns)
    for column, wanted in zip(table, expected, strict=True):
        assert (column.name, column.storage) == (wanted.name, wanted.storage)
        assert column.missing.tolist() == wanted.missing.tolist()
        assert column.as_text().tolist() == wanted.as_text().tolist()
    assert table.column("long").values[0] == str(2**60 + 1)
    assert table.column("moment").values[0] == np.datetime64("2024-01-31T05:00")


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ([[1], [2]], r"'x' of t\.parquet is nested \(BIGINT\[\]\)"),
        ([{"a": 1}], r"nested \(STRUCT"),
        ([b"1"], r"holds bytes"),
    ],
)
def test_nested_and_binary_parquet_columns_are_refused_by_name(tmp_path, values, match):
    pl.DataFrame({"x": values}).write_parquet(tmp_path / "t.parquet")
    with pytest.raises(DataError, match=match) as caught:
        read_table(tmp_path / "t.parquet")
    assert caught.value.code == "B048"


LINES = [
    {"a": 1, "b": "x", "z": "007", "big": 12345678901234567890123},
    {"a": 2.5, "b": None, "new": True, "z": "010"},
    {"b": "é", "a": None},
]


@pytest.mark.parametrize("zipped", [False, True])
def test_json_lines_may_miss_keys_and_keep_codes_and_long_integers(tmp_path, zipped):
    raw = "".join(json.dumps(line) + "\n" for line in LINES).encode()
    path = tmp_path / ("t.jsonl.gz" if zipped else "t.jsonl")
    path.write_bytes(gzip.compress(raw) if zipped else raw)
    table = read_table(path)
    assert {column.name: column.as_text().tolist() for column in table} == {
        "a": ["1", "2.5", None],
        "b": ["x", None, "é"],
        "z": ["007", "010", None],
        "big": ["12345678901234567890123", None, None],
        "new": [None, "true", None],
    }


@pytest.mark.parametrize(
    ("content", "code", "match"),
    [
        ('{"a": 1}\n{"a":\n', "B005", r"Malformed JSON"),
        ('{"a": 1, "a": 2}\n', "B005", r"duplicate key"),
        ('{"a": {"b": 1}}\n', "B048", r"'a' of t\.jsonl is nested"),
        ('{"a": [1]}\n', "B048", r"'a' of t\.jsonl is nested"),
        ("a,b\n1,2\n", "B005", r"first line is not a JSON object: 'a,b'"),
    ],
)
def test_json_lines_that_hold_no_table_are_refused(tmp_path, content, code, match):
    (tmp_path / "t.jsonl").write_text(content)
    with pytest.raises(DataError, match=match) as caught:
        read_table(tmp_path / "t.jsonl")
    assert caught.value.code == code


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{other}')",
        "SELECT * FROM '{other}'",
        "SELECT * FROM read_text('/etc/passwd')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "COPY (SELECT 1) TO '{own}'",
        "ATTACH '{folder}/x.db'",
        "SELECT * FROM 'https://example.org/t.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
    ],
)
def test_the_database_opens_one_file_and_nothing_else(tmp_path, statement):
    own, other = tmp_path / "own's.csv", tmp_path / "other.csv"
    own.write_text("a\n1\n")
    other.write_text("a\n2\n")
    with locked_to(own) as connection:
        assert connection.execute("SELECT * FROM read_csv(?)", [str(own)]).fetchall() == [(1,)]
        with pytest.raises(duckdb.Error, match=r"(?i)disabled|locked"):
            connection.execute(statement.format(own=str(own).replace("'", "''"), other=other, folder=tmp_path))
