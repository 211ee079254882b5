"""History: what every epoch of every member showed, as columns; thousands of members make millions of rows."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from pellucid.records import EpochRecord
from pellucid.shapes import Array, Codes, Floats

__all__ = ["Columns", "History"]


class Columns(NamedTuple):
    """Rows of a history; all ``[rows]``.

    Attributes:
        member: Position among the members.
        epoch: Counted from 1.
        loss: Mean training loss; NaN without a step.
        val_loss: Mean validation loss; NaN without validation rows.
        val_error: Validation error; NaN without validation rows.
        lr: Learning rate of the epoch's last step.
    """

    member: Codes
    epoch: Codes
    loss: Floats
    val_loss: Floats
    val_error: Floats
    lr: Floats


class History:
    """A list of rows that grows.

    Attributes:
        validated: Whether there were validation rows.
    """

    def __init__(self, *, validated: bool, rows: Sequence[Columns] = ()) -> None:
        self.validated, self._parts = validated, list(rows)

    def add(self, rows: Columns) -> None:
        """Take in rows; safe from several threads."""
        self._parts.append(rows)

    def columns(self) -> Columns:
        """All rows, sorted by member and epoch."""
        if not self._parts:
            none = np.zeros(0)
            return Columns(none.astype(np.int64), none.astype(np.int64), none, none, none, none)
        if len(self._parts) > 1:
            joined = [np.concatenate(parts) for parts in zip(*self._parts, strict=True)]
            order = np.lexsort((joined[1], joined[0]))
            self._parts = [Columns(*(column[order] for column in joined))]
        return self._parts[0]

    def placed(self, positions: Array) -> "History":
        """The same rows with other member numbers: ``positions[old number]``."""
        rows = self.columns()
        return History(validated=self.validated, rows=[rows._replace(member=positions[rows.member])])

    def curve(self, field: str, members: int) -> Floats:
        """A column as ``[m, epoch]``; NaN where there is no row."""
        rows = self.columns()
        found: Floats = np.full((members, int(rows.epoch.max(initial=0))), np.nan)
        found[rows.member, rows.epoch - 1] = getattr(rows, field)
        return found

    def records(self) -> Iterator[EpochRecord]:
        """Row by row, as they are written to files."""
        for member, epoch, loss, val_loss, val_error, lr in zip(
            *(column.tolist() for column in self.columns()), strict=True
        ):
            yield EpochRecord(
                member=member,
                epoch=epoch,
                loss=loss,
                val_loss=val_loss if self.validated else None,
                val_error=val_error if self.validated else None,
                lr=lr,
            )
