"""Run records written by hand, judged by the real evaluation."""

from functools import cache
from typing import Any

import msgspec
import numpy as np

from pellucid.evaluation import compare, find_mistakes, judge
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
                    loss=float(0.3 + 0.4 * np.exp(-epoch / 12)),
                    val_loss=float(0.42 + 0.3 * np.exp(-epoch / 9) + 0.0008 * epoch + noise),
                    val_error=float((0.5 if task == "regression" else 0.18) + 0.2 * np.exp(-epoch / 9) + noise),
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


TASKS = {
    "binary": ("no", "yes"),
    "multiclass": ("Adelie", "Chinstrap", "Gentoo"),
    "multilabel": ("calm", "angry", "sad"),
    "ordinal": ("1", "2", "3", "4", "5"),
    "distribution": ("red", "green", "blue"),
    "regression": (),
    "regression of three targets": (),
    "count": (),
    "quantile": (),
    "embedding": ("calm", "angry", "sad"),
    "ranking": (),
    "reconstruction": (),
    "sequence": ("a", "b", "c"),
}
"""Kinds of target and the classes that their made-up runs have."""
LEVELS = (0.1, 0.5, 0.9)
TARGETS = ("heating", "cooling", "light")
ERRORS = {"network": 0.3, "linear": 0.8, "boosting": 0.31}
"""How far each model is off, in spreads of the truth."""
Answers = dict[str, tuple[np.ndarray, np.ndarray | None]]


def made_up(kind: str, classes: tuple[str, ...], rows: int) -> tuple[np.ndarray, Answers, str]:
    """What was true, what each model says, and the title of the constant one."""
    g = np.random.default_rng(11)
    task, several = kind.split(" of ")[0], kind != kind.split(" of ")[0]
    signal = g.normal(size=(rows, 3 if several else max(1, len(classes))))
    noisy = {name: signal + error * g.normal(size=signal.shape) for name, error in ERRORS.items()}
    if task == "multilabel":
        truth = (signal > (0.0, 0.5, 1.5)[: len(classes)]).astype(int)
        sure = {name: 1 / (1 + np.exp(-4 * (z - (0.0, 0.5, 1.5)[: len(classes)]))) for name, z in noisy.items()}
        sure["majority"] = np.tile(truth.mean(axis=0), (rows, 1))
        return truth, {name: ((p >= 0.5).astype(int), p) for name, p in sure.items()}, "always the commoner answer"
    if task == "distribution":
        shares = {name: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) for name, z in (noisy | {"": signal}).items()}
        truth = shares.pop("")
        shares["majority"] = np.tile(truth.mean(axis=0), (rows, 1))
        return truth, {name: (p.argmax(axis=1), p) for name, p in shares.items()}, "always the mean shares"
    if task == "ordinal":
        edges = np.linspace(-1.2, 1.2, len(classes) - 1)
        truth = np.digitize(signal[:, 0], edges)
        said: Answers = {name: (np.digitize(z[:, 0], edges), None) for name, z in noisy.items()}
        return truth, said | {"majority": (np.full(rows, 2), None)}, 'always "3"'
    if task == "count":
        truth = g.poisson(np.exp(signal[:, 0])).astype(float)
        said = {name: (np.exp(z[:, 0]), None) for name, z in noisy.items()}
        return truth, said | {"majority": (np.full(rows, truth.mean()), None)}, f"always the mean ({truth.mean():.3f})"
    if task == "quantile":
        truth = 100 + 20 * signal[:, 0]
        wide = np.array([-1.28, 0.0, 1.28])
        said = {name: (100 + 20 * (z + ERRORS[name] * wide), None) for name, z in noisy.items()}
        fixed = np.tile(np.quantile(truth, LEVELS), (rows, 1))
        return truth, said | {"majority": (fixed, None)}, "fixed quantiles"
    if task == "embedding":
        truth = g.integers(0, 3, rows)
        near = {
            name: np.where(g.random((rows, 10)) < 1 - error / 2, truth[:, None], g.integers(0, 3, (rows, 10)))
            for name, error in ERRORS.items()
        }
        near["majority"] = np.zeros((rows, 1), dtype=int)
        return truth, {name: (own, None) for name, own in near.items()}, 'always "calm"'
    if task == "ranking":
        truth = np.stack([np.round(2 * signal[:, 0]), np.arange(rows) // 10], axis=1)
        said = {name: (z[:, 0], None) for name, z in noisy.items()}
        return truth, said | {"majority": (np.zeros(rows), None)}, "a coin"
    if task == "reconstruction":
        wide = g.normal(size=(rows, 4))
        said = {name: (wide + error * g.normal(size=wide.shape), None) for name, error in ERRORS.items()}
        return wide, said | {"majority": (np.zeros_like(wide), None)}, "the column means"
    if task == "sequence":
        truth = g.integers(1, 4, (rows, 4))
        said = {
            name: (np.where(g.random(truth.shape) < 1 - error / 2, truth, g.integers(1, 4, truth.shape)), None)
            for name, error in ERRORS.items()
        }
        return truth, said | {"majority": (np.tile([1, 2, 3], (rows, 1)), None)}, 'always "a b c"'
    units = np.array([1.0, 10.0, 4000.0])
    said = {name: (z * units, None) for name, z in noisy.items()}
    return signal * units, said | {"majority": (np.zeros_like(signal), None)}, "always the means"


def run_record(kind: str = "binary", classes: tuple[str, ...] | None = None, **changes: Any) -> RunRecord:
    """A run of titanic's shape (or of insurance's) with numbers drawn by a fixed seed, and some fields changed."""
    return msgspec.structs.replace(unchanged(kind, TASKS[kind] if classes is None else classes), **changes)


@cache
def unchanged(kind: str, classes: tuple[str, ...]) -> RunRecord:
    """Judged once, however many tests look at it."""
    generator = np.random.default_rng(5)
    rows = 179
    task = kind.split(" of ")[0]
    levels = LEVELS if task == "quantile" else ()
    names = TARGETS if kind != task else ()
    linear = {"regression": "ridge regression", "count": "Poisson regression", "quantile": "quantile regression"}
    titles = {"linear": linear.get(task, "logistic regression")}
    models: Answers
    if kind == "regression":
        truth = 8000 + 6000 * generator.gamma(1.5, size=rows)
        models = {
            "network": (truth + generator.normal(0, 2500, rows), None),
            "majority": (np.full(rows, 13270.0), None),
            "linear": (truth + generator.normal(0, 4500, rows), None),
            "boosting": (truth + generator.normal(0, 2600, rows), None),
        }
        titles["majority"] = "always the mean, 13 270"
    elif task in ("binary", "multiclass"):
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
        titles["majority"] = f'always "{classes[most]}"'
    else:
        truth, models, titles["majority"] = made_up(kind, classes, rows)
    detail = find_mistakes(task, truth, *models["network"], classes=classes, levels=levels, names=names)
    words: dict[str, Any] = {"levels": levels, "names": names}
    titles["boosting"] = "gradient boosting"
    entries = members()
    fields: dict[str, Any] = {
        "id": "titanic-7f3a",
        "created": "2026-11-20T10:00:00Z",
        "command": "pellucid fit titanic.csv --target Survived",
        "task": task,
        "target": ", ".join(names) or ("Survived" if classes else "charges"),
        "targets": names,
        "classes": classes,
        "levels": levels,
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
        "test": judge(task, truth, *models["network"], **words),
        "baselines": tuple(
            BaselineRecord(
                name=name, title=titles[name], scores=judge(task, truth, *models[name], **words), seconds=0.2
            )
            for name in ("majority", "linear", "boosting")
        ),
        "comparisons": tuple(
            compare(task, truth, models["network"], models[name], name=name, title=titles[name], levels=levels)
            for name in ("majority", "linear", "boosting")
        ),
        "detail": detail,
        "findings": FINDINGS,
        "ended": "finished",
        "seconds": {"reading": 0.1, "training": 2.9, "baselines": 1.1, "total": 4.4},
        "artifacts": {"model.safetensors": "a" * 64},
    }
    return RunRecord(**fields)
