"""One door for every source: a path, a data set's name, a frame, an array, a dictionary of columns, or a table."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from pellucid.tables.delimited import read_delimited
from pellucid.tables.frames import is_frame, table_from_array, table_from_columns, table_from_frame
from pellucid.tables.notation import Notation
from pellucid.tables.paths import local_file
from pellucid.tables.policy import refuse
from pellucid.tables.preflight import look_at
from pellucid.tables.structured import read_structured
from pellucid.tables.table import Table

__all__ = ["read_table"]


_GUESSED: Mapping[str, Notation] = {}


def read_table(source: Any, *, header: bool | None = None, notations: Mapping[str, Notation] = _GUESSED) -> Table:
    """Read a table.

    Args:
        source: Path of a CSV, TSV, JSON lines (each also gzip) or Parquet file; ``sklearn:NAME`` or ``openml:NAME``; a
            frame of pandas, polars or pyarrow; a 2-D NumPy array (columns ``x0``…); a dictionary of columns; or a
            Table, which is returned as it is.
        header: For delimited text. None: there must be a header, and a first row that looks like data is refused;
            True: the first row is the header whatever it looks like; False: there is none, columns are ``column_1``….
        notations: How columns of text are known to be written, by name: what a model keeps of its training table, so
            that a row means the same whatever rows it comes with. The others are guessed from all their values.

    Raises:
        DataError: With the policy's code, if the source is no table.
        UnknownNameError: For a data set that scikit-learn does not ship.
        SurroundingsError: If OpenML cannot be reached and has not been asked before.
    """
    if isinstance(source, Table):
        return source
    if isinstance(source, str | os.PathLike):
        text = os.fspath(source)
        if isinstance(text, str) and text.startswith(("sklearn:", "openml:")):
            from pellucid.tables.datasets import read_dataset

            return read_dataset(text)
        look = look_at(local_file(source))
        if look.kind == "delimited":
            return read_delimited(look, header=header, notations=notations)
        return read_structured(look, notations=notations)
    if isinstance(source, np.ndarray):
        return table_from_array(source, notations)
    if isinstance(source, Mapping):
        return table_from_columns(source, notations=notations)
    if is_frame(source):
        return table_from_frame(source, notations)
    raise refuse(
        "B049",
        f"A table cannot be read from {type(source).__module__}.{type(source).__name__}. Give a path, a pandas,"
        f" polars or"
        " pyarrow frame, a 2-D NumPy array or a dictionary of columns; make a sparse matrix dense with .toarray().",
    )
