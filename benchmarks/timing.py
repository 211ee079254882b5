"""Times contestants fairly: each in its own process with its own settings, in turns, medians of many rounds.

A contestant is a function ``module:function`` that is given JSON arguments, prepares everything and returns a
``Prepared``. Its process keeps it ready; the benchmark asks one contestant after the other for one run, round after
round, so that a busy minute of the machine hits all alike. The first run of each warms up and compiles: it is told, and
does not count. As a program this file is such a process.
"""

import importlib
import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Contestant", "Prepared", "Timing", "best", "compete", "setting", "write_log", "write_results"]

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Prepared:
    """Work that is ready to run.

    Attributes:
        run: Does all of it; this is timed.
        model_steps: Steps of one network that a run makes, all networks added up.
        tell: What shall stand beside the time, such as the loss reached, from what ``run`` returned; not timed.
    """

    run: Callable[[], Any]
    model_steps: int
    tell: Callable[[Any], dict[str, Any]] = dict


@dataclass(frozen=True)
class Contestant:
    """One way to do the work.

    Attributes:
        name: As shown.
        maker: ``module:function``; the function returns a ``Prepared``.
        arguments: What the function is given, by name; plain JSON.
        threads: Threads that OpenMP and BLAS may use.
        environment: Further environment variables.
        group: Contestants of one group are one rival at several settings, of which the best counts.
    """

    name: str
    maker: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    threads: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)
    group: str = ""


@dataclass
class Timing:
    """What became of a contestant.

    Attributes:
        contestant: Who.
        model_steps: Per run.
        prepared: Seconds until it was ready, imports included.
        first: Seconds of the first run, which compiles and warms up and does not count.
        seconds: Of every counted run.
        cores: Processor seconds per second, of every counted run: 2 where two cores worked all the time.
        told: What the last run returned.
        peak_bytes: Largest resident memory of the process.
        absent: Why it could not run; empty if it did.
    """

    contestant: Contestant
    model_steps: int = 0
    prepared: float = 0.0
    first: float = 0.0
    seconds: list[float] = field(default_factory=list)
    cores: list[float] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    peak_bytes: int = 0
    absent: str = ""

    @property
    def median(self) -> float:
        """Median seconds of a run."""
        return statistics.median(self.seconds) if self.seconds else float("inf")

    @property
    def microseconds(self) -> float:
        """Median microseconds per step of one network."""
        return 1e6 * self.median / self.model_steps if self.model_steps else float("inf")

    @property
    def processor_microseconds(self) -> float:
        """Median processor time per step of one network, all cores added up; tells more on a busy machine."""
        busy = [seconds * cores for seconds, cores in zip(self.seconds, self.cores, strict=True)]
        return 1e6 * statistics.median(busy) / self.model_steps if busy else float("inf")

    @property
    def spread(self) -> float:
        """Slowest counted run by the fastest."""
        return max(self.seconds) / min(self.seconds) if self.seconds else float("nan")

    def record(self) -> dict[str, Any]:
        """Everything, JSON-ready."""
        who = self.contestant
        made = {"name": who.name, "group": who.group, "threads": who.threads, "environment": dict(who.environment)}
        if self.absent:
            return made | {"absent": self.absent}
        return made | {
            "model_steps": self.model_steps,
            "microseconds_per_model_step": round(self.microseconds, 3),
            "processor_microseconds_per_model_step": round(self.processor_microseconds, 3),
            "seconds": [round(value, 5) for value in self.seconds],
            "cores": [round(value, 2) for value in self.cores],
            "first_run_seconds": round(self.first, 3),
            "import_and_prepare_seconds": round(self.prepared, 3),
            "peak_megabytes": round(self.peak_bytes / 1e6),
            "told": self.told,
        }


class _Process:
    """A contestant's process; the two speak in lines of JSON."""

    def __init__(self, contestant: Contestant) -> None:
        threads = str(contestant.threads)
        # XLA counts the cores by itself; its flags stand in the contestant's own environment.
        limits = dict.fromkeys(
            ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), threads
        )
        # A pipe that nobody reads would stop a talkative library.
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115  (lives as long as the process)
        work = [contestant.maker, json.dumps(contestant.arguments)]
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "benchmarks.timing", *work],
            cwd=ROOT,
            env=os.environ | limits | dict(contestant.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )

    def read(self) -> dict[str, Any]:
        """The next answer; ``absent`` with the reason where the process ended."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if line:
            return json.loads(line)
        self._process.wait()
        self._said.seek(0)
        said = self._said.read().strip().splitlines()
        return {"absent": said[-1] if said else f"ended with code {self._process.returncode}"}

    def ask(self) -> dict[str, Any]:
        """Seconds, cores and findings of one more run."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write("run\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        return self.read()

    def end(self) -> None:
        """Let it go."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.wait()


def compete(contestants: Sequence[Contestant], *, rounds: int, say: Callable[[str], None] = print) -> list[Timing]:
    """Time contestants in turns.

    Args:
        contestants: Who competes.
        rounds: Counted runs of each.
        say: Is told of each contestant that cannot run.
    """
    timings = [Timing(contestant) for contestant in contestants]
    processes: dict[int, _Process] = {}
    for number, timing in enumerate(timings):
        process = _Process(timing.contestant)
        answer = process.read()
        if "absent" not in answer:
            timing.prepared, timing.model_steps = answer["prepared"], answer["model_steps"]
            answer = process.ask()
        if "absent" in answer:
            timing.absent = answer["absent"]
            say(f"{timing.contestant.name}: cannot run ({timing.absent})")
            process.end()
            continue
        timing.first = answer["seconds"]
        processes[number] = process
    for round_ in range(rounds):
        # Every second round runs backwards, so that nobody always comes after the same neighbour.
        for number in sorted(processes, reverse=bool(round_ % 2)):
            answer, timing = processes[number].ask(), timings[number]
            if "absent" in answer:
                timing.absent = answer["absent"]
                processes.pop(number).end()
                continue
            timing.seconds.append(answer["seconds"])
            timing.cores.append(answer["cores"])
            timing.told, timing.peak_bytes = answer["told"], answer["peak_bytes"]
    for process in processes.values():
        process.end()
    return timings


def best(timings: Sequence[Timing], group: str) -> Timing | None:
    """The fastest setting of a group; None if none of it ran."""
    own = [timing for timing in timings if timing.contestant.group == group and timing.seconds]
    return min(own, key=lambda timing: timing.microseconds, default=None)


def setting(packages: Sequence[str]) -> dict[str, Any]:
    """Machine, interpreter and versions, for the log."""
    versions: dict[str, str | None] = {}
    for package in packages:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = None
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    told = dict(reversed([line.split("\t: ", 1) for line in lines if "\t: " in line]))
    told = {key.strip(): value for key, value in told.items()}
    flags = told.get("flags", "").split()
    return {
        "processor": told.get("model name", platform.processor()),
        "cores": os.cpu_count(),
        "vectors": next((name for name in ("avx512f", "avx2", "avx") if name in flags), "unknown"),
        "load_average_at_start": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": versions,
    }


def write_log(folder: Path, found: Mapping[str, Any]) -> None:
    """Write log.json in the benchmark's folder."""
    (folder / "log.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def write_results(folder: Path, shown: str) -> None:
    """Put a table into the folder's README.md, between its two marks."""
    page = folder / "README.md"
    before, _, rest = page.read_text().partition("<!-- results -->")
    _, _, after = rest.partition("<!-- end of results -->")
    page.write_text(f"{before}<!-- results -->\n\n{shown}\n\n<!-- end of results -->{after}")


def _serve(maker: str, arguments: str) -> None:
    """Prepare the work, then run it whenever a line comes in."""
    # Libraries print; the answers get a channel of their own.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(**found: Any) -> None:
        answers.write(json.dumps(found) + "\n")
        answers.flush()

    start = time.perf_counter()
    module, _, function = maker.partition(":")
    prepared: Prepared = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    answer(prepared=time.perf_counter() - start, model_steps=prepared.model_steps)
    for _ in sys.stdin:
        start, busy = time.perf_counter(), time.process_time()
        result = prepared.run()
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        answer(
            seconds=seconds,
            cores=busy / seconds,
            told=prepared.tell(result),
            peak_bytes=1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        )


if __name__ == "__main__":
    _serve(*sys.argv[1:])
