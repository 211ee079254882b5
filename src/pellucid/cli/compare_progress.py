"""What is seen while a comparison goes on: the table, what will be trained and what memory it takes, then a bar."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pellucid.cli.gauge import Gauge
from pellucid.cli.layout import Ink, wrapped
from pellucid.printable import grouped, printable

if TYPE_CHECKING:
    from pellucid.experiments.compare.watching import PlanSummary
    from pellucid.experiments.watching import DataSummary

__all__ = ["ComparisonScreen"]


class ComparisonScreen:
    """Draws the events of one comparison: the table on stdout, all that passes on stderr.

    Used as a context manager, so that no bar stays behind whatever happens.
    """

    def __init__(self, table: str, *, show_table: bool, width: int, ink: Ink) -> None:
        self._table, self._show_table, self._width, self._ink = table, show_table, width, ink
        self._gauge = Gauge()
        self._plan: PlanSummary | None = None
        self._done = 0.0

    def __enter__(self) -> Self:
        self._gauge.__enter__()
        self._gauge.wait(f"reading {self._table}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gauge.clear()

    @property
    def folder(self) -> str | None:
        """Where finished networks are kept; None before anything is trained."""
        return None if self._plan is None else self._plan.folder

    @property
    def trained(self) -> bool:
        """Whether there was anything to train; not where the comparison was finished before."""
        return self._plan is not None

    def data_ready(self, summary: "DataSummary") -> None:
        """Show what the table is and what becomes of its columns."""
        self._gauge.clear()
        if self._show_table:
            from pellucid.cli.screen import summary_lines

            print("\n".join(summary_lines(summary, width=self._width, ink=self._ink)), flush=True)
            # What stands between the table and the scores belongs to stderr, its blank line too.
            print(file=sys.stderr)
        self._gauge.wait("planning")

    def plan_ready(self, plan: "PlanSummary") -> None:
        """Say what will be trained, how much memory that takes and where it is kept, and start the bar."""
        self._plan, self._done = plan, plan.done
        times = [f"× {_counted(plan.seeds, 'seed')}", f"× {_counted(plan.folds, 'fold')}:"]
        what = [_counted(plan.variants, "variant"), *times, f"{_counted(plan.networks, 'network')},"]
        if _halved(plan):
            finalists = plan.finalists or 0
            judged = finalists * plan.seeds * plan.folds
            what = [f"{_counted(plan.variants, 'variant')},", f"halved to {_counted(finalists, 'finalist')}", *times]
            what += [
                f"{_counted(judged, 'network')}, and halving",
                f"the work of {grouped(plan.networks - judged)} more,",
            ]
        words = [*what, f"about {_bytes(plan.memory)} of memory,", "kept in", printable(plan.folder)]
        self._tell(words)
        if plan.done:
            done = f"{grouped(plan.done)} of {_counted(plan.networks, 'network')}"
            self._tell(f"It goes on where it was: {done} {'is' if plan.done == 1 else 'are'} done.".split(" "))
        self._gauge.start(_counted(plan.networks, "network"), plan.networks, done=plan.done)

    def networks_done(self, done: float, networks: int) -> None:
        """Move the bar."""
        self._done = max(self._done, done)
        self._gauge.move(done, networks)

    def training_ended(self, note: str, seconds: float) -> None:
        """Leave one line behind that says how training went."""
        self._gauge.clear()
        plan = self._plan
        here = self._done - (plan.done if plan is not None else 0)
        # Halving trains parts of networks, of which no time each can be told.
        each = f", {_seconds(seconds / here)} each" if here >= 1 and not (plan and _halved(plan)) else ""
        self._tell([f"{printable(note)}:", f"{seconds:.1f} s{each}"])

    def stage_started(self, title: str) -> None:
        """Show what goes on behind the networks."""
        self._gauge.wait(title)

    def _tell(self, words: list[str]) -> None:
        print("\n".join(wrapped(words, self._width, first="  ", rest="    ")), file=sys.stderr, flush=True)


def _halved(plan: "PlanSummary") -> bool:
    """Whether there is anything to halve: not where everybody is a finalist."""
    return plan.finalists is not None and plan.finalists < plan.variants


def _counted(count: int, one: str) -> str:
    return f"{grouped(count)} {one}{'' if count == 1 else 's'}"


def _bytes(size: int) -> str:
    """``29 MB``, ``1.2 GB``; less than a megabyte is told as one."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6))} MB"


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 0.01 else f"{seconds:.2g} s" if seconds < 1 else f"{seconds:.1f} s"
