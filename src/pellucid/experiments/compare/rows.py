"""The rows that a comparison may learn from, as a value that fits in plain files: workers read them back from there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from pellucid.experiments.compare.arrays import read_arrays, write_arrays
from pellucid.experiments.preparing import Decided
from pellucid.records import decode_json, encode_json, write_whole
from pellucid.shapes import Array
from pellucid.tables import Column, ColumnDecision, Notation, Table, TargetDecision
from pellucid.tables.table import Storage

__all__ = ["LearningRows", "learning_rows", "read_rows", "write_rows"]


@dataclass(frozen=True)
class LearningRows:
    """Training rows alone: what no worker was given, no network has seen.

    Attributes:
        table: Used columns of the training rows ``[n]``.
        columns: Their decisions.
        target: The task.
        values: As ``tables.target_values`` gives them ``[n]`` or ``[n, t]``.
        groups: Rows with equal numbers stay on one side of every fold ``[n]``.
        order: Where each row stands in time ``[n]``; None where nobody asked for it.
    """

    table: Table
    columns: tuple[ColumnDecision, ...]
    target: TargetDecision
    values: Array
    groups: Array
    order: Array | None = None

    @property
    def count(self) -> int:
        """How many."""
        return len(self.values)


def learning_rows(decided: Decided, order: Array | None = None) -> LearningRows:
    """The training rows of a decided table, with the columns that networks see.

    Args:
        decided: The table.
        order: Where each of its rows stands in time ``[n]``.
    """
    used = tuple(each for each in decided.columns if each.used and each.encoding != "none")
    own = decided.train
    names = {each.name for each in used}
    table = Table(
        decided.table.name,
        "",
        decided.table.sha256,
        tuple(column.take(own) for column in decided.table if column.name in names),
    )
    return LearningRows(
        table,
        used,
        decided.target,
        decided.values[own],
        decided.groups[own],
        None if order is None else order[own],
    )


class _ColumnHead(msgspec.Struct, frozen=True):
    name: str
    storage: Storage
    spellings: tuple[str, str] | None
    notation: Notation | None


class _Head(msgspec.Struct, frozen=True):
    name: str
    sha256: str
    columns: tuple[_ColumnHead, ...]
    decisions: tuple[ColumnDecision, ...]
    target: TargetDecision


def write_rows(folder: Path, rows: LearningRows) -> None:
    """Write ``rows.npz`` and, behind it, ``rows.json``."""
    arrays: dict[str, Array] = {"values": rows.values, "groups": rows.groups}
    if rows.order is not None:
        arrays["order"] = rows.order
    for number, column in enumerate(rows.table):
        arrays |= {f"{number}.{part}": values for part, values in _parts(column).items()}
    write_arrays(folder / "rows.npz", arrays)
    head = _Head(
        rows.table.name,
        rows.table.sha256,
        tuple(_ColumnHead(each.name, each.storage, each.spellings, each.notation) for each in rows.table),
        rows.columns,
        rows.target,
    )
    write_whole(folder / "rows.json", encode_json(head))


def read_rows(folder: Path) -> LearningRows:
    """The rows as they were written.

    Raises:
        ModelFileError: If a file is damaged.
    """
    head = decode_json((folder / "rows.json").read_bytes(), _Head)
    arrays = read_arrays(folder / "rows.npz")
    columns = tuple(
        Column(each.name, each.storage, _values(each.storage, arrays, number), each.spellings, each.notation)
        for number, each in enumerate(head.columns)
    )
    return LearningRows(
        Table(head.name, "", head.sha256, columns),
        head.decisions,
        head.target,
        arrays["values"],
        arrays["groups"],
        arrays.get("order"),
    )


def _parts(column: Column) -> dict[str, Array]:
    """A column as arrays without objects; of text its distinct values, one behind the other, and their numbers."""
    if column.storage != "text":
        return {"values": column.values}
    words: dict[str, int] = {}
    codes = np.array([-1 if value is None else words.setdefault(value, len(words)) for value in column.values])
    # NumPy's own text loses zero characters at a value's end.
    raw = [word.encode("utf-8", "surrogatepass") for word in words]
    return {
        "codes": codes.astype(np.int64),
        "lengths": np.array([len(word) for word in raw], dtype=np.int64),
        "bytes": np.frombuffer(b"".join(raw), dtype=np.uint8),
    }


def _values(storage: Storage, arrays: dict[str, Array], number: int) -> Array:
    if storage != "text":
        return arrays[f"{number}.values"]
    ends = np.cumsum(arrays[f"{number}.lengths"])
    raw = arrays[f"{number}.bytes"].tobytes()
    words: list[Any] = [
        raw[end - length : end].decode("utf-8", "surrogatepass")
        for end, length in zip(ends.tolist(), arrays[f"{number}.lengths"].tolist(), strict=True)
    ]
    # The last one stands for code −1, a missing value.
    known = np.empty(len(words) + 1, dtype=object)
    known[:] = [*words, None]
    found: Array = known[arrays[f"{number}.codes"]]
    return found
