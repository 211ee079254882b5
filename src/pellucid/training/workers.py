"""Spreads stacks over the cores: each core trains some of the members, alone with its own piece of memory.

The obvious way, several threads inside every matrix product, makes the cores wait for each other some hundred times a
step, and on a machine that is busy otherwise a step then takes ten times as long (measured: 2.5 s against 28 s).
Members know nothing of each other, so they can be divided instead; which members share a piece changes no bit of any
of them.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from itertools import pairwise
from threading import Lock
from typing import TypeVar

import torch

__all__ = ["Workers"]

T = TypeVar("T")

# Multiplications in a step's forward pass from which threads inside of it are worth their waiting for each other.
# Below, one thread is about as fast on an idle machine, and on a busy one two can take two hundred times as long
# (measured: 0.7 s against 167 s for a network 61-64-8-64-61 on batches of 64).
_WORTH_THREADS = 1 << 23


class Workers:
    """The pieces of a training job and their progress.

    Attributes:
        stacks: Positions of the recipes in every piece.
        cores: Threads that may run.
        abandoned: Whether the job failed or was interrupted, so that pieces that still train should stop.
    """

    def __init__(
        self,
        planned: Sequence[Sequence[int]],
        epochs: Sequence[int],
        on_epoch: Callable[[int, int], None] | None,
        *,
        work: int = 0,
    ) -> None:
        """Divide stacks into pieces.

        Args:
            planned: Positions of every stack's members.
            epochs: Of every member.
            on_epoch: Is told the progress.
            work: Multiplications in the forward pass of one step of the largest stack.
        """
        self.cores, self._work = torch.get_num_threads(), work
        self.stacks = [piece for stack in planned for piece in _divided(stack, self.cores)]
        self._longest = [max(epochs[position] for position in stack) for stack in self.stacks]
        self._done = [0] * len(self.stacks)
        self._told = 0
        self.abandoned = False
        self._lock, self._on_epoch = Lock(), on_epoch

    def run(self, train: Callable[[Sequence[int], Callable[[int, int], None]], T]) -> list[T]:
        """Train every piece; the results come in the order of ``stacks``.

        Args:
            train: Trains the recipes at some positions, telling its second argument the epoch, counted from 1.
        """
        if len(self.stacks) == 1 or self.cores == 1:
            try:
                torch.set_num_threads(self.cores if self._work >= _WORTH_THREADS else 1)
                return [self._piece(number, train) for number in range(len(self.stacks))]
            finally:
                torch.set_num_threads(self.cores)
        try:
            # Each core has its own work; inside a piece there is one thread.
            torch.set_num_threads(1)
            with ThreadPoolExecutor(self.cores, initializer=torch.set_num_threads, initargs=(1,)) as pool:
                pieces = [pool.submit(self._piece, number, train) for number in range(len(self.stacks))]
                try:
                    for piece in wait(pieces, return_when=FIRST_EXCEPTION).done:
                        piece.result()
                    return [piece.result() for piece in pieces]
                except BaseException:
                    # The pool waits for its threads before it lets Ctrl-C or an error out: they must not train on.
                    self.abandoned = True
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
        finally:
            torch.set_num_threads(self.cores)

    def _piece(self, number: int, train: Callable[[Sequence[int], Callable[[int, int], None]], T]) -> T:
        outcome = train(self.stacks[number], self._reporter(number))
        with self._lock:
            # A piece that ends early has no more epochs to wait for.
            self._done[number] = self._longest[number]
        return outcome

    def _reporter(self, number: int) -> Callable[[int, int], None]:
        def report(epoch: int, epochs: int) -> None:
            with self._lock:
                self._done[number] = epoch
                share = sum(self._done) / sum(self._longest)
                total = max(self._longest)
                now = int(share * total)
                if now > self._told and self._on_epoch is not None:
                    self._told = now
                    self._on_epoch(now, total)

        return report


def _divided(stack: Sequence[int], cores: int) -> list[list[int]]:
    """Nearly equal pieces, at most one per core, in order."""
    count = min(len(stack), cores)
    bounds = [len(stack) * piece // count for piece in range(count + 1)]
    return [list(stack[low:high]) for low, high in pairwise(bounds)]
