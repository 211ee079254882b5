"""Trials side by side: each in a process of its own, whose output nobody sees and which never outlives its time."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from pellucid.doctor.confirming.order import Order, Shown

__all__ = ["run_trials"]

_MARGIN = 60.0  # for the imports before and the diagnosis behind what the program itself may take
_START = """import sys
if not sys.flags.safe_path:
    sys.path[0] = sys.argv[2]
from pellucid.doctor.confirming.trial import main
main(sys.argv[1])
"""


def run_trials(orders: Sequence[Order], *, folder: str) -> list[Shown | None]:
    """Carry out all orders, two at a time or as many as there are cores, with one thread each.

    Args:
        orders: What is tried.
        folder: Working directory of the programs.

    Returns:
        What each has shown; None for one that gave no answer, because it hung or left without a word.
    """
    waiting, running = list(orders), list[_Trial]()
    try:
        while waiting or running:
            while waiting and len(running) < max(2, os.cpu_count() or 1):
                running.append(_Trial(waiting.pop(0), folder))
            time.sleep(0.05)
            for trial in [each for each in running if each.is_over()]:
                trial.end()
                running.remove(trial)
    finally:
        for trial in running:
            trial.end()
    return [_answer(order) for order in orders]


class _Trial:
    """A process that tries a program."""

    def __init__(self, order: Order, folder: str) -> None:
        file = Path(order.answer).with_suffix(".order")
        file.write_bytes(msgspec.json.encode(order))
        threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        root = str(Path(__file__).parents[3])  # where this package is imported from
        self._until = time.monotonic() + order.seconds + _MARGIN
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, str(file), root],
            cwd=folder,
            env={**os.environ, **threads},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that its own children can be ended with it
        )

    def is_over(self) -> bool:
        return self._process.poll() is not None or time.monotonic() > self._until

    def end(self) -> None:
        """End it, and what it has started."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()
        self._process.wait()


def _answer(order: Order) -> Shown | None:
    try:
        return msgspec.json.decode(Path(order.answer).read_bytes(), type=Shown)
    except (OSError, msgspec.DecodeError):
        return None
