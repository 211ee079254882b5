"""Spreads members over the cores: each core trains some of them, alone with its own piece of memory.

The obvious way, several threads inside every matrix product, makes the cores wait for each other some hundred times a
step, and on a machine that is busy otherwise a step then takes ten times as long (measured: 2.5 s against 28 s).
Members know nothing of each other, so they can be divided instead; which members share a piece changes no bit of any
of them.
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Lock
from typing import Protocol

import torch

__all__ = ["Passage", "Workers"]

# Multiplications in a step's forward pass from which threads inside of it are worth their waiting for each other.
# Below, one thread is about as fast on an idle machine, and on a busy one two can take two hundred times as long
# (measured: 0.7 s against 167 s for a network 61-64-8-64-61 on batches of 64).
_WORTH_THREADS = 1 << 23


class Passage(Protocol):
    """Members of one shape that wait for places (``course.Course``)."""

    @property
    def waiting(self) -> int:
        """How many wait."""

    def run(
        self,
        places: int,
        *,
        share: Callable[[int], int],
        on_epoch: Callable[[int], None],
        stop: Callable[[], bool],
    ) -> None:
        """Train until nobody waits."""


class Workers:
    """The cores that train, and their progress.

    Attributes:
        cores: Threads that may run.
        abandoned: Whether the job failed or was interrupted, so that pieces that still train should stop.
    """

    def __init__(
        self, on_epoch: Callable[[int, int], None] | None, *, epochs: Sequence[int] = (), cores: int | None = None
    ) -> None:
        """Get ready.

        Args:
            on_epoch: Is told the progress: epochs done, and in all, as if everybody kept step.
            epochs: Of every member.
            cores: Threads that may run; None: as many as torch has.
        """
        self.cores = torch.get_num_threads() if cores is None else cores
        self.abandoned = False
        self._longest, self._all = max(epochs, default=1), max(1, sum(epochs))
        self._done = self._told = 0
        self._lock, self._on_epoch = Lock(), on_epoch

    def run(
        self,
        courses: Sequence[Passage],
        places: Callable[[int], int],
        *,
        works: Sequence[int],
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Train everybody who waits.

        Args:
            courses: Where they wait.
            places: Position of a course → members that train together there, at most.
            works: Multiplications in the forward pass of one step of one member, course by course.
            stop: Asked before each step, or ten times a second; True ends training.
        """
        load = [course.waiting * work for course, work in zip(courses, works, strict=True)]
        order = sorted(range(len(courses)), key=lambda number: -load[number])
        # Nobody takes more than an even part of all the work at a time, and nobody less than one member.
        even = sum(load) / self.cores

        def work_off() -> None:
            for number in order:
                course = courses[number]
                # Whoever is stopped before the first step has at least looked at a stack of untrained networks.
                while course.waiting and not self.abandoned:
                    most = max(1, math.ceil(even / max(works[number], 1) - 1e-9))
                    rounds = -(-min(most, course.waiting) // places(number))
                    course.run(
                        max(1, -(-min(most, course.waiting) // rounds)),
                        share=lambda waiting: -(-waiting // self.cores) if rounds > 1 else waiting,  # noqa: B023
                        on_epoch=self._over,
                        stop=lambda: self.abandoned or stop(),
                    )
                    if stop():
                        return

        if sum(course.waiting for course in courses) == 1 or self.cores == 1:
            try:
                torch.set_num_threads(self.cores if max(works, default=0) >= _WORTH_THREADS else 1)
                work_off()
            finally:
                torch.set_num_threads(self.cores)
            return
        try:
            # Each core has its own work; inside a piece there is one thread.
            torch.set_num_threads(1)
            with ThreadPoolExecutor(self.cores, initializer=torch.set_num_threads, initargs=(1,)) as pool:
                pieces = [pool.submit(work_off) for _ in range(self.cores)]
                try:
                    for piece in wait(pieces, return_when=FIRST_EXCEPTION).done:
                        piece.result()
                    for piece in pieces:
                        piece.result()
                except BaseException:
                    # The pool waits for its threads before it lets Ctrl-C or an error out: they must not train on.
                    self.abandoned = True
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
        finally:
            torch.set_num_threads(self.cores)

    def _over(self, epochs: int) -> None:
        """Count member-epochs that are over."""
        with self._lock:
            self._done += epochs
            now = int(self._done / self._all * self._longest)
            if now > self._told and self._on_epoch is not None:
                self._told = now
                self._on_epoch(now, self._longest)
