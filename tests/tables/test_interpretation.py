"""What columns of text mean."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.tables.interpretation import interpret

TEXTS = {
    "numbers": (["1", "2.5", "-3e2", " 4 ", ".5"], "number", [1.0, 2.5, -300.0, 4.0, 0.5]),
    "booleans": (["Yes", "no", "YES", None], "boolean", [1.0, 0.0, 1.0, None]),
    "true and false": (["true", "FALSE"], "boolean", [1.0, 0.0]),
    "lone letters with their counterpart": (["T", "F", "T"], "boolean", [1.0, 0.0, 1.0]),
    "a lone letter": (["F", "F"], "text", ["F", "F"]),
    "none beside yes": (["yes", "none", "yes"], "text", ["yes", "none", "yes"]),
    "leading zeros": (["00123", "04567"], "text", ["00123", "04567"]),
    "twenty digits": (["12345678901234567890", "2"], "text", ["12345678901234567890", "2"]),
    "sixteen digits that fit": (["1234567890123456", "2"], "number", [1234567890123456.0, 2.0]),
    "underscores": (["1_000", "2_000"], "text", ["1_000", "2_000"]),
    "Arabic digits": (["١٢", "٣"], "text", ["١٢", "٣"]),
    "dates": (["2024-01-31", "2023-12-01T10:30:00Z"], "date", ["2024-01-31T00:00", "2023-12-01T10:30"]),
    "zones": (["2024-01-31T00:30:00+01:00", None], "date", ["2024-01-30T23:30", None]),
    "German dates": (["31.01.2024", "1.2.2024"], "date", ["2024-01-31", "2024-02-01"]),
    "decisive day first": (["31/01/2024", "02/01/2024"], "date", ["2024-01-31", "2024-01-02"]),
    "decisive month first": (["01/31/2024", "02/01/2024"], "date", ["2024-01-31", "2024-02-01"]),
    "month names": (["5 Jan 2020", "6 February 2021"], "date", ["2020-01-05", "2021-02-06"]),
    "no such day": (["2024-02-30", "2024-01-01"], "text", ["2024-02-30", "2024-01-01"]),
    "null spellings": (["1", "?", "NA", "", "n/a", "NaN", None], "number", [1.0] + [None] * 6),
    "null spellings among words": (["a", "?", "NULL", "b"], "text", ["a", None, None, "b"]),
    "nothing at all": ([None, "", "NA"], "number", [None, None, None]),
    "blanks around words": ([" a", "a ", "b"], "text", ["a", "a", "b"]),
    "per cent": (["5%", "7.5 %"], "number", [5.0, 7.5]),
    "currency": (["$1,100.50", "$3"], "number", [1100.5, 3.0]),
    "euros with a decimal comma": (["€3,65", "€3,652", "€1.234,5"], "number", [3.65, 3.652, 1234.5]),
    "dollars beside euros": (["$1,100.50", "€3,65"], "number", [1100.5, 3.65]),
    "thousands": (["1,234", "12,345,678", "12"], "number", [1234.0, 12345678.0, 12.0]),
    "three decimals after a comma": (["0,125", "1,250", "12,375"], "number", [0.125, 1.25, 12.375]),
    "decimal comma": (["1,5", "12,25", "3"], "number", [1.5, 12.25, 3.0]),
    "infinity": (["inf", "-Infinity", "1e400", "1"], "number", [np.inf, -np.inf, np.inf, 1.0]),
}


@pytest.mark.parametrize("case", TEXTS)
def test_text_means_what_a_person_reads(case):
    texts, storage, expected = TEXTS[case]
    column, _ = interpret("x", texts)
    assert column.storage == storage
    assert column.missing.tolist() == [value is None for value in expected]
    present = column.values[~column.missing]
    wanted = [value for value in expected if value is not None]
    if storage == "date":
        assert present.tolist() == np.array(wanted, dtype="datetime64[us]").tolist()
    else:
        assert present.tolist() == wanted


FOUND = {
    "codes": (["007", "008"], "B041"),
    "ambiguous dates": (["01/02/2024", "03/04/2024"], "B044"),
    "written-out numbers": (["1,5", "2,5"], "B016"),
    "infinity": (["1e400", "1"], "B035"),
    "a word for nothing": (["1", "none", "3"], "B032"),
    "one word among many numbers": ([str(i) for i in range(20)] + ["never"] * 9, "B032"),
    "a stray word": ([str(i) for i in range(999)] + ["oops", "1e", "2"], "B030"),
    "control characters": (["a\x1b[31m", "b"], "B013"),
    "formulas": (["=cmd()", "b"], "B074"),
    "Namibia": (["NA", "DE", "FR", "US", "GB", "IT", "ES", "PT", "NL", "BE", "CH"], "B033"),
}


@pytest.mark.parametrize("case", FOUND)
def test_what_was_repaired_or_doubtful_is_listed_once(case):
    texts, code = FOUND[case]
    _, findings = interpret("x", texts)
    assert [finding.code for finding in findings] == [code]
    assert findings[0].column == "x"


def test_a_stray_word_is_found_by_its_row():
    column, (found,) = interpret("x", [str(i) for i in range(999)] + ["oops", "1e", "2"])
    assert "'oops' in row 1\N{NARROW NO-BREAK SPACE}000;" in found.message
    assert found.evidence["examples"] == ["oops", "1e"]
    assert found.evidence["rows"] == [1000, 1001]
    assert np.flatnonzero(column.missing).tolist() == [999, 1000]


def test_too_many_stray_words_leave_a_column_of_words():
    column, findings = interpret("x", [str(i) for i in range(90)] + ["a", "b"])
    assert column.storage == "text"
    assert findings == []


def test_na_is_a_gap_where_the_others_are_no_codes():
    column, findings = interpret("x", ["NA", "DE", "FR"])
    assert column.missing.tolist() == [True, False, False]
    assert findings == []


def test_a_boolean_remembers_how_it_was_written():
    column, _ = interpret("x", ["Yes", "No", None])
    assert column.spellings == ("No", "Yes")
    assert column.as_text().tolist() == ["Yes", "No", None]


@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_number_that_python_writes_comes_back_to_the_last_bit(numbers):
    texts = [None if number is None else repr(number) for number in numbers]
    column, _ = interpret("x", texts)
    assert column.storage == "number"
    expected = np.array([np.nan if number is None else number for number in numbers])
    assert column.values.tobytes() == expected.tobytes()


@given(st.lists(st.none() | st.text(), min_size=1))
def test_any_text_at_all_becomes_a_column_of_the_same_length(texts):
    column, _ = interpret("x", texts)
    assert len(column) == len(texts)
    for text, missing in zip(texts, column.missing, strict=True):
        assert missing or text is not None
