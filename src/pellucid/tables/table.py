"""Column and Table: what arrived, as plain NumPy arrays with every missing value in one form."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from pellucid.errors import UnknownColumnError
from pellucid.records import Finding, SourceRecord
from pellucid.shapes import Array, RowNumbers
from pellucid.tables.notation import Notation

__all__ = ["Column", "Storage", "Table", "digest_of", "number_text"]

Storage: TypeAlias = Literal["number", "boolean", "text", "date"]


@dataclass(frozen=True, eq=False)
class Column:
    """One column.

    Attributes:
        name: Unique within its table.
        storage: ``number`` float64 with NaN, ``boolean`` float64 of 0, 1 and NaN, ``text`` objects of str or None,
            ``date`` datetime64[us] with NaT. Codes with leading zeros, and integers that float64 cannot hold, are text.
        values: One entry per row, ``[n]``.
        spellings: How false and true were written, for a boolean that arrived as words; labels must come back so.
        notation: How a column of text was written, where one row alone would not tell.
    """

    name: str
    storage: Storage
    values: Array
    spellings: tuple[str, str] | None = None
    notation: Notation | None = None

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def missing(self) -> Array:
        """Which rows hold nothing, bool ``[n]``."""
        if self.storage == "text":
            return np.fromiter((value is None for value in self.values), dtype=bool, count=len(self.values))
        return np.isnat(self.values) if self.storage == "date" else np.isnan(self.values)

    @cached_property
    def distinct(self) -> tuple[Array, Array]:
        """The distinct values in order and how often each occurs, missing ones not counted."""
        present = self.values[~self.missing]
        if self.storage != "text":
            return np.unique(present, return_counts=True)
        counts: dict[str, int] = {}
        for value in present:
            counts[value] = counts.get(value, 0) + 1
        names = sorted(counts)
        return np.array(names, dtype=object), np.array([counts[name] for name in names], dtype=np.int64)

    def take(self, rows: RowNumbers) -> "Column":
        """The column for these rows, in this order."""
        return Column(self.name, self.storage, self.values[rows], self.spellings, self.notation)

    def as_text(self) -> Array:
        """Every value as a person would write it, objects of str or None ``[n]``; integers without ``.0``."""
        if self.storage == "text":
            return self.values
        values, which = np.unique(self.values[~self.missing], return_inverse=True)
        words: list[str]
        if self.storage == "date":
            words = [_date_text(value) for value in values]
        elif self.storage == "boolean":
            no, yes = self.spellings or ("0", "1")
            words = [yes if value else no for value in values]
        else:
            words = [number_text(float(value)) for value in values]
        text = np.full(len(self.values), None, dtype=object)
        text[~self.missing] = np.array(words, dtype=object)[which]
        return text


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length, where they came from, and what was noticed while reading.

    Attributes:
        name: File name or data set name, for people.
        path: Absolute path, empty for a table in memory.
        sha256: Digest of the file's bytes, or of the columns for a table in memory.
        columns: In file order.
        findings: From reading.
    """

    name: str
    path: str
    sha256: str
    columns: tuple[Column, ...]
    findings: tuple[Finding, ...] = field(default=())

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def rows(self) -> int:
        """How many rows."""
        return len(self.columns[0]) if self.columns else 0

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(column.name for column in self.columns)

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            UnknownColumnError: If there is none; names the nearest.
        """
        if name not in self._by_name:
            raise UnknownColumnError(name, self.names, self.name)
        return self._by_name[name]

    def take(self, rows: RowNumbers) -> "Table":
        """These rows in this order; name, digest and findings stay those of the whole."""
        return replace(self, columns=tuple(column.take(rows) for column in self.columns))

    def without(self, names: Iterable[str]) -> "Table":
        """The table less these columns.

        Raises:
            UnknownColumnError: If one of them is not there.
        """
        gone = {self.column(name).name for name in names}
        return replace(self, columns=tuple(column for column in self.columns if column.name not in gone))

    def source(self) -> SourceRecord:
        """Where it came from, for the record."""
        return SourceRecord(name=self.name, path=self.path, sha256=self.sha256, rows=self.rows, columns=self.names)


def digest_of(columns: Sequence[Column]) -> str:
    """Hexadecimal sha256 of names and contents, for a table that has no file."""
    digest = hashlib.sha256()
    for column in columns:
        digest.update(f"\x00{column.name}\x00{column.storage}\x00{len(column)}\x00".encode())
        if column.storage == "text":
            # A length before each value, so that ("ab", "c") and ("a", "bc") differ; -1 for a missing one.
            for value in column.values:
                raw = b"" if value is None else value.encode("utf-8", "surrogatepass")
                digest.update(b"-" if value is None else b"%d:%s" % (len(raw), raw))
        else:
            digest.update(np.ascontiguousarray(column.values).tobytes())
    return digest.hexdigest()


def number_text(value: float) -> str:
    """The shortest text that reads back as this number; integers without ``.0``."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)


def _date_text(value: np.datetime64) -> str:
    text = str(value).replace("T", " ")
    return text.removesuffix(".000000").removesuffix(" 00:00:00")
