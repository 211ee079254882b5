"""Delimited text: layout → header → DuckDB, every cell as text → meaning."""

import codecs
import io
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.printable import grouped
from pellucid.records import Finding
from pellucid.shapes import Array
from pellucid.tables.content import MAX_LINE, blocks_of
from pellucid.tables.dialect import Dialect, sniff
from pellucid.tables.duckdb_reading import WILDCARDS, fetch, locked_to, quoted, text_list
from pellucid.tables.header import clean_names, numbered_names, resembles_data, resembles_names
from pellucid.tables.interpretation import interpret
from pellucid.tables.notation import Notation
from pellucid.tables.null_spellings import ALWAYS_MISSING
from pellucid.tables.policy import note, refuse
from pellucid.tables.preflight import Look
from pellucid.tables.table import Column, Table

__all__ = ["read_delimited"]

FEW_ROWS = 5_000
"""Below, Python reads a column of numbers faster than a query can be planned."""
_PLAIN = r"-?(0|[1-9]\d{0,14})(\.\d{0,17})?"
"""Numbers that need no care: no exponent, no leading zero, no integer beyond float64."""
MAX_REJECTED = 0.001
"""Share of rows that may be left out, counted and listed, because they have too many or too few cells."""


def read_delimited(look: Look, *, header: bool | None, notations: Mapping[str, Notation]) -> Table:
    """The table in a delimited text that has passed preflight.

    Args:
        look: From preflight.
        header: None: there must be one; True: the first row is one whatever it looks like; False: there is none.
        notations: How columns are known to be written, by name; the others are guessed from their values.

    Raises:
        DataError: B020 if the header seems to be missing, B023 or B024 if rows do not fit.
    """
    name = look.path.name
    dialect = sniff(name, look.sample)
    raw, findings = _names(name, dialect, header)
    names, notes = clean_names(raw)
    findings = [*look.findings, *_layout_notes(name, dialect), *findings, *notes]

    skip = dialect.skip if header is False else dialect.first_row_ends
    texts, rejects = _read_text(look, dialect.delimiter, [name in notations for name in names], skip)
    look.confirm_unchanged()
    findings += _judge(name, rejects, rows=len(texts[0]), columns=len(names))

    columns: list[Column] = []
    for column_name, column_texts in zip(names, texts, strict=True):
        if isinstance(column_texts, np.ndarray):
            columns.append(Column(column_name, "number", column_texts))
            continue
        column, notes = interpret(column_name, column_texts, notations.get(column_name))
        columns.append(column)
        findings += notes
    return Table(name, str(look.path), look.sha256, tuple(columns), tuple(findings))


def _layout_notes(name: str, dialect: Dialect) -> list[Finding]:
    notes = []
    if dialect.delimiter != "," and not name.lower().removesuffix(".gz").endswith((".tsv", ".tab")):
        notes.append(note("B014", f"{name} is separated by {dialect.title}."))
    if dialect.skip:
        plural = "s were" if dialect.skip > 1 else " was"
        notes.append(note("B018", f"{name}: {dialect.skip} line{plural} skipped above the table.", lines=dialect.skip))
    return notes


def _names(name: str, dialect: Dialect, header: bool | None) -> tuple[Sequence[str], list[Finding]]:
    """Names as they stand in the file, or numbered ones.

    Raises:
        DataError: B020 or B023, see :func:`read_delimited`.
    """
    first, body = dialect.rows[0], dialect.rows[1:]
    if header is False:
        fix = "Leave out --no-header if these are the names."
        message = f"{name} was read without a header, but its first row looks like one: {', '.join(first)[:80]}"
        return numbered_names(dialect.columns), [note("B020", message, fix=fix)] if resembles_names(first, body) else []
    if header is None and resembles_data(first, body):
        shown = ", ".join(first[:8]) + (", …" if len(first) > 8 else "")
        last = f"column_{dialect.columns}"
        raise refuse(
            "B020",
            f"The first row of {name} looks like data, not like column names: {shown}\n"
            f"If the file has no header, pass --no-header (header=False); the columns are then named column_1 … {last},"
            f" so that the last one is --target {last}. If these are the names, pass --header (header=True).",
        )
    if len(first) == dialect.columns - 1:
        # Rows one longer than the header: each ends in a delimiter, or begins with a row number that has no name.
        ends_in_delimiter = all(len(row) < dialect.columns or not row[-1] for row in body)
        return first if ends_in_delimiter else ("", *first), []
    if len(first) != dialect.columns:
        raise refuse(
            "B023",
            f"The header of {name} has {len(first)} names ({', '.join(first)[:80]}) but its rows have"
            f" {dialect.columns} cells."
            " Correct its first line.",
        )
    return first, []


Cells = list[str | None] | Array
"""A column's texts, or its numbers where they need no interpretation."""
Reject = tuple[int, str, str]
"""Line number, kind of error, text."""


def _read_text(look: Look, delimiter: str, known: Sequence[bool], skip: int) -> tuple[list[Cells], list[Reject]]:
    """Every column as text, and the rows that do not fit; those of a known notation are never numbers yet."""
    # DuckDB takes a path with * or [ for a pattern, and knows only UTF-8.
    plain = look.encoding in {"utf-8", "utf-8-sig"} and not WILDCARDS & set(str(look.path))
    with tempfile.TemporaryDirectory(prefix="pellucid-") as folder:
        if plain:
            try:
                return _ask_duckdb(look.path, look.compression, delimiter, known, skip)
            except _BrokenError:
                # Mixed line ends confuse the strict parser; the copy has line feeds alone.
                pass
        try:
            return _ask_duckdb(_plain_copy(look, Path(folder)), "none", delimiter, known, skip)
        except _BrokenError as error:
            raise refuse(
                "B024",
                f"{look.path.name} cannot be parsed as delimited text ({str(error).splitlines()[0]})."
                " Look for stray quotation marks, or write the file anew.",
            ) from error


class _BrokenError(Exception):
    """DuckDB could not parse the file at all."""


def _ask_duckdb(
    path: Path, compression: str, delimiter: str, known: Sequence[bool], skip: int
) -> tuple[list[Cells], list[Reject]]:
    import duckdb

    columns = len(known)
    kinds = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(columns))
    with locked_to(path) as connection:
        try:
            connection.execute(
                f"CREATE TABLE t AS SELECT * FROM read_csv({quoted(str(path))}, auto_detect = false, header = false,"
                f" delim = {quoted(delimiter)}, quote = '\"', escape = '\"', columns = {{{kinds}}}, skip = {skip},"
                f" compression = '{compression}', strict_mode = true, ignore_errors = true, store_rejects = true,"
                f" rejects_limit = 0, max_line_size = {MAX_LINE})"
            )
        except duckdb.Error as error:
            raise _BrokenError(str(error)) from error
        rows = connection.execute("SELECT count(*) FROM t").fetchone()[0]
        # Numbers to the eye may be codes, or 1.234 may be thousands, where the notation is known.
        plain = [
            is_plain and not told
            for is_plain, told in zip(_plain_numbers(connection, columns, rows), known, strict=True)
        ]
        # Where every value is plainly a number, the database makes numbers ten times faster than Python would.
        cells = [f"TRY_CAST(trim(c{i}) AS DOUBLE)" if plain[i] else f"c{i}" for i in range(columns)]
        read: list[Cells] = []
        for values, is_number in zip(fetch(connection, cells, rows), plain, strict=True):
            read.append(np.ma.filled(values, np.nan) if is_number else text_list(values))
        return read, _rejects(connection)


def _plain_numbers(connection: Any, columns: int, rows: int) -> list[bool]:
    """For each column whether it holds short decimal numbers and spellings of nothing alone."""
    if rows < FEW_ROWS:
        return [False] * columns
    nothing = ", ".join(quoted(spelling) for spelling in sorted(ALWAYS_MISSING))
    tests = [
        f"count(*) FILTER (WHERE NOT (regexp_full_match(trim(c{i}), '{_PLAIN}') OR trim(c{i}) IN ({nothing})))"
        for i in range(columns)
    ]
    return [bool(others[0] == 0) for others in fetch(connection, tests, rows)]


def _rejects(connection: Any) -> list[Reject]:
    found = connection.execute(
        "SELECT line, any_value(CAST(error_type AS VARCHAR)), any_value(csv_line) FROM reject_errors GROUP BY line"
        " ORDER BY line"
    ).fetchall()
    return [(int(line), str(kind), str(text or "")) for line, kind, text in found]


def _judge(name: str, rejects: Sequence[Reject], *, rows: int, columns: int) -> list[Finding]:
    """Findings for the rows that were left out.

    Raises:
        DataError: B024 if a quotation mark is not closed, B023 if too many rows do not fit.
    """
    if not rejects:
        return []
    for line, kind, text in rejects:
        if "COLUMNS" not in kind:
            raise refuse(
                "B024",
                f"{name}, line {line}: a quotation mark is not closed or stands inside a value:"
                f" {text.splitlines()[0][:80]!r}."
                " Double it inside a quoted value, or remove it.",
            )
    line, _, text = rejects[0]
    plural = "s have" if len(rejects) > 1 else " has"
    count = grouped(len(rejects))
    what = f"{count} row{plural} not exactly {columns} cells; the first is line {line}: {text.strip()[:80]!r}"
    if len(rejects) > MAX_REJECTED * (rows + len(rejects)):
        raise refuse("B023", f"{name}: {what}. Correct or remove these lines; up to 1 in 1,000 would be left out.")
    lines = [reject[0] for reject in rejects[:10]]
    return [note("B023", f"{name}: {what}. Left out.", fix="Correct these lines.", lines=lines, count=len(rejects))]


def _plain_copy(look: Look, folder: Path) -> Path:
    """The text as UTF-8 with line feeds, under a name without wildcards."""
    path = folder / "table.csv"
    decoder = codecs.getincrementaldecoder(look.encoding)("strict")
    newlines = io.IncrementalNewlineDecoder(decoder, translate=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        for block in blocks_of(look.path, look.compression):
            file.write(newlines.decode(block))
        file.write(newlines.decode(b"", final=True))
    return path
