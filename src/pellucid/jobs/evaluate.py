"""How well a saved model does on a table that holds the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.errors import DataError
from pellucid.jobs.findings import reading_findings
from pellucid.jobs.judge_units import judge_units
from pellucid.models import Manifest, Prediction, read_model
from pellucid.records import Finding, Score, Severity, SourceRecord
from pellucid.shapes import Array, Floats
from pellucid.tables import UNIT_TASKS, Column, Table, TargetDecision, target_values, unknown_labels, usable_rows
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
        task: One of ``tables.TASKS``.
        target: Target column; of several, their names joined for people.
        rows: Rows judged: those whose target is known; of a reconstruction all.
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

    Rows without a (whole) target are left out. A class that the model does not know counts as an error in the accuracy
    and is left out of the metrics that need its probability; rows of an ordered class that it does not know are left
    out, and among several labels unknown ones are passed over. Vectors are judged by each row's nearest neighbours
    among the other rows of the table, scores within their groups, sequences whole.

    Args:
        model: Model file.
        source: Anything that ``read_table`` takes.
        header: Whether a file's first row holds names; None looks.

    Raises:
        ModelFileError: If the model file cannot be trusted.
        DataError: If a target or another column is missing, or no row can be judged.
    """
    path = Path(model)
    loaded = read_model(path)
    manifest = loaded.manifest
    table = loaded.read(source, header=header)
    decision = _decision(manifest)
    if manifest.task in UNIT_TASKS:
        judged_units = judge_units(loaded, table, decision)
        return Evaluation(
            model_path=path,
            source=table.source(),
            task=manifest.task,
            target=manifest.target,
            rows=judged_units.rows,
            scores=judged_units.scores,
            findings=(
                *_source_findings(table, manifest.card.sha256),
                *reading_findings(table, manifest),
                *judged_units.findings,
            ),
        )
    goals = [table.column(name) for name in manifest.targets]
    truth = target_values(goals, decision)
    present = np.flatnonzero(_present(truth, manifest.task))
    if len(present) == 0:
        raise DataError(
            f"{_called(manifest.targets)} missing in all {table.rows} rows of {table.name}, so there is nothing to "
            "judge by. Use predict, or give a table that holds the answers.",
            code="B052",
        )
    judged, truth = table.take(present), truth[present]
    prediction = loaded.predict_table(judged)
    if manifest.task in ("binary", "multiclass"):
        scores = _class_scores(manifest, truth, prediction)
    else:
        scores = _judged(manifest, truth, prediction.decided, prediction.probabilities)
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
            *_label_findings(table, judged, goals, decision),
        ),
    )


def _source_findings(table: Table, trained_on: str) -> list[Finding]:
    if not trained_on or table.sha256 != trained_on:
        return []
    message = f"{table.name} is the table that this model was made from, and most of its rows were learned from."
    fix = "The scores promise too much; those of the rows kept for judging are in the run's report."
    return [note("B063", message, fix=fix, severity=Severity.WARNING)]


def _decision(manifest: Manifest) -> TargetDecision:
    """What the target was decided to be when the model was made."""
    goal = manifest.target_encoding
    return TargetDecision(
        name=manifest.target,
        task=manifest.task,
        classes=goal.classes,
        counts=(),
        reason="",
        note="",
        missing=0,
        findings=(),
        columns=goal.columns,
        levels=goal.levels,
        spellings=goal.spellings,
        separator=goal.separator,
        total=goal.total,
        group=goal.group,
    )


def _present(truth: Array, task: str) -> Array:
    """Rows that can be judged: with a whole target, and of ordered classes with one that has a place in the order."""
    return truth != NO_LABEL if task in ("binary", "multiclass") else usable_rows(truth)


def _called(targets: Sequence[str]) -> str:
    if len(targets) == 1:
        return f"{targets[0]!r} is"
    return f"At least one of {', '.join(map(repr, targets[:4]))}{' …' if len(targets) > 4 else ''} is"


def _label_findings(table: Table, judged: Table, goals: Sequence[Column], decision: TargetDecision) -> list[Finding]:
    """Rows that were left out, and labels that the model has never seen."""
    findings = []
    labels, strange = unknown_labels(goals, decision)
    ordered = decision.task == "ordinal"
    left_out = table.rows - judged.rows - (strange if ordered else 0)
    if left_out:
        message = f"{_called(decision.columns)} missing in {left_out} of {table.rows} rows, which were left out."
        findings.append(note("B052", message, rows=left_out))
    if labels:
        shown = ", ".join(map(repr, labels[:5])) + (" …" if len(labels) > 5 else "")
        what = "each counts as an error"
        if decision.task == "multilabel":
            what = "they were passed over"
        elif ordered:
            what = "they have no place in the order, so these rows were left out"
        message = (
            f"{decision.name!r} has labels that the model has never seen ({shown}) in {strange} of {table.rows} rows;"
            f" {what}."
        )
        findings.append(note("B069", message, rows=strange, labels=list(labels[:20])))
    return findings


def _class_scores(manifest: Manifest, truth: Array, prediction: Prediction) -> tuple[Score, ...]:
    codes, probabilities = prediction.decided, prediction.probabilities
    unseen = truth < 0
    if not unseen.any():
        return _judged(manifest, truth, codes, probabilities)
    # One code more than there are classes: no prediction can equal it.
    strict = _judged(manifest, np.where(unseen, len(manifest.classes), truth), codes, None)
    if unseen.all() or probabilities is None:
        return strict
    seen = ~unseen
    return strict + _judged(manifest, truth[seen], codes[seen], probabilities[seen])[len(strict) :]


def _judged(manifest: Manifest, truth: Array, values: Array, probabilities: Floats | None) -> tuple[Score, ...]:
    from pellucid.evaluation import judge  # brings scikit-learn, which predict must not wait for

    names = manifest.targets if manifest.task == "regression" and len(manifest.targets) > 1 else ()
    levels = manifest.target_encoding.levels
    return judge(manifest.task, truth, values, probabilities, levels=levels, names=names)
