"""Columns and rows that say the same thing twice."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from pellucid.shapes import Array, Codes
from pellucid.tables.table import Column, Table

__all__ = ["affine_pairs", "equal_earlier", "group_identical_rows", "level_codes", "twins_by_chance"]


def level_codes(column: Column) -> Codes:
    """A number for each distinct value, −1 for missing ones ``[n]``."""
    codes = np.full(len(column), -1, dtype=np.int64)
    present = ~column.missing
    if column.storage == "text":
        order = {value: code for code, value in enumerate(column.distinct[0])}
        codes[present] = [order[value] for value in column.values[present]]
    else:
        codes[present] = np.searchsorted(column.distinct[0], column.values[present])
    return codes


def equal_earlier(columns: Sequence[Column]) -> dict[str, str]:
    """For each column with the same values as an earlier one: its name → the earlier one's."""
    first: dict[bytes, str] = {}
    twins: dict[str, str] = {}
    for column in columns:
        if column.storage == "text":
            text = "\x1f".join("\x00" if value is None else value for value in column.values)
            raw = text.encode("utf-8", "surrogatepass")
        else:
            raw = np.ascontiguousarray(column.values).tobytes()
        key = hashlib.sha256(column.storage.encode() + raw).digest()
        earlier = first.setdefault(key, column.name)
        if earlier != column.name:
            twins[column.name] = earlier
    return twins


def affine_pairs(columns: Iterable[Column]) -> Iterator[tuple[str, str]]:
    """Pairs of number columns of which the second is a·first + b, a ≠ 0."""
    seen: dict[tuple[bytes, bytes], str] = {}
    for column in columns:
        if column.storage != "number" or len(column.distinct[0]) < 3:
            continue
        values = column.values
        present = np.isfinite(values)
        spread = values[present].std()
        if not present.any() or spread == 0 or not np.isfinite(spread):
            continue
        scaled = (values[present] - values[present].mean()) / spread
        # The sign that makes the first clearly non-zero value positive, so that a < 0 is found too.
        scaled *= np.sign(scaled[np.argmax(np.abs(scaled) > 1e-3)])
        # + 0.0 turns -0.0 into 0.0, which has other bytes.
        key = (present.tobytes(), (np.round(scaled, 6) + 0.0).astype(np.float32).tobytes())
        earlier = seen.setdefault(key, column.name)
        if earlier != column.name:
            yield earlier, column.name


def group_identical_rows(table: Table, names: Sequence[str]) -> Codes:
    """A group number for every row ``[n]``; rows that agree in all these columns share theirs."""
    groups: Array = np.zeros(table.rows, dtype=np.int64)
    for name in names:
        codes = level_codes(table.column(name)) + 1
        groups = np.unique(groups * (codes.max(initial=0) + 1) + codes, return_inverse=True)[1].astype(np.int64)
    return groups


def twins_by_chance(table: Table, names: Sequence[str]) -> float:
    """How many other rows agree with an average row in all these columns, if the columns were independent."""
    twins = float(table.rows - 1)
    for name in names:
        counts = np.bincount(level_codes(table.column(name)) + 1)
        twins *= float(((counts / max(table.rows, 1)) ** 2).sum())
        if twins < 1e-9:  # one more column can only make it smaller
            break
    return twins
