"""How well a saved model does on a table that holds the answers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.errors import DataError
from pellucid.jobs.findings import reading_findings
from pellucid.models import read_model
from pellucid.records import Finding, Score, Severity, SourceRecord
from pellucid.shapes import Array, Floats
from pellucid.tables import Table, TargetDecision, target_values
from pellucid.tables.policy import note

__all__ = ["Evaluation", "evaluate"]

NO_LABEL = -1
"""The code of a missing label; other codes below 0 are labels that the model does not know."""


@dataclass(frozen=True)
class Evaluation:
    """The judgement of one model on one table.

    Attributes:
        model_path: The model file.
        source: The table.
        task: binary, multiclass or regression.
        target: Target column.
        rows: Rows judged: those whose target is known.
        scores: Metrics with 95 % intervals, the primary one first.
        findings: About the table and its encoding.
    """

    model_path: Path
    source: SourceRecord
    task: str
    target: str
    rows: int
    scores: tuple[Score, ...]
    findings: tuple[Finding, ...]


def evaluate(model: str | Path, source: Any, *, header: bool | None = None) -> Evaluation:
    """Judge a saved model on a table with the target column.

    Rows without a target are left out; a label that the model does not know counts as an error in the accuracy and is
    left out of the metrics that need its probability.

    Args:
        model: Model file.
        source: Anything that ``read_table`` takes.
        header: Whether a file's first row holds names; None looks.

    Raises:
        ModelFileError: If the model file cannot be trusted.
        DataError: If the target or another column is missing, or no row can be judged.
    """
    path = Path(model)
    loaded = read_model(path)
    manifest = loaded.manifest
    table = loaded.read(source, header=header)
    decision = TargetDecision(
        name=manifest.target,
        task=manifest.task,
        classes=manifest.classes,
        counts=(),
        reason="",
        note="",
        missing=0,
        findings=(),
    )
    truth = target_values(table.column(manifest.target), decision)
    present = np.flatnonzero(np.isfinite(truth) if manifest.task == "regression" else truth != NO_LABEL)
    if len(present) == 0:
        raise DataError(
            f"{manifest.target!r} is missing in all {table.rows} rows of {table.name}, so there is nothing to judge "
            "by. Use predict, or give a table that holds the answers.",
            code="B052",
        )
    judged, truth = table.take(present), truth[present]
    prediction = loaded.predict_table(judged)
    if manifest.task == "regression":
        scores = _judged(manifest.task, truth, prediction.values, None)
    else:
        codes = np.array([manifest.classes.index(str(label)) for label in prediction.values], dtype=np.int64)
        scores = _class_scores(manifest.task, truth, codes, prediction.probabilities, len(manifest.classes))
    return Evaluation(
        model_path=path,
        source=table.source(),
        task=manifest.task,
        target=manifest.target,
        rows=judged.rows,
        scores=scores,
        findings=(
            *_source_findings(table, manifest.card.sha256),
            *reading_findings(table, manifest),
            *prediction.report,
            *_label_findings(table, judged, manifest.target, truth),
        ),
    )


def _source_findings(table: Table, trained_on: str) -> list[Finding]:
    if not trained_on or table.sha256 != trained_on:
        return []
    message = f"{table.name} is the table that this model was made from, and most of its rows were learned from."
    fix = "The scores promise too much; those of the rows kept for judging are in the run's report."
    return [note("B063", message, fix=fix, severity=Severity.WARNING)]


def _label_findings(table: Table, judged: Table, target: str, truth: Array) -> list[Finding]:
    findings = []
    if left_out := table.rows - judged.rows:
        message = f"{target!r} is missing in {left_out} of {table.rows} rows, which were left out."
        findings.append(note("B052", message, rows=left_out))
    unseen = np.flatnonzero(truth < 0) if truth.dtype.kind == "i" else np.empty(0, dtype=np.int64)
    if len(unseen):
        labels = sorted(set(judged.column(target).as_text()[unseen]))
        shown = ", ".join(map(repr, labels[:5])) + (" …" if len(labels) > 5 else "")
        findings.append(
            note(
                "B069",
                f"{target!r} has labels that the model has never seen ({shown}) in {len(unseen)} of {judged.rows} rows;"
                " each counts as an error.",
                rows=len(unseen),
                labels=labels[:20],
            )
        )
    return findings


def _class_scores(
    task: str, truth: Array, codes: Array, probabilities: Floats | None, classes: int
) -> tuple[Score, ...]:
    unseen = truth < 0
    if not unseen.any():
        return _judged(task, truth, codes, probabilities)
    # One code more than there are classes: no prediction can equal it.
    strict = _judged(task, np.where(unseen, classes, truth), codes, None)
    if unseen.all() or probabilities is None:
        return strict
    seen = ~unseen
    return strict + _judged(task, truth[seen], codes[seen], probabilities[seen])[len(strict) :]


def _judged(task: str, truth: Array, values: Array, probabilities: Floats | None) -> tuple[Score, ...]:
    from pellucid.evaluation import judge  # brings scikit-learn, which predict must not wait for

    return judge(task, truth, values, probabilities)
