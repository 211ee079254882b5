"""Frames, arrays, dictionaries and the data sets inside scikit-learn."""

import datetime
import subprocess
import sys
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest

from pellucid.errors import DataError, SurroundingsError, UnknownNameError
from pellucid.tables import datasets, read_table

PANDAS = pd.DataFrame(
    {
        "i": [1, 2, 3],
        "f": [1.5, np.nan, 2.0],
        "b": [True, False, True],
        "s": ["a", None, "c"],
        "cat": pd.Categorical(["u", "v", "u"], categories=["u", "v", "unused"]),
        "d": pd.to_datetime(["2020-01-01", None, "2021-01-01"]),
        "z": pd.to_datetime(["2020-01-01", "2021-01-01", "2022-01-01"]).tz_localize("Europe/Berlin"),
        "ni": pd.array([1, None, 3], dtype="Int64"),
        "nb": pd.array([True, None, False], dtype="boolean"),
        "long": [2**60 + 1, 2, 1],
        "dec": [Decimal("1.5"), None, Decimal("2")],
    },
    index=[7, 8, 9],
)
EXPECTED = {
    "i": ("number", ["1", "2", "3"]),
    "f": ("number", ["1.5", None, "2"]),
    "b": ("boolean", ["1", "0", "1"]),
    "s": ("text", ["a", None, "c"]),
    "cat": ("text", ["u", "v", "u"]),
    "d": ("date", ["2020-01-01", None, "2021-01-01"]),
    "z": ("date", ["2019-12-31 23:00:00", "2020-12-31 23:00:00", "2021-12-31 23:00:00"]),
    "ni": ("number", ["1", None, "3"]),
    "nb": ("boolean", ["1", None, "0"]),
    "long": ("text", [str(2**60 + 1), "2", "1"]),
    "dec": ("number", ["1.5", None, "2"]),
}


@pytest.mark.parametrize("kind", ["pandas", "polars", "polars lazy", "pyarrow"])
def test_a_frame_of_any_library_gives_the_same_table(kind):
    polars = pl.from_pandas(PANDAS)
    frame = {"pandas": PANDAS, "polars": polars, "polars lazy": polars.lazy(), "pyarrow": polars.to_arrow()}[kind]
    table = read_table(frame)
    assert {column.name: (column.storage, column.as_text().tolist()) for column in table} == EXPECTED
    assert table.path == ""


def test_an_array_has_numbered_columns_and_a_structured_one_its_names():
    table = read_table(np.arange(6.0).reshape(3, 2))
    assert table.names == ("x0", "x1")
    assert table.column("x1").values.tolist() == [1.0, 3.0, 5.0]
    named = read_table(np.array([(1, "x"), (2, "y")], dtype=[("a", int), ("b", "U3")]))
    assert [(column.name, column.storage) for column in named] == [("a", "number"), ("b", "text")]
    mixed = read_table(np.array([[1, "a"], [None, "b"]], dtype=object))
    assert [column.storage for column in mixed] == ["number", "text"]


UNSUITABLE = {
    "lists": (pd.DataFrame({"x": [[1], [2]]}), "B048", r"'x' holds a list in row 1"),
    "polars lists": (pl.DataFrame({"x": [[1]]}), "B048", r"'x' holds List"),
    "structures": (pl.DataFrame({"x": [{"a": 1}]}), "B048", r"'x' holds Struct"),
    "bytes": (pd.DataFrame({"x": [b"1"]}), "B048", r"'x' holds a bytes"),
    "periods": (pd.DataFrame({"x": pd.period_range("2020", periods=2, freq="M")}), "B048", r"holds a Period"),
    "durations": (pd.DataFrame({"x": pd.to_timedelta([1, 2])}), "B048", r"holds Duration"),
    "complex": (np.zeros((2, 2), dtype=complex), "B048", r"'x0' holds complex128"),
    "repeated names": (pd.DataFrame([[1, 2]], columns=["a", "a"]), "B021", r"several columns of one name"),
    "three dimensions": (np.zeros((2, 2, 2)), "B049", r"3 dimensions \(2, 2, 2\).*reshape"),
    "one dimension": (np.zeros(3), "B049", r"1 dimension \(3,\)"),
    "unequal columns": ({"a": [1], "b": [1, 2]}, "B049", r"'b' has 2 rows and 'a' has 1"),
    "matrix column": ({"a": np.zeros((2, 2))}, "B049", r"'a' is not one-dimensional"),
    "no columns": ({}, "B001", r"has no columns"),
    "a series": (pd.Series([1, 2]), "B049", r"cannot be read from pandas"),
    "a number": (5, "B049", r"cannot be read from builtins\.int"),
}


@pytest.mark.parametrize("case", UNSUITABLE)
def test_what_is_no_table_is_refused_with_the_way_to_make_it_one(case):
    source, code, match = UNSUITABLE[case]
    with pytest.raises(DataError, match=match) as caught:
        read_table(source)
    assert caught.value.code == code


def test_a_sparse_matrix_is_told_to_become_dense():
    from scipy.sparse import eye_array

    with pytest.raises(DataError, match=r"make a sparse matrix dense with \.toarray\(\)"):
        read_table(eye_array(3))


def test_python_values_in_a_dictionary_are_recognised():
    table = read_table({"d": [datetime.date(2020, 1, 1), None], "b": [True, None], "n": [1, None], "t": ["x", 5]})
    assert [column.storage for column in table] == ["date", "boolean", "number", "text"]
    assert table.column("t").values.tolist() == ["x", "5"]


@pytest.mark.parametrize(
    ("name", "rows", "columns", "target"),
    [
        ("breast_cancer", 569, 31, "text"),
        ("iris", 150, 5, "text"),
        ("wine", 178, 14, "text"),
        ("digits", 1797, 65, "number"),
        ("diabetes", 442, 11, "number"),
    ],
)
def test_scikit_learns_data_sets_come_by_name(name, rows, columns, target):
    table = read_table(f"sklearn:{name}")
    assert (table.rows, len(table.columns), table.column("target").storage) == (rows, columns, target)


def test_linnerud_keeps_its_three_targets():
    assert read_table("sklearn:linnerud").names == ("Chins", "Situps", "Jumps", "Weight", "Waist", "Pulse")


def test_an_unknown_data_set_gets_the_nearest_name():
    with pytest.raises(UnknownNameError, match="Did you mean 'iris'"):
        read_table("sklearn:iriss")


def test_openml_offline_is_one_clear_sentence(tmp_path, monkeypatch):
    import urllib.error

    import sklearn.datasets._openml

    def unreachable(*_, **__):
        raise urllib.error.URLError("no network")

    monkeypatch.setenv("PELLUCID_CACHE", str(tmp_path))
    # Below fetch_openml itself, which refuses arguments that it does not know.
    monkeypatch.setattr(sklearn.datasets._openml, "urlopen", unreachable)
    with pytest.raises(SurroundingsError, match=r"OpenML could not be reached for openml:adult .*give a local file"):
        read_table("openml:adult")


def test_openml_features_come_with_their_words(tmp_path, monkeypatch):
    import sklearn.datasets
    from sklearn.utils import Bunch

    asked = {}

    def answer(**options):
        asked.update(options)
        return Bunch(
            data=np.array([[1.0, 0.0], [2.5, np.nan]]),
            target=np.array(["yes", "no"], dtype=object),
            feature_names=["age", "colour"],
            target_names=["class"],
            categories={"colour": ["red", "blue"]},
        )

    monkeypatch.setenv("PELLUCID_CACHE", str(tmp_path))
    monkeypatch.setattr(sklearn.datasets, "fetch_openml", answer)
    table = read_table("openml:31")
    assert asked["data_id"] == 31
    assert asked["data_home"] == str(tmp_path)
    assert {column.name: column.as_text().tolist() for column in table} == {
        "age": ["1", "2.5"],
        "colour": ["red", None],
        "class": ["yes", "no"],
    }
    assert datasets.cache_folder() == tmp_path


def test_importing_tables_imports_neither_torch_nor_scikit_learn_nor_any_frame_library():
    script = (
        "import sys, pellucid.tables as t; t.read_table({'a': [1]});"
        "print([m for m in ('torch', 'sklearn', 'pandas', 'polars', 'pyarrow', 'duckdb') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
