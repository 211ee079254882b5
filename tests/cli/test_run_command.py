"""``pellucid run``: the script's own output and exit code kept, findings behind it."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from handwritten_findings import CAUSE, NOTE, WARNING, diagnosis

from pellucid.cli.main import main
from pellucid.doctor.facts import Session
from pellucid.doctor.script import Ran


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The script is not run, and the diagnosis is written by hand; what was asked for is kept."""
    kept: dict[str, Any] = {"findings": (CAUSE,), "exit_code": 0}

    def run_script(given: str, arguments: list[str], *, tell: Any = None) -> Ran:
        kept.update(script=given, arguments=list(arguments), tell=tell)
        print("Epoch 1")
        return Ran(Session(is_over=True), kept["exit_code"], ("cell 1, line 1: %time",))

    monkeypatch.setattr("pellucid.doctor.script.run_script", run_script)
    monkeypatch.setattr("pellucid.doctor.diagnosis.examine", lambda *_, **__: diagnosis(*kept["findings"]))
    return kept


def test_findings_follow_the_scripts_own_output(found: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "jobs/train.py", "--epochs", "3", "--json", "--help"]) == 0
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert lines[:4] == ["Epoch 1", "─" * 80, "3 findings in train.py: 1 error, 2 consequences", ""]
    assert lines[4].startswith("L103 error")
    assert (found["script"], found["arguments"]) == ("jobs/train.py", ["--epochs", "3", "--json", "--help"])
    assert shown.err == "Skipped in jobs/train.py: cell 1, line 1: %time\n"


@pytest.mark.parametrize(
    ("options", "findings", "exit_code", "expected"),
    [
        ([], (CAUSE,), 0, 0),
        ([], (CAUSE,), 3, 3),
        (["--fail-on", "error"], (CAUSE,), 0, 1),
        (["--fail-on", "error"], (CAUSE,), 3, 3),
        (["--fail-on", "error"], (WARNING,), 0, 0),
        (["--fail-on", "warning"], (WARNING,), 0, 1),
        (["--fail-on", "warning"], (NOTE,), 0, 0),
        ([], (), 130, 130),
    ],
)
def test_the_scripts_exit_code_is_kept_unless_asked(
    options: list[str], findings: Any, exit_code: int, expected: int, found: dict[str, Any]
) -> None:
    found.update(findings=findings, exit_code=exit_code)
    assert main(["run", *options, "train.py"]) == expected


def test_an_interrupt_tells_what_was_found(found: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    found["exit_code"] = 130
    assert main(["run", "train.py"]) == 130
    shown = capsys.readouterr()
    assert "L103 error" in shown.out
    assert "nothing was kept" not in shown.err


def test_fixes_are_tried_where_that_is_asked(
    found: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import types

    room = types.ModuleType("pellucid.doctor.confirming")
    room.confirm = lambda session, findings: [NOTE]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pellucid.doctor.confirming", room)
    assert main(["run", "--confirm", "train.py"]) == 0
    assert "1 finding in train.py: 1 note" in capsys.readouterr().out


def test_live_findings_go_to_stderr(found: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--live", "train.py"]) == 0
    capsys.readouterr()
    found["tell"](WARNING)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("D401 warning  unscaled-features")
    main(["run", "train.py"])
    assert found["tell"] is None


def test_another_severity_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--fail-on", "panic", "train.py"]) == 2
    assert capsys.readouterr().err == "--fail-on takes error or warning, and was given 'panic'.\n"


def test_a_script_that_is_not_there_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "none.py", "--json"]) == 2
    shown = capsys.readouterr()
    assert shown.err == "There is no file 'none.py'. Name a Python script or a notebook.\n"
    assert shown.out == ""  # the --json was the script's


def test_sarif_is_written(found: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "new" / "found.sarif"
    assert main(["run", "--sarif", str(file), "train.py"]) == 0
    document = json.loads(file.read_text(encoding="utf-8"))
    (result,) = document["runs"][0]["results"]
    assert result["ruleId"] == "L103"


def test_the_report_is_a_page_of_what_was_found(found: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "new" / "found.html"
    assert main(["run", "--report", str(file), "train.py", "--report", "the script's own"]) == 0
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>") and "L103 single-output-cross-entropy" in page
    assert "cell 1, line 1: %time" in page
    assert found["arguments"] == ["--report", "the script's own"]


# From here on the script is run, in a process of its own; it imports no torch, which takes seconds.


def pellucid(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "import sys; from pellucid.cli.main import main; sys.exit(main())", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


def test_with_json_stdout_holds_the_document_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "noisy.py").write_text(
        "import atexit, os, subprocess, sys\n"
        "print('print')\nos.write(1, b'write\\n')\nsubprocess.run(['echo', 'child'])\n"
        "atexit.register(print, 'late')\nsys.exit(5)\n"
    )
    done = pellucid("run", "--json", "noisy.py", cwd=tmp_path)
    assert json.loads(done.stdout) == {"schema_version": 1, "findings": []}
    assert sorted(done.stderr.splitlines()) == [
        "Doctor: nothing was looked at in noisy.py: it did not import torch.",
        "child",
        "late",
        "print",
        "write",
    ]
    assert done.returncode == 5


def test_findings_do_not_go_where_the_script_has_sent_its_own_output(
    found: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_script(*_: Any, **__: Any) -> Ran:
        monkeypatch.setattr(sys, "stdout", io.StringIO())
        return Ran(Session(is_over=True), 0)

    monkeypatch.setattr("pellucid.doctor.script.run_script", run_script)
    assert main(["run", "train.py"]) == 0
    assert "L103" in capsys.readouterr().out


def test_a_script_that_closes_its_output_gets_the_findings_on_stderr(tmp_path: Path) -> None:
    (tmp_path / "closes.py").write_text("import sys\nprint('x')\nsys.stdout.close()\nsys.exit(2)\n")
    done = pellucid("run", "closes.py", cwd=tmp_path)
    assert (done.stdout, done.returncode) == ("x\n", 2)
    assert done.stderr == "Doctor: nothing was looked at in closes.py: it did not import torch.\n"


def test_a_child_that_the_script_forks_reports_nothing(tmp_path: Path) -> None:
    (tmp_path / "forks.py").write_text(
        "import os, sys\nchild = os.fork()\nif not child:\n    sys.exit(4)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = pellucid("run", "forks.py", cwd=tmp_path)
    assert done.stdout == "4\n"
    assert done.stderr == "Doctor: nothing was looked at in forks.py: it did not import torch.\n"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes_of_the_script_find_its_functions(method: str, tmp_path: Path) -> None:
    (tmp_path / "pool.py").write_text(
        "import multiprocessing, sys\ndef double(x):\n    return 2 * x\n"
        "if __name__ == '__main__':\n"
        f"    with multiprocessing.get_context('{method}').Pool(1) as pool:\n"
        "        print(pool.map(double, [1, 2]), sys.argv)\n"
    )
    done = pellucid("run", "pool.py", "a", cwd=tmp_path)
    assert done.stdout == "[2, 4] ['pool.py', 'a']\n", done.stderr
    assert done.returncode == 0


def test_the_script_is_first_to_import_torch(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("import sys\nprint([m for m in ('torch', 'numpy') if m in sys.modules])\n")
    assert pellucid("run", "own.py", cwd=tmp_path).stdout == "[]\n"
