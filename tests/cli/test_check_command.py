"""``pellucid check``: files and folders read, what cannot be read told in a sentence."""

import json
from pathlib import Path

import pytest

from pellucid.cli.main import main
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

PAGE = Page("What.", "toy()", "mended()", "It hurts.", "Found so.", "Not more.", ())


def read(source: Source) -> list[Suspicion]:
    return [
        Suspicion("toy is called.", place=call.place, fix="mended()", edits=(source.replace(call.node, "mended()"),))
        for call in source.calls("toy")
    ]


RULES = {"Y1": Rule(code="Y1", slug="toy", severity=Severity.ERROR, stages="S", summary="A toy.", page=PAGE, read=read)}


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from functools import partial

    from pellucid.doctor.checking import check_source

    monkeypatch.setattr("pellucid.doctor.checking.check_source", partial(check_source, rules=RULES))
    monkeypatch.setattr("pellucid.doctor.rules.RULES", RULES)
    monkeypatch.chdir(tmp_path)


def test_a_file_with_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    Path("train.py").write_text("x = 1\ntoy()\n")
    assert main(["check", "train.py"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 finding in train.py: 1 error"
    assert lines[2].split() == ["Y1", "error", "toy", "train.py:2"]
    assert main(["check", "--fail-on", "error", "train.py"]) == 1


def test_a_folder_stands_for_the_scripts_and_notebooks_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.py", "deep/er/b.py", ".hidden/c.py", "venv/d.py", "mine/pyvenv.cfg", "mine/e.py", "f.txt"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("toy()\n")
    Path("g.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code", "source": "x = 1\ntoy()"}]}))
    assert main(["check", "--json", "."]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(each["file"], each["cell"], each["line"]) for each in found] == [
        ("a.py", None, 1),
        ("g.ipynb", 1, 2),
        ("deep/er/b.py", None, 1),
    ]
    assert found[0]["edits"] == [{"file": "a.py", "first": 1, "last": 1, "text": "mended()\n"}]


def test_what_cannot_be_read_is_told_and_the_rest_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    Path("good.py").write_text("x = 1\n")
    Path("bad.py").write_text("x = (\n")
    Path("bytes.py").write_bytes(b"x = '\xff'\n")
    assert main(["check", "good.py", "bad.py", "bytes.py", "none.py"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "Doctor: nothing wrong found in good.py in 1 check.\n"
    told = shown.err.splitlines()
    assert told[0] == "bad.py, line 1 is not Python: '(' was never closed."
    assert told[1].startswith("bytes.py")
    assert told[2] == "There is no file or folder 'none.py'."
    assert len(told) == 3


@pytest.mark.parametrize("content", [None, "x = (\n"])
def test_only_if_nothing_could_be_read_it_fails(content: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    if content is not None:
        Path("train.py").write_text(content)
    assert main(["check", "train.py"]) == 3
    assert capsys.readouterr().out == ""


def test_an_empty_folder_is_no_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "."]) == 3
    assert capsys.readouterr().err.startswith("There is no Python file and no notebook")


def test_sarif_has_the_rule_the_place_and_the_fix(capsys: pytest.CaptureFixture[str]) -> None:
    Path("train.py").write_text("x = 1\ntoy()\n")
    assert main(["check", "--sarif", "out.sarif", "train.py"]) == 0
    run = json.loads(Path("out.sarif").read_text(encoding="utf-8"))["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["Y1"]
    assert run["results"][0]["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "train.py"}, "region": {"startLine": 2}}}
    ]
    (change,) = run["results"][0]["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "mended()\n"}
