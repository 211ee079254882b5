"""A program run under the doctor's eyes, in a process of its own."""

import contextlib
import io
import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

__all__ = ["Outcome", "Task", "run_all"]


@dataclass(frozen=True)
class Task:
    """A program to be run.

    Attributes:
        name: What it is.
        text: Its source.
        seed: Its argument.
        watched: Whether the doctor looks on.
    """

    name: str
    text: str
    seed: int = 0
    watched: bool = True


@dataclass
class Outcome:
    """How it went.

    Attributes:
        name: Of the task.
        quality: The number in the last line that it printed; None if there was none.
        findings: Every finding: code, severity, message, edits (first line, last line, text) and codes of its effects.
        error: What ended it, if an error did.
        blind: What the doctor could not see.
        seconds: That the diagnosis took.
    """

    name: str
    quality: float | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    blind: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def codes(self, *severities: str) -> list[str]:
        """Codes of findings of these severities, effects left out; all without any."""
        return [each["code"] for each in self.findings if not severities or each["severity"] in severities]

    def all_codes(self) -> set[str]:
        """Codes of findings and of their effects."""
        return {code for each in self.findings for code in (each["code"], *each["effects"])}


def run_all(tasks: Sequence[Task], workers: int, tell: Callable[[int], object] = lambda done: None) -> list[Outcome]:
    """Run tasks, each in a child that is forked from a process with everything imported."""
    import sklearn.datasets  # imported before the fork, once for all
    import sklearn.linear_model
    import sklearn.model_selection
    import sklearn.preprocessing  # noqa: F401
    import torch

    import pellucid.doctor.diagnosis
    import pellucid.doctor.observing  # noqa: F401

    torch.set_num_threads(1)
    found = []
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, mp_context=context, max_tasks_per_child=None) as pool:
        for done, outcome in enumerate(pool.map(_in_a_child, tasks), start=1):
            found.append(outcome)
            tell(done)
    return found


def _in_a_child(task: Task) -> Outcome:
    """Run a task in a further child, which may leave behind what it likes."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_send, args=(sender, task))
    child.start()
    sender.close()
    try:
        outcome: Outcome = receiver.recv() if receiver.poll(120) else Outcome(task.name, error="no answer in 120 s")
    except EOFError:
        outcome = Outcome(task.name, error="it ended without an answer")
    child.join(5)
    if child.is_alive():
        child.kill()
    return outcome


def _send(sender: Any, task: Task) -> None:
    try:
        sender.send(_run(task))
    except BaseException:
        sender.send(Outcome(task.name, error=traceback.format_exc()[-500:]))
    finally:
        sender.close()
        os._exit(0)


def _run(task: Task) -> Outcome:
    from pellucid.doctor.diagnosis import examine
    from pellucid.doctor.script import run_script

    with TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        path.write_text(task.text, encoding="utf-8")
        printed, told = io.StringIO(), io.StringIO()
        if not task.watched:
            return Outcome(task.name, _unwatched(path, task, printed))
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(told):
            ran = run_script(str(path), [str(task.seed)])
        session = ran.session
        if session is None:
            return Outcome(task.name, _quality(printed.getvalue()), error=ran.trouble or "torch was not imported")
        start = time.perf_counter()
        diagnosis = examine(session, sources=session.sources)
        seconds = time.perf_counter() - start
        error = repr(session.error)[:200] if session.error is not None else ran.trouble
        findings = [_plain(each) for each in diagnosis.findings]
        return Outcome(task.name, _quality(printed.getvalue()), findings, error, session.blind, seconds)


def _unwatched(path: Path, task: Task, printed: io.StringIO) -> float | None:
    sys.argv = [str(path), str(task.seed)]
    with contextlib.redirect_stdout(printed), contextlib.suppress(Exception):
        exec(compile(task.text, str(path), "exec"), {"__name__": "__main__", "__file__": str(path)})
    return _quality(printed.getvalue())


def _quality(printed: str) -> float | None:
    lines = [line for line in printed.splitlines() if line.strip()]
    try:
        return float(lines[-1].split()[-1])
    except (IndexError, ValueError):
        return None


def _plain(finding: Any) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "message": finding.message,
        "line": finding.line,
        "edits": [(edit.file, edit.first, edit.last, edit.text) for edit in finding.edits],
        "effects": sorted(_codes(finding.effects)),
    }


def _codes(findings: Iterable[Any]) -> set[str]:
    return {code for each in findings for code in (each.code, *_codes(each.effects))}
