"""Long tables take the fast way to numbers; it must decide and read as the careful one does."""

import pytest

from pellucid.tables import read_table
from pellucid.tables.interpretation import interpret

ROWS = 6_000
COLUMNS = {
    "plain": lambda i: f"{i}.{i % 7}",
    "negative": lambda i: f"-{i}",
    "with gaps": lambda i: "?" if i % 5 == 0 else f"{i}",
    "with blanks": lambda i: f"  {i} ",
    "leading zeros": lambda i: f"{i:06}",
    "one leading zero": lambda i: "007" if i == 4_000 else f"{i + 100}",
    "long integers": lambda i: f"{12345678901234567890 + i}",
    "exponents": lambda i: f"{i}e3",
    "infinity at the end": lambda i: "inf" if i == ROWS - 1 else f"{i}",
    "a stray word": lambda i: "oops" if i == 5_000 else f"{i}",
    "signs": lambda i: f"+{i}",
    "nothing": lambda i: "NA",
    "booleans": lambda i: ("yes", "no")[i % 2],
    "tabs around": lambda i: f"{i}\t",
    "seventeen digits": lambda i: f"0.{i:017}",
}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("long") / "t.csv"
    lines = [",".join(write(i) for write in COLUMNS.values()) for i in range(ROWS)]
    path.write_text(",".join(COLUMNS) + "\n" + "\n".join(lines) + "\n")
    return read_table(path)


@pytest.mark.parametrize("name", COLUMNS)
def test_the_fast_way_reads_as_the_careful_one(table, name):
    expected, findings = interpret(name, [COLUMNS[name](i) for i in range(ROWS)])
    column = table.column(name)
    assert column.storage == expected.storage
    assert column.missing.tolist() == expected.missing.tolist()
    assert column.values[~column.missing].tolist() == expected.values[~expected.missing].tolist()
    found = [finding.code for finding in table.findings if finding.column == name]
    assert found == [finding.code for finding in findings]
