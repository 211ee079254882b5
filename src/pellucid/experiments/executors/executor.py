"""Executor: takes units and leaves their files in the ledger."""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from pellucid.experiments.compare.units import Unit

__all__ = ["Executor", "limited"]


class Executor(Protocol):
    """Does units of work.

    Attributes:
        workers: Units that are worked on at a time.
    """

    workers: int

    def run(
        self,
        units: Sequence[Unit],
        *,
        on_networks: Callable[[float], None],
        stop: Callable[[], bool],
        deadline: float | None = None,
    ) -> None:
        """Work until all units are in the ledger, somebody asks to stop or time is up.

        Args:
            units: What to do, in this order.
            on_networks: Is told how many networks' worth of training is done, of all these units.
            stop: Asked all the time; True leaves the units that are being worked on without a trace.
            deadline: On ``time.monotonic``'s clock; units that reach it end where they are, and no other is begun.
        """


def limited(unit: Unit, deadline: float | None) -> Unit | None:
    """The unit with the time that is left to it; None where none is."""
    if deadline is None:
        return unit
    left = deadline - time.monotonic()
    return msgspec.structs.replace(unit, seconds=left) if left > 0 else None
