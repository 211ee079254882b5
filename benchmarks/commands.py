"""Times whole commands: from the start of Python to its end, as a person waits for them."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DATA", "Ran", "pellucid", "run_command", "table_or_stand_in"]

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data"
"""Where the tables lie that are not part of the project."""


@dataclass(frozen=True)
class Ran:
    """A command that has ended.

    Attributes:
        seconds: Wall time.
        processor_seconds: Of its processes together.
        said: What it printed to stdout.
    """

    seconds: float
    processor_seconds: float
    said: str

    @property
    def cores(self) -> float:
        """Processor seconds per second: on a machine with two cores a figure far below 2 tells of waiting."""
        return self.processor_seconds / self.seconds


def run_command(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> Ran:
    """Run a command to its end.

    Args:
        command: Program and arguments; runs in the project's folder.
        environment: Variables beside those of this process.

    Raises:
        SystemExit: If it fails; says what it said last.
    """
    before, started = _processor_seconds(), time.perf_counter()
    ended = subprocess.run(
        command, cwd=ROOT, env=os.environ | dict(environment or {}), capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["nothing"])[-1]
        raise SystemExit(f"{' '.join(command[:4])} … ended with code {ended.returncode} and said: {last}")
    return Ran(seconds, _processor_seconds() - before, ended.stdout)


def pellucid(*arguments: str) -> list[str]:
    """The command that lies beside this interpreter."""
    return [str(Path(sys.executable).with_name("pellucid")), *arguments]


def table_or_stand_in(path: Path, target: str) -> tuple[str, str, bool]:
    """A table, its target, and whether it is the one that the claim is about; else one that scikit-learn has."""
    if path.exists():
        return str(path), target, True
    return "sklearn:breast_cancer", "target", False


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
