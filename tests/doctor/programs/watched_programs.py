"""The real command on whole programs, in children of one process that has torch imported already.

Run as a script it is that process: it reads a request a line (arguments and folder as JSON), forks, lets the child be
``pellucid`` with these arguments, and answers with what the child printed and ended with.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LONGEST = 200  # seconds of computing of one program


@dataclass
class Told:
    """What ``pellucid run --json`` said about a program.

    Attributes:
        exit_code: Of the command.
        printed: What the program printed, and its traceback if there was one.
        findings: As in the document.
    """

    exit_code: int
    printed: str
    findings: list[dict[str, Any]] = field(default_factory=list)

    def roots(self, *severities: str) -> set[str]:
        """Codes of the findings of these severities that nothing else explains."""
        return {each["code"] for each in self.findings if each["severity"] in severities}

    def everything(self) -> list[dict[str, Any]]:
        """Findings and their effects."""
        return [each for root in self.findings for each in (root, *root["effects"])]

    def codes(self) -> set[str]:
        """Codes of all of them."""
        return {each["code"] for each in self.everything()}


class Commands:
    """The process that runs commands; a ``with`` block ends it."""

    def __enter__(self) -> "Commands":
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, *arguments: str, folder: Path | str = ".") -> tuple[int, str, str]:
        """Exit code, standard output and standard error of ``pellucid`` with these arguments."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"arguments": arguments, "folder": str(folder)}) + "\n")
        self._process.stdin.flush()
        exit_code, out, err = json.loads(self._process.stdout.readline())
        return exit_code, out, err

    def watch(self, script: Path | str, *arguments: str, folder: Path | str = ".") -> Told:
        """What ``pellucid run --json`` says about a script."""
        exit_code, out, err = self.run("run", "--json", str(script), *arguments, folder=folder)
        assert out, err
        return Told(exit_code, err, json.loads(out)["findings"])


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    _import_what_programs_need()
    for line in sys.stdin:
        request = json.loads(line)
        answers.write(json.dumps(_answer(request["arguments"], request["folder"])) + "\n")
        answers.flush()


def _import_what_programs_need() -> None:
    """Once for all children."""
    import pandas  # noqa: F401
    import sklearn.datasets
    import sklearn.linear_model
    import sklearn.model_selection
    import sklearn.preprocessing  # noqa: F401
    import torch
    import torch._dynamo  # the first optimizer of a program imports it, which takes longer than most of them train

    import pellucid.cli.main
    import pellucid.doctor.diagnosis
    import pellucid.doctor.observing  # noqa: F401

    torch.set_num_threads(1)


def _answer(arguments: list[str], folder: str) -> tuple[int, str, str]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            _be_pellucid(arguments, folder, out.fileno(), err.fileno())
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status), *(_text(file) for file in (out, err))


def _be_pellucid(arguments: list[str], folder: str, out: int, err: int) -> None:
    import resource
    import traceback

    from pellucid.cli.main import main

    exit_code = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.chdir(folder)
        exit_code = main(arguments)
    except SystemExit as error:
        exit_code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(exit_code)


def _text(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode("utf-8", "replace"))


def commands() -> Iterator[Commands]:
    """For a fixture."""
    with Commands() as running:
        yield running


if __name__ == "__main__":
    _serve()
