"""Files that are refused, each with its code and a way out; and files that are repaired, each with its finding."""

import gzip
import os
from pathlib import Path

import pytest

from pellucid.errors import DataError
from pellucid.records import Severity
from pellucid.tables import read_table

BODY = "\n".join(f"{i},{i * 0.5},{'ab'[i % 2]}" for i in range(50)) + "\n"
TABLE = "a,b,c\n" + BODY


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


REFUSED = {
    "empty": ("t.csv", b"", "B001", r"is empty \(0 bytes\)"),
    "blank": ("t.csv", b"\n  \n\n", "B001", r"is empty"),
    "HTML page": ("t.csv", "<!DOCTYPE html>\n<html><body>Log in</body></html>", "B005", r"is an HTML page"),
    "XML": ("t.csv", "<?xml version='1.0'?><a/>", "B005", r"is XML"),
    "JSON error": ("t.csv", '{"error": "not found"}', "B005", r"one JSON document"),
    "JSON list": ("t.json", '[{"a": 1}, {"a": 2}]', "B005", r"jq -c"),
    "workbook": ("t.csv", b"PK\x03\x04rest", "B006", r"zip or Excel workbook.*save the sheet as CSV"),
    "pickle": ("t.csv", b"\x80\x04\x95rest", "B006", r"can run any program"),
    "truncated gzip": ("t.csv.gz", gzip.compress(TABLE.encode())[:-9], "B006", r"damaged gzip.*gzip -t"),
    "bomb": ("t.csv.gz", gzip.compress(b"a,b\n" + b"0,0\n" * (20 << 20)), "B007", r"more than 200 times"),
    "Shift-JIS": (
        "t.csv",
        "名前,x\n日本語,1\n東京都,2\n".encode("shift-jis"),
        "B010",
        r"encoding cannot be told.*iconv",
    ),
    "two encodings": (
        "t.csv",
        "n,x\ncafé,1\n".encode() + "naïve,2\n".encode("latin-1") + "zoë,1\n".encode(),
        "B011",
        r"line 3 \(byte 14\)",
    ),
    "NUL": ("t.csv", "a,b\n1,2\n3,\x004\n", "B012", r"1 NUL byte, the first in line 3 \(byte 10\)"),
    "no header": ("t.csv", BODY, "B020", r"--no-header \(header=False\).*column_1 … column_3.*--target column_3"),
    "no header, words": ("t.csv", "p,x\ne,s\n" * 9, "B020", r"looks like data"),
    "ragged": ("t.csv", TABLE + "1,2\n" + BODY, "B023", r"1 row has not exactly 3 cells; the first is line 52: '1,2'"),
    "short header": (
        "t.csv",
        "a,b\n1,2,3,9\n4,5,6,9\n7,8,9,9\n",
        "B023",
        r"has 2 names \(a, b\) but its rows have 4 cells",
    ),
    "open quote": ("t.csv", 'a,b,c\n1,"2,3\n4,5,6\n', "B024", r"line 2: a quotation mark is not closed"),
    "stray quote": ("t.csv", 'a,b,c\n1,"5" pipe,3\n4,5,6\n', "B024", r"line 2: .*Double it"),
    "long line": ("t.csv", b"a,b\n" + b"x" * (17 << 20) + b",1\n", "B025", r"line longer than 16 MiB"),
    "too wide": (
        "t.csv",
        ",".join(map(str, range(20_001))),
        "B026",
        r"20.001 columns in its first line; at most 20.000",
    ),
    "Parquet cut short": ("t.parquet", b"PAR1" + b"\0" * 40, "B076", r"cut short"),
    "not Parquet": ("t.parquet", TABLE, "B076", r"does not begin as one"),
    "corrupt Parquet": ("t.parquet", b"PAR1" + b"\xff" * 99 + b"PAR1", "B076", r"cannot be read as Parquet"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_no_sound_table_is_refused_with_its_code_and_a_way_out(case, tmp_path):
    name, content, code, match = REFUSED[case]
    with pytest.raises(DataError, match=f"(?s){match}") as caught:
        read_table(write(tmp_path, name, content))
    assert caught.value.code == code
    assert caught.value.exit_code == 3


REPAIRED = {
    "byte order mark": ("t.csv", b"\xef\xbb\xbf" + TABLE.encode(), "B008"),
    "UTF-16": ("t.csv", TABLE.encode("utf-16"), "B009"),
    "UTF-16 without a mark": ("t.csv", TABLE.encode("utf-16-be"), "B009"),
    "semicolons": ("t.csv", TABLE.replace(",", ";"), "B014"),
    "tabs": ("t.csv", TABLE.replace(",", "\t"), "B014"),
    "bars": ("t.csv", TABLE.replace(",", "|"), "B014"),
    "gzip by content": ("t.csv", gzip.compress(TABLE.encode()), "B006"),
    "plain by content": ("t.csv.gz", TABLE, "B006"),
    "title lines": ("t.csv", "Report of things\nMade in 2020\n\n" + TABLE, "B018"),
    "carriage returns": ("t.csv", TABLE.replace("\n", "\r"), None),
    "CRLF": ("t.csv", TABLE.replace("\n", "\r\n"), None),
    "mixed line ends": ("t.csv", TABLE.replace("\n", "\r\n", 9), None),
    "no last line end": ("t.csv", TABLE.rstrip(), None),
    "blank lines": ("t.csv", TABLE.replace("\n", "\n\n"), None),
    "blank after the comma": ("t.csv", TABLE.replace(",", ", "), None),
    "tsv": ("t.tsv", TABLE.replace(",", "\t"), None),
    "gzip": ("t.csv.gz", gzip.compress(TABLE.encode()), None),
    "wildcards in the name": ("t[1]*.csv", TABLE, None),
    "quotes in the name": ("it's.csv", TABLE, None),
    "trailing delimiters": ("t.csv", "a,b,c\n" + BODY.replace("\n", ",\n"), None),
}


@pytest.mark.parametrize("case", REPAIRED)
def test_a_file_that_can_be_repaired_holds_the_same_table_and_says_what_was_done(case, tmp_path):
    name, content, code = REPAIRED[case]
    plain = read_table(write(tmp_path, "plain.csv", TABLE))
    table = read_table(write(tmp_path, name, content))
    assert table.names == ("a", "b", "c")
    assert table.rows == 50
    for column, expected in zip(table, plain, strict=True):
        assert column.storage == expected.storage
        assert column.values.tolist() == expected.values.tolist()
    assert [finding.code for finding in table.findings] == ([code] if code else [])


def test_a_western_file_is_read_as_windows_1252_and_shows_a_line(tmp_path):
    table = read_table(write(tmp_path, "t.csv", "name,x\ncafé,1\nmünchen,2\n".encode("latin-1")))
    assert table.column("name").values.tolist() == ["café", "münchen"]
    assert table.findings[0].code == "B010"
    assert table.findings[0].severity is Severity.WARNING  # it was read
    assert "line 2 reads 'café,1'" in table.findings[0].message


def test_one_ragged_row_in_a_thousand_is_left_out_and_listed(tmp_path):
    table = read_table(write(tmp_path, "t.csv", TABLE + BODY * 40 + "1,2\n"))
    assert table.rows == 50 * 41
    (found,) = table.findings
    assert (found.code, found.evidence["count"], found.evidence["lines"]) == ("B023", 1, [2052])


def test_a_row_number_column_without_a_name_gets_one(tmp_path):
    table = read_table(write(tmp_path, "t.csv", "a,b\n" + "".join(f"{i},{i + 1},x\n" for i in range(9))))
    assert table.names == ("Unnamed: 0", "a", "b")
    assert table.column("b").values.tolist() == ["x"] * 9


def test_repeated_and_invisible_names_are_made_unique_and_visible(tmp_path):
    table = read_table(write(tmp_path, "t.csv", "x, x,\u200by,X,\n1,2,3,4,5\n"))
    assert table.names == ("x", "x_2", "y", "X", "Unnamed: 4")
    assert [finding.code for finding in table.findings] == ["B021", "B013", "B022", "B022"]


def test_the_path_itself_can_be_wrong(tmp_path):
    write(tmp_path, "titanic.csv", TABLE)
    (tmp_path / "dangling.csv").symlink_to(tmp_path / "gone.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    for source, code, match in (
        (tmp_path / "titanc.csv", "B003", r"There is no file .*titanc\.csv\. Did you mean .*titanic\.csv\?"),
        (tmp_path / "nowhere" / "t.csv", "B003", r"no folder .*nowhere either"),
        (tmp_path, "B003", r"is a folder, not a file\. It holds dangling\.csv, pipe\.csv, titanic\.csv"),
        (tmp_path / "dangling.csv", "B003", r"is a link to .*gone\.csv, which does not exist"),
        (tmp_path / "pipe.csv", "B004", r"is a pipe or a device"),
        ("https://example.org/t.csv", "B075", r"is an address; only local files are read"),
    ):
        with pytest.raises(DataError, match=match) as caught:
            read_table(source)
        assert caught.value.code == code


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    from pellucid.tables import delimited

    path = write(tmp_path, "t.csv", TABLE)
    judge = delimited._read_text

    def slow(*arguments):
        read = judge(*arguments)
        path.write_text(TABLE + "1,2,a\n")
        return read

    monkeypatch.setattr(delimited, "_read_text", slow)
    with pytest.raises(DataError, match="changed while it was being read") as caught:
        read_table(path)
    assert caught.value.code == "B028"


def test_a_file_beyond_the_memory_is_refused_before_it_is_read(tmp_path, monkeypatch):
    from pellucid.tables import preflight

    monkeypatch.setattr(preflight.os, "sysconf", lambda name: 10)
    with pytest.raises(DataError, match="this machine has 0 GiB") as caught:
        read_table(write(tmp_path, "t.csv", TABLE))
    assert caught.value.code == "B077"
