"""Parquet and JSON lines: files that name their columns in every row or once for all."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from shutil import copyfile
from typing import Any

from pellucid.printable import grouped
from pellucid.tables.content import MAX_LINE, blocks_of
from pellucid.tables.dialect import MAX_COLUMNS
from pellucid.tables.duckdb_reading import WILDCARDS, locked_to, quoted, typed_columns
from pellucid.tables.header import clean_names
from pellucid.tables.notation import Notation
from pellucid.tables.policy import refuse
from pellucid.tables.preflight import Look
from pellucid.tables.table import Table

__all__ = ["read_structured"]

_SCALAR_JSON = (
    "BOOLEAN",
    "BIGINT",
    "UBIGINT",
    "HUGEINT",
    "DOUBLE",
    "VARCHAR",
    "DATE",
    "TIME",
    "TIMESTAMP",
    "UUID",
    "JSON",
)


def read_structured(look: Look, *, notations: Mapping[str, Notation]) -> Table:
    """The table in a Parquet file or in JSON lines that have passed preflight.

    Args:
        look: From preflight.
        notations: How columns of text are known to be written, by name; the others are guessed from their values.

    Raises:
        DataError: B076 if the file is damaged, B048 for nested columns, B026 for too many, B005 for lines that are
            no objects.
    """
    import duckdb

    name = look.path.name
    with tempfile.TemporaryDirectory(prefix="pellucid-") as folder:
        path = _readable(look, Path(folder))
        with locked_to(path) as connection:
            try:
                load = _load_parquet if look.kind == "parquet" else _load_json
                given = load(
                    connection, path, "gzip" if look.compression == "gzip" and path == look.path else "none", name
                )
                if len(given) > MAX_COLUMNS:
                    raise refuse(
                        "B026", f"{name} has {grouped(len(given))} columns; at most {grouped(MAX_COLUMNS)} are read."
                    )
                names, notes = clean_names(given)
                columns, more = typed_columns(connection, names, name, notations)
            except duckdb.Error as error:
                code, what = ("B076", "Parquet") if look.kind == "parquet" else ("B005", "JSON lines")
                first = str(error).splitlines()[0].replace(str(path), name).rstrip(" .")
                raise refuse(code, f"{name} cannot be read as {what}: {first[:300]}. Write the file anew.") from error
    look.confirm_unchanged()
    return Table(name, str(look.path), look.sha256, tuple(columns), (*look.findings, *notes, *more))


def _load_parquet(connection: Any, path: Path, compression: str, file: str) -> list[str]:
    """Fill table ``t``; column names as they stand in the file."""
    connection.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet({quoted(str(path))})")
    described = [str(row[0]) for row in connection.execute("DESCRIBE t").fetchall()]
    # Tables know no letter case, so that a second column of a name gets another; the file's own list has the true one.
    leaves = connection.execute(
        f"SELECT name FROM parquet_schema({quoted(str(path))}) WHERE num_children IS NULL"
    ).fetchall()
    return [str(row[0]) for row in leaves] if len(leaves) == len(described) else described


def _load_json(connection: Any, path: Path, compression: str, file: str) -> list[str]:
    """Fill table ``t`` with text; column names as they stand in the file.

    Text, because DuckDB reads an integer of twenty digits as a float, and quotes the words among mixed values.
    """
    options = (
        f"format = 'newline_delimited', maximum_object_size = {MAX_LINE}, compression = '{compression}',"
        " map_inference_threshold = -1"
    )
    described = connection.execute(
        f"DESCRIBE SELECT * FROM read_json({quoted(str(path))}, records = true, sample_size = -1, {options})"
    ).fetchall()
    for column, kind, *_ in described:
        if not str(kind).startswith(_SCALAR_JSON) or str(kind).endswith("]"):
            raise refuse(
                "B048",
                f"Column {column!r} of {file} is nested ({str(kind)[:60]}), and a table needs one value per cell."
                " Unfold it into columns of its own, or drop it from the file.",
            )
    names = [str(row[0]) for row in described]
    kinds = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    connection.execute(
        f"CREATE TABLE t AS SELECT * FROM read_json({quoted(str(path))}, records = true, columns = {{{kinds}}},"
        f" {options})"
    )
    return names


def _readable(look: Look, folder: Path) -> Path:
    """The file itself, or a copy that DuckDB can open: it takes * and [ for patterns, and knows only UTF-8."""
    plain_name = not WILDCARDS & set(str(look.path))
    if look.kind == "parquet":
        if plain_name:
            return look.path
        copy = folder / "table.parquet"
        copyfile(look.path, copy)
        return copy
    if look.encoding == "utf-8" and plain_name:
        return look.path
    copy = folder / "table.jsonl"
    text = b"".join(blocks_of(look.path, look.compression)).decode(look.encoding)
    copy.write_text(text, encoding="utf-8", newline="")
    return copy
