"""Parquet and JSON lines: files that carry their types."""

import tempfile
from pathlib import Path
from shutil import copyfile

from pellucid.tables.content import MAX_LINE, blocks_of
from pellucid.tables.dialect import MAX_COLUMNS
from pellucid.tables.duckdb_reading import locked_to, quoted, typed_columns
from pellucid.tables.header import clean_names
from pellucid.tables.policy import refuse
from pellucid.tables.preflight import Look
from pellucid.tables.table import Table

__all__ = ["read_structured"]

_WILDCARDS = set("*?[]{}")


def read_structured(look: Look) -> Table:
    """The table in a Parquet file or in JSON lines that have passed preflight.

    Raises:
        DataError: B076 if the file is damaged, B048 for nested columns, B026 for too many, B005 for lines that are no objects.
    """
    import duckdb

    name = look.path.name
    with tempfile.TemporaryDirectory(prefix="pellucid-") as folder:
        path = _readable(look, Path(folder))
        if look.kind == "parquet":
            reader = f"read_parquet({quoted(str(path))})"
        else:
            compression = "gzip" if path == look.path and look.compression == "gzip" else "none"
            reader = (
                f"read_json({quoted(str(path))}, format = 'newline_delimited', records = true, sample_size = -1,"
                f" convert_strings_to_integers = false, maximum_object_size = {MAX_LINE}, compression = '{compression}',"
                " map_inference_threshold = -1)"
            )
        with locked_to(path) as connection:
            try:
                connection.execute(f"CREATE TABLE t AS SELECT * FROM {reader}")
                described = [str(row[0]) for row in connection.execute("DESCRIBE t").fetchall()]
                if len(described) > MAX_COLUMNS:
                    raise refuse("B026", f"{name} has {len(described):,} columns; at most {MAX_COLUMNS:,} are read.")
                names, notes = clean_names(described)
                columns, more = typed_columns(connection, names, name)
            except duckdb.Error as error:
                code, what = ("B076", "Parquet") if look.kind == "parquet" else ("B005", "JSON lines")
                first = str(error).splitlines()[0].replace(str(path), name)
                raise refuse(code, f"{name} cannot be read as {what}: {first[:300]} Write the file anew.") from error
    look.confirm_unchanged()
    return Table(name, str(look.path), look.sha256, tuple(columns), (*look.findings, *notes, *more))


def _readable(look: Look, folder: Path) -> Path:
    """The file itself, or a copy that DuckDB can open: it takes * and [ for patterns, and knows only UTF-8."""
    if look.kind == "parquet":
        if not _WILDCARDS & set(str(look.path)):
            return look.path
        copy = folder / "table.parquet"
        copyfile(look.path, copy)
        return copy
    if look.encoding == "utf-8" and not _WILDCARDS & set(str(look.path)):
        return look.path
    copy = folder / "table.jsonl"
    with copy.open("w", encoding="utf-8", newline="") as file:
        text = b"".join(blocks_of(look.path, look.compression)).decode(look.encoding)
        file.write(text)
    return copy
