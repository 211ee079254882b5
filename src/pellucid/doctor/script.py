"""Running a script or a notebook unchanged under observation."""

import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pellucid.doctor.running.arrival import Arrival
from pellucid.doctor.running.program import Program, as_main, execute, read_program
from pellucid.doctor.running.streams import flush
from pellucid.doctor.running.tracebacks import print_traceback
from pellucid.errors import DataError, UsageError

if TYPE_CHECKING:  # torch is imported when the script imports it, and not before
    from pellucid.doctor.facts import Launch, Session
    from pellucid.doctor.observing import Observer
    from pellucid.doctor.running.looks import Looks
    from pellucid.records import Finding

__all__ = ["INTERRUPTED", "Ran", "run_script"]

INTERRUPTED = 130


_TABLES = {".csv", ".tsv", ".jsonl", ".parquet", ".gz"}
"""Endings of what ``pellucid fit`` reads and nobody runs; Python would answer with a traceback of its own."""


@dataclass(frozen=True)
class Ran:
    """A script that has run.

    Attributes:
        session: What was observed; None if the script did not import torch.
        exit_code: What Python would have ended with.
        notes: What was skipped, in sentences.
        trouble: Why it could not be observed, if that is so; empty otherwise.
    """

    session: "Session | None"
    exit_code: int
    notes: tuple[str, ...] = ()
    trouble: str = ""


class _Watch:
    """Observation from the moment when the script imports torch until it ends."""

    def __init__(self, program: Program, tell: "Callable[[Finding], None] | None") -> None:
        self.program, self.tell = program, tell
        self.session: Session | None = None
        self.trouble = ""
        self._observer: Observer | None = None
        self._looks: Looks | None = None
        self._arrival = Arrival("torch", self._begin)

    def start(self) -> None:
        self._arrival.wait()

    def _begin(self) -> None:
        # We stand in the script's own import statement: nothing that goes wrong here may reach it.
        try:
            from pellucid.doctor.facts import Session
            from pellucid.doctor.observing import Observer

            session = Session()
            self._observer = Observer(session, own=[self.program.path])
            self._observer.start()
            self.session = session
            if self.tell is not None:
                from pellucid.doctor.running.looks import Looks

                self._looks = Looks(session, self._observer, self.tell)
                self._looks.start()
        except Exception as error:
            self.trouble = f"{type(error).__name__}: {error}"

    def stop(self, error: BaseException | None) -> None:
        self._arrival.give_up()
        if self._looks is not None:
            self._looks.stop()
        if self._observer is not None:
            self._observer.stop()
        if self.session is not None:
            self.session.error = error
            self.session.is_over = True
            _add_source(self.session, self.program)


def run_script(given: str, arguments: Sequence[str] = (), *, tell: "Callable[[Finding], None] | None" = None) -> Ran:
    """Run a script as ``python given arguments`` would, and observe it.

    What it prints goes where it always goes; an error's traceback is printed as Python prints it.

    Args:
        given: A .py file, or an .ipynb file whose code cells are run one after another.
        arguments: Arguments of the script.
        tell: Gets findings while it runs; None looks at the end only.

    Raises:
        UsageError: If there is no such file, or it is a folder.
        DataError: If it ends in .ipynb and is no notebook.
        SystemExit: In a child process that the script has forked and that came to its end.
    """
    program = _read(given)
    folder = str(Path.cwd())  # the script may go elsewhere
    watch = _Watch(program, tell)
    process = os.getpid()
    error: BaseException | None = None
    with as_main(program, arguments) as names:
        watch.start()
        try:
            execute(program, names)
            _join_threads()
        except BaseException as raised:  # SystemExit and KeyboardInterrupt are ways to end too
            error = raised
        exit_code = _ending(error, program)
        if os.getpid() != process:  # the report is the parent's affair
            raise SystemExit(exit_code)
        watch.stop(None if isinstance(error, SystemExit) else error)
        flush(sys.stdout)
    if watch.session is not None:
        watch.session.launch = _launch(given, arguments, folder)
    return Ran(watch.session, exit_code, program.notes, watch.trouble)


def _launch(given: str, arguments: Sequence[str], folder: str) -> "Launch":
    from pellucid.doctor.facts import Launch

    return Launch(given, tuple(arguments), folder)


def _read(given: str) -> Program:
    if not Path(given).exists():
        raise UsageError(f"There is no file {given!r}. Name a Python script or a notebook.")
    if Path(given).is_dir():
        raise UsageError(f"{given!r} is a folder. Name the script in it, or use pellucid check to read all of them.")
    if Path(given).suffix.casefold() in _TABLES:
        raise UsageError(f"{given!r} is a table, no script. Name a Python script or a notebook, or use pellucid fit.")
    try:
        return read_program(given)
    except ValueError as error:
        raise DataError(str(error)) from error
    except OSError as error:
        raise UsageError(f"{given!r} cannot be read: {error.strerror}. Check its permissions.") from error


def _join_threads() -> None:
    """Wait for the script's threads, as Python does before it ends."""
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and thread is not threading.current_thread() and not thread.daemon:
            thread.join()


def _ending(error: BaseException | None, program: Program) -> int:
    """Tell an error, and say what Python would end with."""
    if error is None:
        return 0
    if isinstance(error, SystemExit):
        if error.code is None or isinstance(error.code, int):
            return (error.code or 0) & 0xFF
        print(error.code, file=sys.stderr)
        return 1
    flush(sys.stdout)
    print_traceback(error, program.path, program.cells)
    return INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1


def _add_source(session: "Session", program: Program) -> None:
    """The script itself first, then what the observer and the diagnosis find besides."""
    from pellucid.doctor.source import read_file, read_source

    try:
        if program.is_notebook:
            source = read_source(program.path, program.text, program.cells)
        else:
            source = read_file(Path(program.path))
    except (SyntaxError, ValueError, OSError):
        session.blind.append(f"{program.given} could not be read as Python.")
        return
    session.sources[:] = [source, *(each for each in session.sources if each.file != source.file)]
