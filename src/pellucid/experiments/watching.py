"""What the main job tells whoever started it, while it runs. The command line draws it; the front door is silent."""

from dataclasses import dataclass
from typing import Protocol

from pellucid.records import ColumnRecord, Finding, SourceRecord

__all__ = ["DataSummary", "Silent", "Watcher"]


@dataclass(frozen=True)
class DataSummary:
    """What is known once the table is read, checked, split and encoded.

    Attributes:
        source: The table.
        task: One of ``tables.TASKS``.
        target: Target column; of several, their names joined for people.
        target_note: Short description for people: ``342 yes, 549 no`` or ``15 000 to 600 000, median 101 570``.
        columns: Every column's decision, in file order.
        inputs: Width of the network's input.
        findings: About the data.
        train_rows: Rows that training may use.
        test_rows: Rows kept for judging.
    """

    source: SourceRecord
    task: str
    target: str
    target_note: str
    columns: tuple[ColumnRecord, ...]
    inputs: int
    findings: tuple[Finding, ...]
    train_rows: int
    test_rows: int


class Watcher(Protocol):
    """Gets one call per event, always in this order, from the thread that trains."""

    def data_ready(self, summary: DataSummary) -> None:
        """The table is read, checked, split and encoded."""

    def training_started(self, description: str, epochs: int) -> None:
        """Training begins; ``description`` is such as ``8 networks 14-64-64-1, gelu, AdamW``."""

    def epoch_done(self, epoch: int, epochs: int) -> None:
        """One epoch of the whole stack is done, counted from 1."""

    def training_ended(self, note: str, seconds: float) -> None:
        """Training is over; ``note`` is such as ``best epochs 41 to 118`` or ``interrupted, best so far kept``."""


class Silent:
    """A watcher that says nothing."""

    def data_ready(self, summary: DataSummary) -> None:
        """Ignored."""

    def training_started(self, description: str, epochs: int) -> None:
        """Ignored."""

    def epoch_done(self, epoch: int, epochs: int) -> None:
        """Ignored."""

    def training_ended(self, note: str, seconds: float) -> None:
        """Ignored."""
