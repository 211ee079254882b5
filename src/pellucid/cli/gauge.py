"""What moves on a terminal while something goes on: a spinner, or a bar with the time left. Elsewhere nothing."""

import sys
from math import ceil
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pellucid.printable import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID
    from rich.status import Status

__all__ = ["Gauge", "time_left"]


def time_left(seconds: float) -> str:
    """``13 s left``, ``1 min 15 s left``; seconds are not worth telling where there are hours."""
    minutes, rest = divmod(ceil(seconds), 60)
    if not minutes:
        return f"{rest} s left"
    return f"{minutes} min {rest} s left" if minutes < 60 else f"{minutes + (rest > 0)} min left"


class Gauge:
    """Draws on stderr, one thing at a time; used as a context manager, so that nothing stays behind."""

    def __init__(self) -> None:
        self._console: Console | None = None
        self._status: Status | None = None
        self._progress: Progress | None = None
        self._bar: TaskID | None = None
        self._started, self._first = 0.0, 0.0

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console

            self._console = Console(stderr=True, highlight=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def wait(self, what: str) -> None:
        """Show that something goes on whose length is not known."""
        self.clear()
        if self._console is not None:
            from rich.text import Text

            self._status = self._console.status(Text(printable(what)))
            self._status.start()

    def start(self, what: str, total: float, *, done: float = 0.0, unit: str = "") -> None:
        """Start a bar.

        Args:
            what: Stands before it.
            total: Its length.
            done: What was done before; it says nothing of the time that is left.
            unit: Stands before ``3/200``.
        """
        self.clear()
        if self._console is None:
            return
        from rich.progress import BarColumn, Progress, TextColumn
        from rich.table import Column

        self._progress = Progress(
            TextColumn("  {task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis")),
            BarColumn(bar_width=None),
            TextColumn(
                f"{{task.percentage:>3.0f}} %  {unit + ' ' if unit else ''}{{task.completed:.0f}}/{{task.total:.0f}}",
                markup=False,
            ),
            TextColumn("{task.fields[left]}", markup=False),
            console=self._console,
            transient=True,
            expand=True,
            refresh_per_second=5,
        )
        self._bar = self._progress.add_task(printable(what), total=total, left="")
        self._progress.update(self._bar, completed=done)
        self._started, self._first = perf_counter(), done
        self._progress.start()

    def move(self, done: float, total: float) -> None:
        """Move the bar; may be called from any thread."""
        # Read once: another thread may take the bar away.
        progress, bar = self._progress, self._bar
        if progress is None or bar is None or done <= self._first:
            return
        # Every piece costs the same, so that the mean so far says what is left.
        left = (perf_counter() - self._started) / (done - self._first) * (total - done)
        progress.update(bar, completed=done, total=total, left=time_left(left) if left > 0 else "")

    def clear(self) -> None:
        """Take away what is drawn."""
        for drawn in (self._status, self._progress):
            if drawn is not None:
                drawn.stop()
        self._status = self._progress = None
