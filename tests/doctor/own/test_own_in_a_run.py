"""The doctor in ``fit``: in the record, on the screen, on the page; and the same networks with it and without."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from pellucid.cli.documents import fit_document
from pellucid.cli.findings import doctor_lines
from pellucid.cli.layout import Ink
from pellucid.cli.screen import result_lines
from pellucid.doctor.own import judge_training, judging
from pellucid.doctor.own.asked import ASKED
from pellucid.experiments import FitOptions, Run, fit_table
from pellucid.models import read_model
from pellucid.records import DoctorRecord, Finding, RunRecord, Severity, decode_json
from pellucid.report import render_report
from pellucid.tables import read_table


def table(rows: int = 300) -> dict[str, Any]:
    generator = np.random.default_rng(3)
    a, b = generator.normal(size=(2, rows))
    return {"a": a, "b": b, "far": 900 * generator.normal(size=rows), "y": np.where(a + b > 0, "up", "down")}


def fitted(folder: Path, *, is_watched: bool = True, **options: Any) -> Run:
    asked = {"target": ("y",), "members": 5, "epochs": 12, "recipe": "plain", "out": str(folder), **options}
    return fit_table(
        read_table(table()),
        FitOptions(**asked),
        render_report=render_report,
        judge_training=judge_training if is_watched else None,
    )


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return fitted(tmp_path_factory.mktemp("runs") / "healthy")


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return fitted(tmp_path_factory.mktemp("runs") / "blank", initialisation="zeros")


def test_a_healthy_run_says_how_much_was_looked_at(healthy: Run) -> None:
    assert healthy.record.doctor == DoctorRecord(checks=len(ASKED))
    assert not [each for each in healthy.findings if each.code == "X000"]
    lines = result_lines(healthy.record, healthy.model_path, healthy.report_path, width=80, ink=Ink())
    assert f"Doctor: nothing wrong found in {len(ASKED)} checks." in lines
    assert f"Doctor: nothing wrong found in {len(ASKED)} checks of the training." in page(healthy)


def test_what_is_wrong_stands_in_the_record_on_the_screen_on_the_page_and_in_the_document(blank: Run) -> None:
    (finding,) = [each for each in blank.findings if each.code == "N502"]
    assert finding.severity is Severity.ERROR
    saved = decode_json((blank.path / "record.json").read_bytes(), RunRecord)
    assert finding in saved.findings
    screen = result_lines(blank.record, blank.model_path, blank.report_path, width=80, ink=Ink())
    (start,) = [number for number, line in enumerate(screen) if line.startswith("Doctor: 1 error")]
    assert screen[start + 1].startswith("  N502 error  All 64 units of layer hidden_1")
    assert any(line.startswith("    causes  ") for line in screen[start:])
    assert sum("N502" in line for line in screen) == 1, "it is told among the doctor's findings alone"
    assert finding.message in page(blank)
    assert "brings about" in page(blank)
    codes = [each["code"] for each in json.loads(fit_document(blank))["findings"]]
    assert {"N502", "D409"} <= set(codes)


def test_columns_are_told_by_the_names_of_the_table(tmp_path: Path) -> None:
    run = fitted(tmp_path / "run", scaling="none", epochs=2)
    (finding,) = [each for each in run.findings if each.code == "D401"]
    assert (finding.column, "column 'far'" in finding.message) == ("far", True)


def test_networks_are_the_same_to_the_last_bit_without_the_doctor(healthy: Run, tmp_path: Path) -> None:
    alone = fitted(tmp_path / "alone", is_watched=False)
    assert alone.record.doctor is None
    assert alone.predictions_path.read_bytes() == healthy.predictions_path.read_bytes()
    assert (alone.path / "metrics.jsonl").read_bytes() == (healthy.path / "metrics.jsonl").read_bytes()
    assert same(read_model(alone.model_path).arrays, read_model(healthy.model_path).arrays)
    lines = result_lines(alone.record, alone.model_path, alone.report_path, width=80, ink=Ink())
    assert not any(line.startswith("Doctor") for line in lines)


def test_a_doctor_that_fails_spoils_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise ZeroDivisionError("no idea")

    monkeypatch.setattr(judging, "members_seen", broken)
    run = fitted(tmp_path / "run", epochs=2)
    assert run.model_path.exists()
    assert [each.code for each in run.findings if each.code[0] != "B"] == ["X000"]
    screen = result_lines(run.record, run.model_path, run.report_path, width=80, ink=Ink())
    assert "Doctor: nothing could be checked. 1 note: X000 rule-failed." in screen
    assert "Doctor: nothing could be checked." in page(run)


def test_notes_stand_behind_what_was_found_wrong() -> None:
    wrong = Finding(
        code="T606",
        slug="learning-rate-too-high",
        severity=Severity.ERROR,
        message="It is too high.",
        fix="Lower it.",
        tried="with --lr 1 it learns",
        effects=(Finding(code="T608", slug="stuck-at-baseline", severity=Severity.WARNING, message="m"),),
    )
    note = Finding(code="T601", slug="dead-units", severity=Severity.INFO, message="m")
    doctor = DoctorRecord(checks=22, blind=("Nobody saw the sky.",))
    assert doctor_lines(doctor, [wrong, note], width=80, ink=Ink()) == [
        "Doctor: 1 error in 22 checks.",
        "  T606 error  It is too high. Lower it.",
        "    tried   with --lr 1 it learns",
        "    causes  T608 stuck-at-baseline",
        "  notes  T601 dead-units",
        "  not seen  Nobody saw the sky.",
    ]
    assert doctor_lines(DoctorRecord(checks=1), [note], width=80, ink=Ink()) == [
        "Doctor: nothing wrong found in 1 check. 1 note: T601 dead-units."
    ]


def page(run: Run) -> str:
    return run.report_path.read_text(encoding="utf-8").replace("&#x27;", "'")


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_a_record_of_before_the_doctor_is_still_read(healthy: Run) -> None:
    old = msgspec.to_builtins(healthy.record)
    del old["doctor"]
    assert decode_json(msgspec.json.encode(old), RunRecord).doctor is None
