"""Clock: wall time by phase, for the record."""

import time

__all__ = ["Clock"]


class Clock:
    """Wall time by phase.

    Attributes:
        laps: Seconds of every phase so far.
    """

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """End a phase; the next one begins."""
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 3)
        self._last = now

    def seconds(self) -> dict[str, float]:
        """The phases and their ``total``."""
        return {**self.laps, "total": round(self._last - self._start, 3)}
