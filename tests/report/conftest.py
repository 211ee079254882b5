"""Run records written by hand, judged by the real evaluation."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pellucid.evaluation import compare, confusion, judge, residual_summary
from pellucid.records import (
    BaselineRecord,
    ColumnRecord,
    EpochRecord,
    Finding,
    MemberRecord,
    Recipe,
    RunRecord,
    Severity,
    SourceRecord,
)


def column(name: str, kind: str = "numeric", *, used: bool = True, **changes: Any) -> ColumnRecord:
    fields = {"reason": f"{kind} values", "inputs": int(used), "missing": 0, "distinct": 80} | changes
    return ColumnRecord(name=name, kind=kind, used=used, **fields)


def members(count: int = 8) -> tuple[MemberRecord, ...]:
    return tuple(
        MemberRecord(
            seed=place,
            train_rows=633,
            validation_rows=79,
            epochs=60 + place,
            best_epoch=30 + 3 * place,
            best_validation=0.41 + 0.01 * place,
            ended="stopped early" if place % 2 else "finished",
        )
        for place in range(count)
    )


def epoch_records(entries: tuple[MemberRecord, ...], *, task: str = "binary") -> list[EpochRecord]:
    generator = np.random.default_rng(3)
    found = []
    for number, member in enumerate(entries):
        for epoch in range(1, member.epochs + 1):
            noise = 0.02 * generator.normal()
            found.append(
                EpochRecord(
                    member=number,
                    epoch=epoch,
                    loss=0.3 + 0.4 * np.exp(-epoch / 12),
                    val_loss=0.42 + 0.3 * np.exp(-epoch / 9) + 0.0008 * epoch + noise,
                    val_error=(0.5 if task == "regression" else 0.18) + 0.2 * np.exp(-epoch / 9) + noise,
                    lr=0.01,
                )
            )
    return found


FINDINGS = (
    Finding(
        code="B040",
        slug="id-like-column",
        severity=Severity.WARNING,
        message="PassengerId counts the rows; it was left out.",
        column="PassengerId",
        evidence={"distinct": 891, "examples": [1, 2, 3]},
    ),
    Finding(
        code="B034",
        slug="missing-values",
        severity=Severity.INFO,
        message="Age has 177 missing values (20 %); they got an indicator.",
        column="Age",
    ),
)


def run_record(task: str = "binary", classes: tuple[str, ...] = ("no", "yes"), **changes: Any) -> RunRecord:
    """A run of titanic's shape (or of insurance's) with numbers drawn by a fixed seed."""
    generator = np.random.default_rng(5)
    rows = 179
    if task == "regression":
        classes = ()
        truth = 8000 + 6000 * generator.gamma(1.5, size=rows)
        models = {
            "network": (truth + generator.normal(0, 2500, rows), None),
            "majority": (np.full(rows, 13270.0), None),
            "linear": (truth + generator.normal(0, 4500, rows), None),
            "boosting": (truth + generator.normal(0, 2600, rows), None),
        }
        detail: dict[str, Any] = {"residuals": residual_summary(truth, models["network"][0], np.arange(len(truth)))}
        titles = {"majority": "always the mean, 13 270", "linear": "ridge regression"}
    else:
        truth = generator.integers(0, len(classes), rows)

        def guess(share: float) -> tuple[np.ndarray, np.ndarray]:
            right = generator.random(rows) < share
            values = np.where(right, truth, generator.integers(0, len(classes), rows))
            probabilities = np.full((rows, len(classes)), 0.3 / (len(classes) - 1))
            probabilities[np.arange(rows), values] = 0.7
            return values, probabilities

        shares = np.bincount(truth, minlength=len(classes)) / rows
        most = int(shares.argmax())
        models = {
            "network": guess(0.66),
            "majority": (np.full(rows, most), np.tile(shares, (rows, 1))),
            "linear": guess(0.42),
            "boosting": guess(0.65),
        }
        detail = {"confusion": confusion(truth, models["network"][0], classes)}
        titles = {"majority": f'always "{classes[most]}"', "linear": "logistic regression"}
    titles["boosting"] = "gradient boosting"
    entries = members()
    fields: dict[str, Any] = {
        "id": "titanic-7f3a",
        "created": "2026-11-20T10:00:00Z",
        "command": "pellucid fit titanic.csv --target Survived",
        "task": task,
        "target": "Survived" if classes else "charges",
        "classes": classes,
        "recipe": Recipe(hidden=(64, 64), activation="gelu", lr_factors=(("bias", 0.1),), monitor="error"),
        "network": "14-64-64-2",
        "activation": "gelu",
        "preparation": {"scaling": "robust_clip", "one_hot_levels": 8},
        "options": {"target": "Survived", "seed": 0, "epochs": None},
        "environment": {"pellucid": "0.1.0", "torch": "2.13.0", "threads": 2},
        "source": SourceRecord(
            name="titanic.csv",
            path="/data/titanic.csv",
            sha256="9" * 64,
            rows=891,
            columns=("PassengerId", "Survived", "Pclass", "Sex", "Age", "Cabin"),
        ),
        "columns": (
            column("PassengerId", "id", used=False, reason="counts the rows", distinct=891),
            column("Survived" if classes else "charges", "target", used=False, reason="the target", distinct=2),
            column("Pclass", reason="3 whole numbers"),
            column("Sex", "category", inputs=2, distinct=2),
            column("Age", inputs=2, missing=177, distinct=88),
            column("Cabin", "text", used=False, reason="77 % missing", missing=687, distinct=147),
        ),
        "split": {"train_rows": 712, "test_rows": rows, "how": "stratified", "seed": 0},
        "members": entries,
        "test": judge(task, truth, *models["network"]),
        "baselines": tuple(
            BaselineRecord(name=name, title=titles[name], scores=judge(task, truth, *models[name]), seconds=0.2)
            for name in ("majority", "linear", "boosting")
        ),
        "comparisons": tuple(
            compare(task, truth, models["network"], models[name], name=name, title=titles[name])
            for name in ("majority", "linear", "boosting")
        ),
        "detail": detail,
        "findings": FINDINGS,
        "ended": "finished",
        "seconds": {"reading": 0.1, "training": 2.9, "baselines": 1.1, "total": 4.4},
        "artifacts": {"model.safetensors": "a" * 64},
    }
    return RunRecord(**(fields | changes))


@pytest.fixture(name="run_record")
def run_record_fixture() -> Callable[..., RunRecord]:
    return run_record


@pytest.fixture(name="epoch_records")
def epoch_records_fixture() -> Callable[..., list[EpochRecord]]:
    return epoch_records
