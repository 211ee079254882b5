"""When a first row is a header, and when it is the first row of data."""

import pytest

from pellucid.errors import DataError
from pellucid.tables import read_table
from pellucid.tables.header import resembles_data

HEADERS = {
    "words over numbers": (("a", "b"), [("1", "2"), ("3", "4")]),
    "words over words": (("name", "colour"), [("x", "red"), ("y", "blue"), ("z", "red")]),
    "words over few repeated words": (("sex", "answer"), [("m", "yes"), ("f", "no")] * 20),
    "years over numbers": (("country", "2019", "2020", "2021"), [("A", "5", "2", "3"), ("B", "2", "9", "4")]),
    "pixel numbers": (("label", "0", "1", "2"), [("1", "7", "0", "9"), ("0", "1", "2", "3")]),
    "blank over an index": (("", "year"), [("0", "2020"), ("1", "2021")]),
    "one column of words": (("word",), [("x",), ("y",)]),
}
DATA = {
    "numbers over numbers": (("3.6", "8.6", "0"), [("4.5", "8.1", "0"), ("3.8", "-2.6", "0")]),
    "mixed": (("39", "State-gov", "<=50K"), [("50", "Private", "<=50K"), ("38", "Private", ">50K")]),
    "with gaps": (("?", "1", "2"), [("5", "?", "3"), ("6", "7", "8")]),
    "dates": (("2020-01-01", "x"), [("2020-01-02", "y"), ("2020-01-03", "x")]),
    "words that all come again": (("p", "x", "s"), [("e", "x", "y"), ("p", "y", "s")] * 5),
    "counting up like all the rest": (("1", "2", "3"), [("2", "3", "4"), ("5", "6", "7")]),
    "a lone row of numbers": (("1", "2"), []),
}


@pytest.mark.parametrize("case", HEADERS)
def test_a_header_is_not_taken_for_data(case):
    assert not resembles_data(*HEADERS[case])


@pytest.mark.parametrize("case", DATA)
def test_data_are_not_taken_for_a_header(case):
    assert resembles_data(*DATA[case])


def test_the_caller_has_the_last_word_about_the_header(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("1,x\n2,y\n3,x\n")
    with pytest.raises(DataError, match="pass --no-header"):
        read_table(path)
    assert read_table(path, header=False).names == ("column_1", "column_2")
    assert read_table(path, header=False).rows == 3
    assert read_table(path, header=True).names == ("1", "x")
    assert read_table(path, header=True).rows == 2


def test_a_header_read_as_data_is_noticed(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "".join(f"{i},x\n" for i in range(30)))
    table = read_table(path, header=False)
    assert [finding.code for finding in table.findings] == ["B020", "B032"]
    assert table.column("column_1").missing.tolist() == [True] + [False] * 30
