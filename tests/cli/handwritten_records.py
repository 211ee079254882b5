"""Records written by hand, as the main job would write them for titanic.csv and for a regression."""

from pellucid.experiments.watching import DataSummary
from pellucid.records import (
    BaselineRecord,
    ColumnRecord,
    ComparisonRecord,
    Finding,
    MemberRecord,
    Recipe,
    RunRecord,
    Score,
    Severity,
    SourceRecord,
)


def column(
    name: str, kind: str, inputs: int = 0, missing: int = 0, distinct: int = 9, reason: str = ""
) -> ColumnRecord:
    return ColumnRecord(
        name=name, kind=kind, reason=reason, used=inputs > 0, inputs=inputs, missing=missing, distinct=distinct
    )


COLUMNS = (
    column("PassengerId", "id", distinct=891),
    column("Survived", "target", distinct=2),
    column("Pclass", "numeric", 1),
    column("Name", "text", distinct=891),
    column("Sex", "category", 1),
    column("Age", "numeric", 2, missing=177),
    column("SibSp", "numeric", 1),
    column("Parch", "numeric", 1),
    column("Ticket", "text", distinct=681),
    column("Fare", "numeric", 1),
    column("Cabin", "text", 1, missing=687),
    column("Embarked", "category", 3, missing=2),
)
SOURCE = SourceRecord(
    name="titanic.csv", path="/data/titanic.csv", sha256="ab" * 32, rows=891, columns=tuple(c.name for c in COLUMNS)
)
FINDINGS = (
    Finding(code="B040", slug="id-like-column", severity=Severity.INFO, message="m", column="PassengerId"),
    Finding(code="B043", slug="free-text", severity=Severity.INFO, message="m", column="Name"),
    Finding(code="B043", slug="free-text", severity=Severity.INFO, message="m", column="Ticket"),
    Finding(
        code="B062",
        slug="duplicate-rows",
        severity=Severity.WARNING,
        message="107 rows occur more than once; identical rows were kept on one side of the split.",
        fix="Remove them if they are there by mistake.",
    ),
)


def score(
    metric: str,
    value: float,
    low: float | None = None,
    high: float | None = None,
    *,
    aim: float | None = None,
    target: str = "",
) -> Score:
    better = None if aim is not None else metric in {"accuracy", "roc_auc", "r2", "mean_r2"}
    return Score(metric=metric, value=value, low=low, high=high, greater_is_better=better, aim=aim, target=target)


def baseline(name: str, title: str, *scores: Score) -> BaselineRecord:
    return BaselineRecord(name=name, title=title, scores=scores, seconds=0.1)


def summary(**changes: object) -> DataSummary:
    fields = {
        "source": SOURCE,
        "task": "binary",
        "target": "Survived",
        "target_note": "342 yes, 549 no",
        "columns": COLUMNS,
        "inputs": 11,
        "findings": FINDINGS,
        "train_rows": 712,
        "test_rows": 179,
    }
    return DataSummary(**{**fields, **changes})  # type: ignore[arg-type]


def record(**changes: object) -> RunRecord:
    fields: dict[str, object] = {
        "id": "titanic-7f3a",
        "created": "2026-01-01T00:00:00Z",
        "command": "pellucid fit titanic.csv --target Survived",
        "task": "binary",
        "target": "Survived",
        "classes": ("no", "yes"),
        "recipe": Recipe(),
        "network": "11-64-64-2",
        "activation": "gelu",
        "preparation": {},
        "options": {"header": None},
        "environment": {},
        "source": SOURCE,
        "columns": COLUMNS,
        "split": {"train_rows": 712, "test_rows": 179},
        "members": tuple(
            MemberRecord(
                seed=seed,
                train_rows=600,
                validation_rows=112,
                epochs=80,
                best_epoch=41,
                best_validation=0.4,
                ended="finished",
            )
            for seed in range(8)
        ),
        "test": (score("accuracy", 0.827, 0.77, 0.88), score("roc_auc", 0.871), score("log_loss", 0.412)),
        "baselines": (
            baseline(
                "majority", 'always "no"', score("accuracy", 0.615), score("roc_auc", 0.5), score("log_loss", 0.666)
            ),
            baseline(
                "linear",
                "logistic regression",
                score("accuracy", 0.799),
                score("roc_auc", 0.848),
                score("log_loss", 0.448),
            ),
            baseline(
                "boosting", "boosting", score("accuracy", 0.821), score("roc_auc", 0.862), score("log_loss", 0.447)
            ),
        ),
        "comparisons": (
            ComparisonRecord(
                baseline="linear",
                metric="accuracy",
                difference=0.028,
                low=0.004,
                high=0.056,
                verdict="better",
                sentence="better than logistic regression by 2.8 points (0.4 to 5.6)",
            ),
            ComparisonRecord(
                baseline="boosting",
                metric="accuracy",
                difference=0.006,
                low=-0.018,
                high=0.03,
                verdict="within noise",
                sentence="no different from boosting beyond noise: +0.6 points (−1.8 to 3.0)",
            ),
        ),
        "detail": {},
        "findings": FINDINGS,
        "ended": "finished",
        "seconds": {"total": 2.9},
    }
    return RunRecord(**{**fields, **changes})  # type: ignore[arg-type]
