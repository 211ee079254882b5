"""What is seen while a run goes on: the table first, then a bar with time left; the bar only on a terminal."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pellucid.cli.gauge import Gauge
from pellucid.cli.layout import Ink
from pellucid.printable import printable

if TYPE_CHECKING:
    from pellucid.experiments.watching import DataSummary

__all__ = ["ScreenWatcher"]


class ScreenWatcher:
    """Draws the events of one run: the table on stdout, all that passes on stderr.

    Used as a context manager, so that no bar stays behind whatever happens.
    """

    def __init__(self, table: str, *, show_table: bool, width: int, ink: Ink) -> None:
        self._table, self._show_table, self._width, self._ink = table, show_table, width, ink
        self._gauge = Gauge()
        self._description = ""

    def __enter__(self) -> Self:
        self._gauge.__enter__()
        self._gauge.wait(f"reading {self._table}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gauge.clear()

    def data_ready(self, summary: "DataSummary") -> None:
        """Show what the table is and what becomes of its columns."""
        self._gauge.clear()
        if self._show_table:
            from pellucid.cli.screen import summary_lines

            print("\n".join(summary_lines(summary, width=self._width, ink=self._ink)), flush=True)
            # What stands between the table and the scores belongs to stderr, its blank line too.
            print(file=sys.stderr)
        self._gauge.wait("preparing")

    def training_started(self, description: str, epochs: int) -> None:
        """Start the bar."""
        self._description = description
        self._gauge.start(description, epochs, unit="epoch")

    def epoch_done(self, epoch: int, epochs: int) -> None:
        """Move the bar."""
        self._gauge.move(epoch, epochs)

    def training_ended(self, note: str, seconds: float) -> None:
        """Leave one line behind that says how training went, then show that judging goes on."""
        self._gauge.clear()
        line = f"  {printable(self._description)}: {printable(note)}, {seconds:.1f} s"
        print(line, file=sys.stderr, flush=True)
        self._gauge.wait("judging, with plain models beside it")
