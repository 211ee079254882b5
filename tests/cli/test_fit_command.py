"""``pellucid fit`` from its options to its output, with the job itself replaced by one that only reports."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from handwritten_records import record, summary

from pellucid.cli.main import main
from pellucid.experiments.watching import Watcher
from pellucid.records import RunRecord


@dataclass
class FinishedRun:
    path: Path
    record: RunRecord

    @property
    def model_path(self) -> Path:
        return self.path / "model.safetensors"

    @property
    def report_path(self) -> Path:
        return self.path / "report.html"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the job was asked for; it tells its watcher of a run of two epochs."""
    kept: dict[str, Any] = {}

    def job(source: Any, *, watcher: Watcher, **options: Any) -> FinishedRun:
        kept.update(options, source=source)
        watcher.data_ready(summary())
        watcher.training_started("8 networks 11-64-64-2, gelu, AdamW", 2)
        watcher.epoch_done(1, 2)
        watcher.epoch_done(2, 2)
        watcher.training_ended("best epochs 1 to 2", 2.9)
        return FinishedRun(Path("runs/titanic-7f3a"), record())

    monkeypatch.setattr("pellucid.jobs.fit", job)
    return kept


def test_results_go_to_stdout_and_the_passing_to_stderr(
    asked: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fit", "titanic.csv", "--target", "Survived"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("titanic.csv  891 rows × 12 columns → Survived: binary")
    assert "\nOn 179 rows that nothing has seen:\n" in shown.out
    assert shown.err == "\n  8 networks 11-64-64-2, gelu, AdamW: best epochs 1 to 2, 2.9 s\n"


def test_without_a_terminal_there_is_no_colour_and_no_bar(
    asked: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fit", "titanic.csv", "--target", "Survived"]) == 0
    shown = capsys.readouterr()
    assert "\x1b" not in shown.out + shown.err
    assert "\r" not in shown.out + shown.err


def test_json_prints_exactly_one_document(asked: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", "titanic.csv", "--target", "Survived", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == {
        "schema_version": 1,
        "task": "binary",
        "rows": 891,
        "test": {"accuracy": 0.827, "roc_auc": 0.871, "log_loss": 0.412},
        "test_interval": {"accuracy": [0.77, 0.88], "roc_auc": [None, None], "log_loss": [None, None]},
        "baselines": {
            "majority": {"accuracy": 0.615, "roc_auc": 0.5, "log_loss": 0.666},
            "linear": {"accuracy": 0.799, "roc_auc": 0.848, "log_loss": 0.448},
            "boosting": {"accuracy": 0.821, "roc_auc": 0.862, "log_loss": 0.447},
        },
        "findings": [
            {"code": each.code, "slug": each.slug, "severity": each.severity.value, "message": each.message}
            for each in record().findings
        ],
        "run": "runs/titanic-7f3a",
        "model": "runs/titanic-7f3a/model.safetensors",
        "report": "runs/titanic-7f3a/report.html",
        "seconds": 2.9,
    }


def test_every_option_reaches_the_job(asked: dict[str, Any]) -> None:
    arguments = (
        "fit t.csv --target y --task binary --network 32,16 --activation gelu --loss huber --optimizer sgd --lr 0.1 "
        "--batch-size 64 --epochs 9 --members 3 --seed 7 --drop a --drop b --no-header --test-size 0.3 --recipe plain "
        "--out runs/x"
    )
    assert main(arguments.split()) == 0
    assert asked == {
        "source": "t.csv",
        "target": "y",
        "task": "binary",
        "hidden": (32, 16),
        "activation": "gelu",
        "loss": "huber",
        "optimizer": "sgd",
        "lr": 0.1,
        "batch_size": 64,
        "epochs": 9,
        "members": 3,
        "seed": 7,
        "drop": ("a", "b"),
        "header": False,
        "test_size": 0.3,
        "recipe": "plain",
        "out": Path("runs/x"),
        "command": f"pellucid {arguments}",
    }


def test_what_is_not_asked_for_is_left_to_the_recipe(asked: dict[str, Any]) -> None:
    assert main(["fit", "t.csv", "--target", "y"]) == 0
    left = (
        "task",
        "hidden",
        "activation",
        "loss",
        "optimizer",
        "lr",
        "batch_size",
        "epochs",
        "members",
        "header",
        "out",
    )
    assert all(asked[name] is None for name in left)
    assert (asked["seed"], asked["drop"], asked["test_size"], asked["recipe"]) == (0, (), 0.2, "tabular")
