"""CSV that reads back as it was and that no spreadsheet runs."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.records.delimited import encode_csv


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_read_back_exactly(numbers: list[float]) -> None:
    rows = rows_of(encode_csv({"prediction": numbers}))
    assert [float(cell) for (cell,) in rows[1:]] == numbers


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1)))
def test_text_reads_back_but_for_a_guarding_apostrophe(texts: list[str]) -> None:
    cells = [cell for (cell,) in rows_of(encode_csv({"prediction": texts}))[1:]]
    unguarded = [cell if cell == text else cell.removeprefix("'") for cell, text in zip(cells, texts, strict=True)]
    assert unguarded == texts


@pytest.mark.parametrize("formula", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(0)"])
def test_a_formula_is_guarded(formula: str) -> None:
    assert rows_of(encode_csv({"prediction": [formula]}))[1] == ["'" + formula]
    assert rows_of(encode_csv({formula: [1]}))[0] == ["'" + formula]


@pytest.mark.parametrize("number", ["-1", "+2.5", "-1e3"])
def test_a_label_that_is_a_number_stays_as_it_is(number: str) -> None:
    assert rows_of(encode_csv({"prediction": [number]}))[1] == [number]


def test_an_only_empty_cell_is_not_an_empty_line() -> None:
    assert encode_csv({"a": [None, 1]}) == b'a\n""\n1\n'


def test_missing_values_are_empty_cells_and_numpy_numbers_are_plain() -> None:
    content = encode_csv({"a": np.array([0.1, np.nan]), "b": [None, "x"]})
    assert content == b"a,b\n0.1,\n,x\n"


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        encode_csv({"a": [1, 2], "b": [1]})
