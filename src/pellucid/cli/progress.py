"""What is seen while a run goes on: the table first, then a bar with time left; the bar only on a terminal."""

import sys
from math import ceil
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pellucid.cli.layout import Ink
from pellucid.printable import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID
    from rich.status import Status

    from pellucid.experiments.watching import DataSummary

__all__ = ["ScreenWatcher", "time_left"]


def time_left(seconds: float) -> str:
    """``13 s left``, ``1 min 15 s left``; seconds are not worth telling where there are hours."""
    minutes, rest = divmod(ceil(seconds), 60)
    if not minutes:
        return f"{rest} s left"
    return f"{minutes} min {rest} s left" if minutes < 60 else f"{minutes + (rest > 0)} min left"


class ScreenWatcher:
    """Draws the events of one run: the table on stdout, all that passes on stderr.

    Used as a context manager, so that no bar stays behind whatever happens.
    """

    def __init__(self, table: str, *, show_table: bool, width: int, ink: Ink) -> None:
        self._table, self._show_table, self._width, self._ink = table, show_table, width, ink
        self._console: Console | None = None
        self._status: Status | None = None
        self._progress: Progress | None = None
        self._bar: TaskID | None = None
        self._description = ""
        self._started = 0.0

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console

            self._console = Console(stderr=True, highlight=False)
        self._wait(f"reading {printable(self._table)}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()

    def data_ready(self, summary: "DataSummary") -> None:
        """Show what the table is and what becomes of its columns."""
        self._clear()
        if self._show_table:
            from pellucid.cli.screen import summary_lines

            print("\n".join(summary_lines(summary, width=self._width, ink=self._ink)), flush=True)
            # What stands between the table and the scores belongs to stderr, its blank line too.
            print(file=sys.stderr)
        self._wait("preparing")

    def training_started(self, description: str, epochs: int) -> None:
        """Start the bar."""
        self._clear()
        self._description = description
        if self._console is None:
            return
        from rich.progress import BarColumn, Progress, TextColumn
        from rich.table import Column

        self._progress = Progress(
            TextColumn("  {task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis")),
            BarColumn(bar_width=None),
            TextColumn("{task.percentage:>3.0f} %  epoch {task.completed:.0f}/{task.total:.0f}", markup=False),
            TextColumn("{task.fields[left]}", markup=False),
            console=self._console,
            transient=True,
            expand=True,
            refresh_per_second=5,
        )
        self._bar = self._progress.add_task(printable(description), total=epochs, left="")
        self._started = perf_counter()
        self._progress.start()

    def epoch_done(self, epoch: int, epochs: int) -> None:
        """Move the bar."""
        if self._progress is not None and self._bar is not None:
            # Every epoch of a stack costs the same, so that the mean so far says what is left.
            left = (perf_counter() - self._started) / epoch * (epochs - epoch)
            self._progress.update(self._bar, completed=epoch, total=epochs, left=time_left(left) if left else "")

    def training_ended(self, note: str, seconds: float) -> None:
        """Leave one line behind that says how training went, then show that judging goes on."""
        self._clear()
        line = f"  {printable(self._description)}: {printable(note)}, {seconds:.1f} s"
        print(line, file=sys.stderr, flush=True)
        self._wait("judging, with plain models beside it")

    def _wait(self, what: str) -> None:
        if self._console is not None:
            from rich.text import Text

            self._status = self._console.status(Text(what))
            self._status.start()

    def _clear(self) -> None:
        for drawn in (self._status, self._progress):
            if drawn is not None:
                drawn.stop()
        self._status = self._progress = None
