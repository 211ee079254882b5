"""The doctor in ``compare``: it looks at the networks that are trained again, and nothing changes by it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pellucid as pl
from pellucid.cli.compare_screen import comparison_lines
from pellucid.cli.layout import Ink
from pellucid.doctor.own.asked import ASKED
from pellucid.experiments.compare import compare
from pellucid.records import ComparisonRunRecord, Severity, decode_json


def table(rows: int = 240) -> dict[str, Any]:
    generator = np.random.default_rng(3)
    a, b = generator.normal(size=(2, rows))
    return {"a": a, "b": b, "y": np.where(a + b > 0, "up", "down")}


def compared(folder: Path, **options: Any) -> pl.Comparison:
    asked = {"vary": {"activation": ["relu", "tanh"]}, "recipe": "plain", "epochs": 12, "members": 3, **options}
    return pl.compare(table(), target="y", seeds=1, folds=2, out=folder, **asked)


def screen(comparison: pl.Comparison) -> list[str]:
    return comparison_lines(comparison, width=80, ink=Ink())


def test_a_healthy_comparison_says_how_much_was_looked_at(tmp_path: Path) -> None:
    found = compared(tmp_path / "healthy")
    assert found.record.doctor is not None
    assert found.record.doctor.checks == len(ASKED)
    assert any(line.startswith(f"Doctor: nothing wrong found in {len(ASKED)} checks.") for line in screen(found))


def test_what_is_wrong_with_what_is_saved_is_told(tmp_path: Path) -> None:
    found = compared(tmp_path / "blank", initialisation="zeros")
    (finding,) = [each for each in found.record.findings if each.code == "N502"]
    assert finding.severity is Severity.ERROR
    saved = decode_json((found.path / "comparison.json").read_bytes(), ComparisonRunRecord)
    assert finding in saved.findings
    assert any(line.startswith("  N502 error") for line in screen(found))


def test_scores_and_networks_are_the_same_without_the_doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = compared(tmp_path / "watched")
    whole = compare.end_comparison
    monkeypatch.setattr(compare, "end_comparison", lambda *a, **k: whole(*a, **{**k, "judge_training": None}))
    alone = compared(tmp_path / "alone")
    assert alone.record.doctor is None
    assert not any(line.startswith("Doctor") for line in screen(alone))
    for name in ("scores.csv", "test_predictions.csv", "curves.jsonl"):
        assert (alone.path / name).read_bytes() == (watched.path / name).read_bytes()
