"""A saved model that is asked by its columns of numbers alone, whatever else it reads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.encoding import Encoded, encode
from pellucid.encoding.numeric import NumericColumn
from pellucid.encoding.reading import read_numbers
from pellucid.errors import UnknownNameError, UsageError
from pellucid.models import Manifest, Model
from pellucid.printable import quoted
from pellucid.shapes import Array, Floats, RowNumbers
from pellucid.tables import Column, Table

__all__ = ["BOUNDARY_TASKS", "Asked", "require_boundary", "said"]

BOUNDARY_TASKS = ("binary", "multiclass", "ordinal", "regression", "count", "quantile")


@dataclass(frozen=True)
class Asked:
    """A table whose columns of numbers can be set as one likes, as a model reads it.

    Attributes:
        manifest: Of the model.
        table: Rows that lend the other columns.
        names: Columns of numbers ``[d]``.
        inputs: Their values ``[n, d]``.
        still: The other columns, one row each, holding the most frequent value.
        held: These in words.
    """

    manifest: Manifest
    table: Table
    names: tuple[str, ...]
    inputs: Floats
    still: tuple[Column, ...]
    held: tuple[str, ...]

    @staticmethod
    def of(manifest: Manifest, table: Table) -> "Asked":
        """Look up what the model reads.

        Raises:
            UsageError: If it has no boundary.
            UnknownColumnError: If the table lacks a column.
        """
        encoding = manifest.encoding
        names = tuple(column.name for column in encoding.columns if isinstance(column, NumericColumn))
        require_boundary(manifest.task, targets=len(manifest.targets), numbers=len(names))
        others = [table.column(column.name) for column in encoding.columns if column.name not in names]
        inputs = np.column_stack([read_numbers(table.column(name)).values for name in names])
        still = tuple(_most_frequent(column) for column in others)
        texts = [column.as_text()[0] for column in still]
        held = tuple(
            f"{column.name} {'missing' if text is None else f'= {text}'}"
            for column, text in zip(still, texts, strict=True)
        )
        return Asked(manifest, table, names, inputs, still, held)

    def lend(self, rows: Floats, origin: RowNumbers | None = None) -> Encoded:
        """What the networks read where the numbers are ``rows [k, d]``.

        Args:
            rows: Numbers.
            origin: Rows of the table that lend the other columns ``[k]``; None: the most frequent values.
        """
        numbers = [Column(name, "number", rows[:, place]) for place, name in enumerate(self.names)]
        if origin is None:
            first = np.zeros(len(rows), dtype=np.int64)
            beside = [column.take(first) for column in self.still]
        else:
            beside = [self.table.column(column.name).take(origin) for column in self.still]
        return encode(self.manifest.encoding, Table("plane", "", "", (*numbers, *beside)))

    def truth(self, rows: RowNumbers) -> Array | None:
        """Class numbers of these rows, −1 where unknown, or values; None where the table has no target."""
        target = self.manifest.targets[0]
        if target not in self.table.names:
            return None
        column = self.table.column(target).take(rows)
        if not self.manifest.classes:
            return read_numbers(column).values
        known = {name: number for number, name in enumerate(self.manifest.classes)}
        return np.array([known.get(label, -1) for label in column.as_text()], dtype=np.int64)

    def places(self, columns: Sequence[str]) -> list[int]:
        """Where one or two columns stand among the numbers.

        Raises:
            UsageError: If there are more, or one is none of the numbers.
        """
        if len(columns) not in (1, 2) or len(set(columns)) < len(columns):
            raise UsageError(f"A picture shows one column or two different ones, and {len(columns)} were asked for.")
        read = {column.name for column in self.manifest.encoding.columns}
        for name in columns:
            if name in read and name not in self.names:
                raise UsageError(
                    f"{quoted(name)} is not a column of numbers, and a boundary is drawn over numbers. Choose among "
                    f"{', '.join(quoted(each) for each in self.names)}."
                )
            if name not in read:
                raise UnknownNameError("column", name, self.names)
        return [self.names.index(name) for name in columns]


def said(model: Model, encoded: Encoded) -> Floats:
    """Probabilities ``[n, c]``, or values ``[n]``, of several quantiles the middle one.

    Classes that are told by scores have no probabilities: their decision counts as certain.
    """
    prediction = model.predict_encoded(encoded)
    classes = model.manifest.classes
    if classes:
        if prediction.probabilities is not None:
            return prediction.probabilities
        certain: Floats = np.eye(len(classes))[prediction.decided]
        return certain
    values = np.asarray(prediction.values, dtype=np.float64)
    return values if values.ndim == 1 else values[:, values.shape[1] // 2]


def require_boundary(task: str, *, targets: int, numbers: int) -> None:
    """Refuse what has no boundary.

    Args:
        task: One of ``tables.TASKS``.
        targets: Target columns.
        numbers: Columns of numbers that networks read.

    Raises:
        UsageError: If there is none.
    """
    if task not in BOUNDARY_TASKS:
        raise UsageError(
            f"The task is {task}, which has no boundary. A boundary is drawn of classes, and of one number."
        )
    if targets > 1:
        raise UsageError(f"A boundary is drawn of one target, and {targets} are predicted.")
    if not numbers:
        raise UsageError("A boundary is drawn over columns of numbers, and the networks read none.")


def _most_frequent(column: Column) -> Column:
    """One row that holds the most frequent value, which may be none."""
    values, counts = column.distinct
    here = column.missing
    if len(values) and counts.max() >= column.missing.sum():
        here = ~column.missing & (column.values == values[counts.argmax()])
    return column.take(np.flatnonzero(here)[:1])
