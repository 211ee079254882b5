"""Running a script unchanged: what it sees of itself, how it ends, what it prints, what is observed of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from toy_rules import CAUSE

from pellucid.doctor.crash import crash_place
from pellucid.doctor.diagnosis import diagnose
from pellucid.doctor.script import Ran, run_script
from pellucid.errors import DataError, UsageError


def written(folder: Path, text: str, name: str = "train.py") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def by_python(path: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, path, *arguments], capture_output=True, text=True, check=False)


SURROUNDINGS = """
import sys, os, inspect
print(__name__, __file__, __spec__, __package__, __doc__, sorted(globals()))
print(sys.argv, sys.path[0], sys.modules["__main__"].__dict__ is globals())
import beside
print(beside.name, inspect.getsource(inspect).count("def ") > 10)
def f(): pass
print(f.__module__, inspect.getsource(f), __loader__.name)
"""


def test_a_script_sees_what_python_would_show_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "beside.py").write_text("name = 'neighbour'\n")
    path = written(tmp_path, SURROUNDINGS)
    before = (sys.argv, list(sys.path), sys.modules["__main__"])
    ran = run_script(path, ["-a", "--json"])
    assert capsys.readouterr().out == by_python(path, "-a", "--json").stdout
    assert ran.exit_code == 0
    assert (sys.argv, sys.path, sys.modules["__main__"]) == before
    sys.modules.pop("beside", None)


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("pass", 0),
        ("raise SystemExit", 0),
        ("import sys; sys.exit(3)", 3),
        ("import sys; sys.exit(-1)", 255),
        ("import sys; sys.exit('no data')", 1),
        ("raise ValueError('x')", 1),
        ("raise KeyboardInterrupt", 130),
        ("x = = 1", 1),
        ("raise ValueError('a') from KeyError('b')", 1),
        ("try:\n    1 / 0\nexcept ZeroDivisionError:\n    {}['k']", 1),
        ("def f():\n    return g()\ndef g():\n    raise RuntimeError('deep')\nf()", 1),
        ("raise ExceptionGroup('g', [ValueError(1), TypeError(2)])", 1),
        ("import sys\nsys.excepthook = lambda *a: print('mine', a[0], a[2].tb_lineno, file=sys.stderr)\n1 / 0", 1),
    ],
)
def test_it_ends_and_complains_as_under_python(
    end: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    path = written(tmp_path, f"print('out')\n{end}\n")
    ran = run_script(path)
    alone = by_python(path)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == (alone.stdout, alone.stderr)
    assert ran.exit_code == code
    assert alone.returncode in (code, -2)  # an interrupt ends Python by the signal


TRAINING = """
import torch
model = torch.nn.Sequential(torch.nn.Linear(2, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
X, y = torch.ones(8, 2), torch.zeros(8, dtype=torch.long)
for _ in range(4):
    loss = torch.nn.functional.cross_entropy(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""


def test_what_it_trained_was_seen_and_a_rule_finds_the_line(tmp_path: Path) -> None:
    path = written(tmp_path, TRAINING)
    ran = run_script(path)
    assert ran.session is not None
    assert ran.session.updates == 4
    assert ran.session.is_over
    (finding,) = diagnose(ran.session, rules=[CAUSE])
    assert finding.file is not None
    assert (Path(finding.file).name, finding.line) == ("train.py", 7)


def test_the_error_that_ended_it_is_a_fact_and_the_traceback_shows_no_watcher(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = run_script(written(tmp_path, TRAINING + "model(torch.ones(8, 3))\n"))
    assert ran.session is not None
    assert isinstance(ran.session.error, RuntimeError)
    assert ran.session.updates == 4
    place = crash_place(ran.session)
    assert place is not None
    assert (Path(place.file).name, place.line) == ("train.py", 11)
    told = capsys.readouterr().err
    assert "RuntimeError: mat1 and mat2 shapes cannot be multiplied" in told
    assert "pellucid" not in told
    assert ran.exit_code == 1


def test_looks_in_between_tell_each_finding_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pellucid.doctor.running.looks.RULES", {CAUSE.code: CAUSE})
    told: list[str] = []
    run_script(written(tmp_path, TRAINING + "print('end')\n"), tell=lambda finding: told.append(finding.code))
    assert told == ["Y101"]


def test_a_look_that_fails_ends_the_looks_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("toy trouble")

    monkeypatch.setattr("pellucid.doctor.running.looks.diagnose", broken)
    ran = run_script(written(tmp_path, TRAINING + "print('end')\n"), tell=lambda finding: None)
    assert (capsys.readouterr(), ran.exit_code) == (("end\n", ""), 0)
    assert ran.session is not None
    assert ran.session.blind == ["Looks in between ended: ValueError: toy trouble."]


def test_threads_of_the_script_are_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = (
        "import threading, time\ndef f():\n    time.sleep(0.2)\n    print('late')\nthreading.Thread(target=f).start()\n"
    )
    run_script(written(tmp_path, code))
    assert capsys.readouterr().out == "late\n"


@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [
        ("none.py", UsageError, "There is no file"),
        ("table.CSV", UsageError, "is a table, no script"),
        ("folder", UsageError, "is a folder"),
        ("broken.ipynb", DataError, "is no notebook"),
    ],
)
def test_what_cannot_be_run_is_told_in_a_sentence(
    name: str, kind: type[Exception], sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken.ipynb").write_text("{}")
    (tmp_path / "table.CSV").write_text("a,b\n1,2\n")
    with pytest.raises(kind, match=sentence):
        run_script(str(tmp_path / name))


def notebook(folder: Path, *cells: str) -> str:
    document = {"cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    path = folder / "lesson.ipynb"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def test_a_notebook_runs_cell_by_cell_in_its_own_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data.txt").write_text("beside")
    before = Path.cwd()
    show = "from pathlib import Path\nprint(Path('data.txt').read_text(), __name__)"
    path = notebook(tmp_path, "%matplotlib inline\nx = 1", "display(x + 1)\nx", show)
    ran = run_script(path)
    assert capsys.readouterr().out == "2\nbeside __main__\n"
    assert ran.notes == ("cell 1, line 1: %matplotlib inline",)
    assert Path.cwd() == before


def test_findings_and_tracebacks_name_the_cell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran = run_script(notebook(tmp_path, "# first", TRAINING, "def f():\n    1 / 0", "f()", "print('never')"))
    assert isinstance(ran, Ran)
    assert ran.session is not None
    (finding,) = diagnose(ran.session, rules=[CAUSE])
    assert (finding.cell, finding.line) == (2, 7)
    shown = capsys.readouterr()
    assert 'lesson.ipynb, cell 4", line 1, in <module>\n    f()\n' in shown.err
    assert 'lesson.ipynb, cell 3", line 2, in f\n    1 / 0\n' in shown.err
    assert shown.out == ""
    assert ran.exit_code == 1


def test_a_broken_cell_ends_a_notebook_when_its_turn_comes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran = run_script(notebook(tmp_path, "print(1)", "x = (", "print(2)"))
    shown = capsys.readouterr()
    assert (shown.out, ran.exit_code) == ("1\n", 1)
    assert 'lesson.ipynb, cell 2", line 1' in shown.err
    assert "SyntaxError: '(' was never closed" in shown.err
