"""Inline: one unit after the other in this process, whose threads share each unit's stacks."""

from collections.abc import Callable, Sequence

from pellucid.experiments.compare.bench import Workbench
from pellucid.experiments.compare.ledger import Ledger
from pellucid.experiments.compare.units import Unit
from pellucid.experiments.compare.work import work_on
from pellucid.experiments.executors.executor import limited

__all__ = ["Inline"]


class Inline:
    """See ``Executor``.

    Args:
        bench: What units are worked on with.
        ledger: Takes their results.
    """

    workers = 1

    def __init__(self, bench: Workbench, ledger: Ledger) -> None:
        self._bench, self._ledger = bench, ledger

    def run(
        self,
        units: Sequence[Unit],
        *,
        on_networks: Callable[[float], None],
        stop: Callable[[], bool],
        deadline: float | None = None,
    ) -> None:
        """See ``Executor.run``."""
        done = 0.0
        for each in units:
            unit = limited(each, deadline)
            if unit is None or stop():
                return
            before = done

            def told(networks: float, before: float = before) -> None:
                on_networks(before + networks)

            result = work_on(self._bench, unit, on_networks=told, stop=stop)
            if stop():
                return
            self._ledger.write(unit, result)
            done += len(unit.cells)
            on_networks(done)
