"""Tables in memory: frames through narwhals, NumPy arrays, dictionaries of columns."""

import datetime
import decimal
import numbers
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from pellucid.printable import grouped
from pellucid.records import Finding
from pellucid.shapes import Array
from pellucid.tables.dialect import MAX_COLUMNS
from pellucid.tables.header import clean_names
from pellucid.tables.interpretation import infinite_note, interpret
from pellucid.tables.notation import Notation
from pellucid.tables.policy import refuse
from pellucid.tables.table import Column, Table, digest_of

__all__ = ["is_frame", "table_from_array", "table_from_columns", "table_from_frame"]

_EXACT = 2**53
_GUESSED: Mapping[str, Notation] = {}


def is_frame(source: Any) -> bool:
    """Whether narwhals knows it as an eager or lazy frame; imports none of the frame libraries."""
    import narwhals.stable.v2 as nw

    try:
        return isinstance(nw.from_native(source, pass_through=True), nw.DataFrame | nw.LazyFrame)
    except nw.exceptions.DuplicateError:
        return True  # a frame all the same; reading it says what is wrong with it


def table_from_frame(frame: Any, notations: Mapping[str, Notation] = _GUESSED) -> Table:
    """The table in a frame of pandas, polars, pyarrow, or anything else that narwhals reads. An index is not a column.

    Raises:
        DataError: B048 for columns of lists, structures, bytes or objects; B021 for repeated column names.
    """
    import narwhals.stable.v2 as nw

    try:
        native = nw.from_native(frame)
        eager = native.collect() if isinstance(native, nw.LazyFrame) else native
        names = [str(name) for name in eager.columns]
    except nw.exceptions.DuplicateError as error:
        raise refuse(
            "B021", f"The frame has several columns of one name. {' '.join(str(error).split())}. Rename them."
        ) from error
    columns: list[Column] = []
    findings: list[Finding] = []
    cleaned, notes = _names(names)
    findings += notes
    for name, given in zip(cleaned, eager.columns, strict=True):
        column, notes = _from_series(name, eager.get_column(given), notations.get(name))
        columns.append(column)
        findings += notes
    return _table("frame", columns, findings)


def table_from_array(array: Array, notations: Mapping[str, Notation] = _GUESSED) -> Table:
    """The table in a 2-D array, columns ``x0``…; or in a structured one, columns by its field names.

    Raises:
        DataError: B049 for another number of dimensions, B048 for values that are neither numbers, text nor dates.
    """
    if array.dtype.names:
        return table_from_columns({name: array[name] for name in array.dtype.names}, name="array", notations=notations)
    if array.ndim != 2:
        raise refuse(
            "B049",
            f"The array has {array.ndim} dimension{'s' * (array.ndim != 1)} {array.shape}; a table has 2, rows ×"
            f" columns."
            " Use array.reshape(len(array), -1).",
        )
    columns = {f"x{number}": array[:, number] for number in range(array.shape[1])}
    return table_from_columns(columns, name="array", notations=notations)


def table_from_columns(
    given: Mapping[Any, Any], *, name: str = "columns", notations: Mapping[str, Notation] = _GUESSED
) -> Table:
    """The table in a dictionary from column name to values.

    Raises:
        DataError: B049 if the columns differ in length or are not one-dimensional, B048 for values of other types.
    """
    columns: list[Column] = []
    cleaned, findings = _names([str(key) for key in given])
    for column_name, values in zip(cleaned, given.values(), strict=True):
        if np.ndim(values) != 1 and not isinstance(values, list | tuple):
            raise refuse("B049", f"Column {column_name!r} is not one-dimensional. Give one value per row.")
        column, notes = _from_values(column_name, values, notations.get(column_name))
        columns.append(column)
        findings += notes
        if len(column) != len(columns[0]):
            raise refuse(
                "B049",
                f"Column {column_name!r} has {len(column)} rows and {columns[0].name!r} has {len(columns[0])};"
                " all columns of a table are equally long.",
            )
    return _table(name, columns, findings)


def _names(names: Sequence[str]) -> tuple[list[str], list[Finding]]:
    if not names:
        raise refuse("B001", "The table has no columns. Give at least a target and one feature.")
    if len(names) > MAX_COLUMNS:
        raise refuse("B026", f"The table has {grouped(len(names))} columns; at most {grouped(MAX_COLUMNS)} are read.")
    return clean_names(names)


def _table(name: str, columns: list[Column], findings: Iterable[Finding]) -> Table:
    return Table(name, "", digest_of(columns), tuple(columns), tuple(findings))


def _from_series(name: str, series: Any, notation: Notation | None) -> tuple[Column, list[Finding]]:
    """One column of a frame; narwhals' types decide where they say enough, the values where they do not."""
    import narwhals.stable.v2 as nw

    kind = series.dtype
    if kind == nw.Boolean:
        return Column(name, "boolean", _floats(series.to_list())), []
    if kind.is_float():
        return _number(name, np.asarray(series.cast(nw.Float64).fill_null(float("nan")).to_numpy(), dtype=np.float64))
    if kind.is_integer() and series.null_count() == 0:
        return _from_values(name, series.to_numpy(), notation)
    if kind == nw.Datetime:
        zoned = getattr(kind, "time_zone", None) is not None
        plain = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if zoned else series
        return Column(name, "date", np.asarray(plain.to_numpy()).astype("datetime64[us]")), []
    if kind == nw.Date:
        return Column(name, "date", _dates(series.to_list())), []
    if kind in (nw.Categorical, nw.Enum):
        return interpret(name, [None if value is None else str(value) for value in series.to_list()], notation)
    if kind.is_nested() or kind in (nw.Binary, nw.Duration, nw.Time):
        raise refuse(
            "B048",
            f"Column {name!r} holds {kind}, and a table needs one number, word, boolean or date per cell."
            " Turn it into such columns, or drop it.",
        )
    return _from_values(name, series.to_list(), notation)


def _from_values(name: str, values: Any, notation: Notation | None) -> tuple[Column, list[Finding]]:
    """One column of NumPy values or of Python objects."""
    array = values if isinstance(values, np.ndarray) else None
    if array is None and hasattr(values, "__array__") and not isinstance(values, list | tuple):
        array = np.asarray(values)
    if array is not None and array.dtype.kind in "biufM":
        if array.dtype.kind == "b":
            return Column(name, "boolean", array.astype(np.float64)), []
        if array.dtype.kind == "M":
            return Column(name, "date", array.astype("datetime64[us]")), []
        if array.dtype.kind in "iu" and array.size and max(abs(int(array.min())), abs(int(array.max()))) > _EXACT:
            return interpret(name, [str(value) for value in array.tolist()])
        return _number(name, array.astype(np.float64))
    if array is not None and array.dtype.kind not in "OUS":
        raise refuse("B048", f"Column {name!r} holds {array.dtype} values. Turn them into numbers, words or dates.")
    if array is not None and array.dtype.kind == "S":
        raise refuse("B048", f"Column {name!r} holds bytes. Decode them: array.astype(str).")
    return _from_objects(name, list(array.tolist() if array is not None else values), notation)


def _from_objects(name: str, values: list[Any], notation: Notation | None) -> tuple[Column, list[Finding]]:
    present = [value for value in values if not _is_nothing(value)]
    kinds = {type(value) for value in present}
    if all(issubclass(kind, bool | np.bool_) for kind in kinds) and kinds:
        return Column(name, "boolean", _floats(values)), []
    if all(issubclass(kind, numbers.Real | decimal.Decimal | np.number) for kind in kinds):
        if any(isinstance(value, numbers.Integral) and abs(int(value)) > _EXACT for value in present):
            return interpret(name, [None if _is_nothing(value) else str(value) for value in values])
        return _number(name, _floats(values))
    if all(issubclass(kind, datetime.date | np.datetime64) for kind in kinds):
        return Column(name, "date", _dates(values)), []
    for value in present:
        if not isinstance(value, str | numbers.Real | decimal.Decimal | datetime.date | np.generic):
            row = next(number for number, other in enumerate(values, 1) if other is value)
            raise refuse(
                "B048",
                f"Column {name!r} holds a {type(value).__name__} in row {row}, and a table needs one number, word,"
                f" boolean or"
                " date per cell. Turn it into such columns, or drop it.",
            )
    return interpret(name, [None if _is_nothing(value) else str(value) for value in values], notation)


def _is_nothing(value: Any) -> bool:
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    if isinstance(value, np.datetime64):
        return bool(np.isnat(value))
    return isinstance(value, float | np.floating | decimal.Decimal) and value != value


def _number(name: str, values: Array) -> tuple[Column, list[Finding]]:
    endless = np.unique(values[np.isinf(values)])
    return Column(name, "number", values), [infinite_note(name, [str(v) for v in endless])] if endless.size else []


def _floats(values: Sequence[Any]) -> Array:
    return np.array([np.nan if _is_nothing(value) else float(value) for value in values], dtype=np.float64)


def _dates(values: Sequence[Any]) -> Array:
    """Moments in UTC; a moment without a zone stays as written."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime.datetime) and value.tzinfo is not None:
            return value.astimezone(datetime.UTC).replace(tzinfo=None)
        return value

    return np.array(
        [np.datetime64("NaT") if _is_nothing(v) else np.datetime64(plain(v), "us") for v in values], "datetime64[us]"
    )
