"""Running somebody's rule so that whatever it does stays within.

A rule runs in a thread of its own. That alone keeps much apart: gradient mode, inference mode, autocast and function
modes belong to a thread, so a rule neither sees nor changes the program's. The caller waits, and no longer than the
limit allows; signals, which only the main thread may use and which the program may want for itself, are not needed.
A rule that is too slow is told to stop by an exception raised in its thread. Where it does not come back even then,
because it sleeps in foreign code, it is left behind in a daemon thread. Python's end would tear libraries down under
such a thread, which aborts the process; so its end is waited for for a while, or the process left by ``leave``.
"""

import atexit
import ctypes
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

__all__ = ["Runner", "TooSlowError", "leave"]

Answer = TypeVar("Answer")

LIMIT = 2.0
"""Seconds of computing that a rule may take while the program waits to go on."""
LIMIT_AT_THE_END = 5.0
"""The same once the program has ended: a rule may then fit a simpler model to the rows that were kept."""
PATIENCE = 5
"""Times the limit that may pass on the clock, for machines that are busy with other things."""
GRACE = 0.2
"""Seconds that a rule gets to notice that it has to stop."""
LONGEST_END = 30.0
"""Seconds for which a program's end waits for threads that were left behind."""

_LEFT_BEHIND: list[threading.Thread] = []


class TooSlowError(Exception):
    """A rule took longer than it may."""


class _StopError(BaseException):
    """Raised inside a rule that has to stop; no ``except Exception`` of its own keeps it."""


class _Job(Generic[Answer]):
    def __init__(self, work: Callable[[], Answer]) -> None:
        self.work = work
        self.answer: Answer | None = None
        self.error: BaseException | None = None
        self.done = threading.Event()

    def run(self) -> None:
        try:
            self.answer = self.work()
        except BaseException as error:  # a rule may raise SystemExit too
            self.error = error
        finally:
            self.done.set()


class Runner:
    """Runs one piece of work after another in a thread of its own, each within a limit.

    A context manager: the thread ends with it.
    """

    def __init__(self, limit: float = LIMIT) -> None:
        self.limit = limit
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, *_: object) -> None:
        self._jobs.put(None)
        if self._thread is not None:
            self._thread.join(GRACE)

    def run(self, work: Callable[[], Answer]) -> Answer:
        """What ``work`` returns.

        Raises:
            TooSlowError: If it takes too long.
            RuntimeError: If it raises anything; the cause is what it raised.
        """
        if self._thread is None:
            self._jobs = queue.SimpleQueue()
            self._thread = threading.Thread(target=_work_off, args=(self._jobs,), daemon=True, name="pellucid-rules")
            self._thread.start()
        job = _Job(work)
        started = _computed(self._thread)
        self._jobs.put(job)
        if not self._is_done(job, started):
            _tell_to_stop(self._thread)
            job.done.wait(GRACE)
            self._jobs.put(None)  # should it come back, it ends
            _leave_behind(self._thread)
            self._thread = None  # the next piece of work gets a new one, whatever became of this
            raise TooSlowError(f"it took longer than {self.limit:g} s")
        if job.error is not None:
            raise RuntimeError(_told(job.error)) from job.error
        return job.answer  # type: ignore[return-value]  # without an error there is an answer

    def _is_done(self, job: _Job[Any], started: float | None) -> bool:
        """Wait for the work: until it has computed for the limit, or the clock has passed several times that."""
        assert self._thread is not None
        end = time.monotonic() + self.limit * (PATIENCE if started is not None else 1)
        while not job.done.wait(min(self.limit, max(0.0, end - time.monotonic())) / 4 + 0.001):
            computed = _computed(self._thread)
            if time.monotonic() > end:
                return False
            if started is not None and computed is not None and computed - started > self.limit:
                return False
        return True


def _leave_behind(thread: threading.Thread) -> None:
    if not thread.is_alive():
        return
    if not _LEFT_BEHIND:
        atexit.register(_wait_for_all)
    _LEFT_BEHIND.append(thread)


def _wait_for_all() -> None:
    end = time.monotonic() + LONGEST_END
    for thread in _LEFT_BEHIND:
        thread.join(max(0.0, end - time.monotonic()))
    _LEFT_BEHIND.clear()


def leave(code: int) -> None:
    """Ends the process at once if a thread was left behind; for a program of our own, with all said and done.

    Args:
        code: Exit status.
    """
    if not any(thread.is_alive() for thread in _LEFT_BEHIND):
        return
    _LEFT_BEHIND.clear()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def _told(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}".rstrip(": .")
    except Exception:  # its own words may be broken too
        return type(error).__name__


def _work_off(jobs: "queue.SimpleQueue[_Job[Any] | None]") -> None:
    try:
        while (job := jobs.get()) is not None:
            job.run()
    except _StopError:  # it came when the work was done already
        return


def _computed(thread: threading.Thread) -> float | None:
    """Processor seconds that a thread has used; None where the system does not tell."""
    clock = getattr(time, "pthread_getcpuclockid", None)
    if clock is None or thread.ident is None or not thread.is_alive():
        return None
    try:
        return time.clock_gettime(clock(thread.ident))
    except OSError:
        return None


def _tell_to_stop(thread: threading.Thread) -> None:
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_StopError))
