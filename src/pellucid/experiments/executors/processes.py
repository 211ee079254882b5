"""Processes: units spread over worker processes of one thread each, which read what they need from plain files.

Workers are started as programs of their own and spoken to in lines of JSON, not forked or sent objects: nothing of this
process is copied into them, a script needs no guard around its main part, and nothing is pickled.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import msgspec

from pellucid.errors import DataError, PellucidError, SurroundingsError, TrainingError, UsageError
from pellucid.experiments.compare.units import Unit
from pellucid.experiments.executors.executor import limited
from pellucid.experiments.executors.messages import Message
from pellucid.records import encode_json

__all__ = ["Processes"]

_ATTEMPTS = 3
"""How often a unit is begun whose worker dies."""
_PATIENCE = 2.0
"""Seconds that a worker is given to end by itself."""
_ERRORS: dict[int, type[PellucidError]] = {2: UsageError, 3: DataError, 4: TrainingError, 5: SurroundingsError}
_ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")


class Processes:
    """See ``Executor``.

    Args:
        folder: The comparison's, with its question and its rows.
        workers: How many processes; ≥ 1.
        command: What starts one; None: this Python.
    """

    def __init__(self, folder: Path, workers: int, *, command: Sequence[str] | None = None) -> None:
        self.workers, self._folder = workers, folder
        self._command = list(command or (sys.executable, "-m", "pellucid.experiments.executors.worker"))

    def run(
        self,
        units: Sequence[Unit],
        *,
        on_networks: Callable[[float], None],
        stop: Callable[[], bool],
        deadline: float | None = None,
    ) -> None:
        """See ``Executor.run``.

        Raises:
            SurroundingsError: If a unit's worker died three times.
            PellucidError: What a worker ran into.
        """
        job = _Job(units, on_networks, deadline)
        count = min(self.workers, len(units))
        threads = [
            threading.Thread(target=self._serve, args=(job, number), daemon=True, name=f"worker {number}")
            for number in range(count)
        ]
        for thread in threads:
            thread.start()
        try:
            while any(thread.is_alive() for thread in threads):
                if stop() or job.error is not None:
                    break
                # Signals are handled between two waits.
                job.wait(0.1)
        finally:
            job.end()
            for thread in threads:
                thread.join()
        if job.error is not None:
            raise job.error

    def _serve(self, job: "_Job", number: int) -> None:
        """Keep one worker busy, with another process in its place when it dies."""
        worker: _Worker | None = None
        try:
            while (unit := job.next()) is not None:
                if worker is None:
                    worker = _Worker([*self._command, str(self._folder)])
                    job.hire(number, worker)
                message = worker.work(unit, lambda networks: job.tell(number, networks))
                if message is None:
                    job.died(unit, worker.end())
                    worker = None
                elif message.error:
                    kind = _ERRORS.get(message.exit_code)
                    job.fail(RuntimeError(message.error) if kind is None else kind(message.error))
                else:
                    job.done(number, unit)
        except BaseException as error:
            job.fail(error)
        finally:
            if worker is not None:
                worker.end()


class _Job:
    """Units that wait, and how far the others are; shared by the threads that serve workers."""

    def __init__(self, units: Sequence[Unit], on_networks: Callable[[float], None], deadline: float | None) -> None:
        self._waiting, self._deadline, self._on_networks = deque(units), deadline, on_networks
        self._attempts: dict[str, int] = {}
        self._lock = threading.Condition()
        self._ended = False
        self._finished = 0
        self._doing: dict[int, float] = {}
        self._workers: dict[int, _Worker] = {}
        self.error: BaseException | None = None

    def next(self) -> Unit | None:
        with self._lock:
            if self._ended or self.error is not None or not self._waiting:
                return None
            unit = limited(self._waiting[0], self._deadline)
            if unit is not None:
                self._waiting.popleft()
            return unit

    def tell(self, number: int, networks: float) -> None:
        with self._lock:
            if not self._ended:
                self._doing[number] = networks
                self._on_networks(self._finished + sum(self._doing.values()))

    def done(self, number: int, unit: Unit) -> None:
        with self._lock:
            self._finished += len(unit.cells)
            self._doing[number] = 0.0
            self._on_networks(self._finished + sum(self._doing.values()))
            self._lock.notify_all()

    def died(self, unit: Unit, last_words: str) -> None:
        with self._lock:
            if self._ended:
                return
            attempts = self._attempts[unit.name] = self._attempts.get(unit.name, 0) + 1
            if attempts == _ATTEMPTS:
                self.error = SurroundingsError(
                    f"A worker process died {_ATTEMPTS} times over the same {len(unit.cells)} networks ({last_words})."
                    " Memory is the usual reason: ask for fewer --workers, or for none."
                )
            self._waiting.appendleft(unit)
            self._lock.notify_all()

    def fail(self, error: BaseException) -> None:
        with self._lock:
            self.error = self.error or error
            self._lock.notify_all()

    def wait(self, seconds: float) -> None:
        with self._lock:
            self._lock.wait(seconds)

    def end(self) -> None:
        """No more units; workers that are in the middle of one are ended there."""
        with self._lock:
            self._ended = True
            workers = list(self._workers.values())
        for worker in workers:
            worker.kill()

    def hire(self, number: int, worker: "_Worker") -> None:
        with self._lock:
            self._workers[number] = worker
            if self._ended:
                worker.kill()


class _Worker:
    """One process and its two pipes."""

    def __init__(self, command: Sequence[str]) -> None:
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 it lives as long as the worker
        # Where a script put pellucid on its path by hand, its workers find it there as well.
        paths = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, **dict.fromkeys(_ONE_THREAD, "1"), "PYTHONPATH": paths},
        )

    def work(self, unit: Unit, on_networks: Callable[[float], None]) -> Message | None:
        """The worker's last word about a unit; None if it died."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(encode_json(unit) + b"\n")
            process.stdin.flush()
            for line in process.stdout:
                message = msgspec.json.decode(line, type=Message)
                if message.done or message.error:
                    return message
                on_networks(message.networks)
        except (OSError, ValueError, msgspec.DecodeError):
            pass  # the pipe broke: it died
        return None

    def kill(self) -> None:
        """End the process, whatever it does; who talks to it sees its pipes end."""
        self._process.kill()

    def end(self) -> str:
        """Let it go, and close what it was spoken to by; how it ended, with the last line of its log."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(OSError):  # what was not sent yet finds nobody
            process.stdin.close()
        try:
            # One that is dying by itself is left to say how; one that is well ends with its input.
            code = process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        process.stdout.close()
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        self._log.close()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return f"{how}: {lines[-1][:200]}" if lines else how
