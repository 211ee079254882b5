"""DuckDB, locked down to one file: no other path, no network, no extension, and no way to change that."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.records import Finding
from pellucid.shapes import Array
from pellucid.tables.interpretation import infinite_note, interpret
from pellucid.tables.notation import Notation
from pellucid.tables.policy import refuse
from pellucid.tables.table import Column

__all__ = ["WILDCARDS", "fetch", "locked_to", "quoted", "text_list", "typed_columns"]

_NESTED = ("STRUCT", "MAP", "UNION", "VARIANT")
_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"}
_LONG = {"BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", "BIGNUM"}
CELLS_AT_ONCE = 2_000_000
WILDCARDS = frozenset("*?[]{}")
"""Letters that make a path a pattern of paths."""


@contextmanager
def locked_to(path: Path) -> Iterator[Any]:
    """A connection to an empty database in memory that can read ``path`` and nothing else."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    connection = duckdb.connect(":memory:", config=settings)
    try:
        connection.execute(f"SET allowed_paths = [{quoted(str(path))}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def quoted(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """An SQL name."""
    return '"' + name.replace('"', '""') + '"'


def fetch(connection: Any, expressions: Sequence[str], rows: int) -> Iterator[Array]:
    """The value of each SQL expression over table ``t``, ``[n]`` each, a few columns at a time to bound the memory."""
    at_once = max(1, min(200, CELLS_AT_ONCE // max(rows, 1)))
    for start in range(0, len(expressions), at_once):
        part = expressions[start : start + at_once]
        select = ", ".join(f"{expression} AS c{number}" for number, expression in enumerate(part))
        found = connection.execute(f"SELECT {select} FROM t").fetchnumpy()
        for number in range(len(part)):
            yield found[f"c{number}"]


def text_list(values: Array) -> list[str | None]:
    """Text as DuckDB gives it, masked where missing, as a plain list."""
    given: list[str | None] = np.ma.getdata(values).tolist()
    mask = np.ma.getmaskarray(values)
    return [None if gone else text for text, gone in zip(given, mask, strict=True)] if mask.any() else given


def typed_columns(
    connection: Any, names: Sequence[str], file: str, notations: Mapping[str, Notation]
) -> tuple[list[Column], list[Finding]]:
    """The columns of table ``t``, whose types DuckDB knows (Parquet, JSON lines).

    Args:
        connection: From :func:`locked_to`, holding a table ``t``.
        names: Cleaned names, in the order of ``t``'s columns.
        file: The file's name, for messages.
        notations: How columns of text are known to be written, by name.

    Raises:
        DataError: B048 for nested or binary columns.
    """
    described = connection.execute("DESCRIBE t").fetchall()
    rows = connection.execute("SELECT count(*) FROM t").fetchone()[0]
    kinds = [str(row[1]) for row in described]
    expressions = [
        _expression(identifier(row[0]), kind, row[0], file) for row, kind in zip(described, kinds, strict=True)
    ]
    columns: list[Column] = []
    findings: list[Finding] = []
    for name, kind, values in zip(names, kinds, fetch(connection, expressions, rows), strict=True):
        column, notes = _column(name, kind, values, notations.get(name))
        columns.append(column)
        findings += notes
    return columns, findings


def _expression(name: str, kind: str, shown: str, file: str) -> str:
    if kind.startswith(_NESTED) or kind.endswith("]"):
        raise refuse(
            "B048",
            f"Column {shown!r} of {file} is nested ({kind[:60]}), and a table needs one value per cell."
            " Unfold it into columns of its own, or drop it from the file.",
        )
    if kind in {"BLOB", "BIT", "GEOMETRY"}:
        raise refuse("B048", f"Column {shown!r} of {file} holds bytes ({kind}), not values. Drop it from the file.")
    if kind == "BOOLEAN" or kind in _INTEGERS or kind in {"FLOAT", "DOUBLE"} or kind.startswith("DECIMAL"):
        return f"CAST({name} AS DOUBLE)"
    if kind.startswith("TIMESTAMP WITH TIME ZONE"):
        # The zone is dropped after conversion to UTC; a cast would need the time zone extension.
        return f"make_timestamp(epoch_us({name}))"
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return f"CAST({name} AS TIMESTAMP)"
    if kind == "INTERVAL":
        return f"epoch({name})"
    return f"CAST({name} AS VARCHAR)"


def _column(name: str, kind: str, values: Array, notation: Notation | None) -> tuple[Column, list[Finding]]:
    mask = np.ma.getmaskarray(values)
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        dates = np.ma.getdata(values).astype("datetime64[us]")
        dates[mask] = np.datetime64("NaT")
        return Column(name, "date", dates), []
    if values.dtype == object or kind in _LONG:
        return _from_text(name, kind, text_list(values), notation)
    numbers = np.ma.getdata(values).astype(np.float64)
    numbers[mask] = np.nan
    endless = np.isinf(numbers)
    notes = [infinite_note(name, sorted({str(value) for value in numbers[endless]}))] if endless.any() else []
    return Column(name, "boolean" if kind == "BOOLEAN" else "number", numbers), notes


def _from_text(
    name: str, kind: str, texts: list[str | None], notation: Notation | None
) -> tuple[Column, list[Finding]]:
    if kind in _LONG and all(text is None or len(text) < 16 for text in texts):
        return Column(name, "number", np.array([np.nan if text is None else float(text) for text in texts])), []
    return interpret(name, texts, notation)
