"""How well a saved model of vectors, orders, codes or sequences does on a table that holds the answers."""

from typing import NamedTuple

import numpy as np

from pellucid.encoding import encode
from pellucid.errors import DataError
from pellucid.models import Model
from pellucid.printable import grouped
from pellucid.records import Finding, Score
from pellucid.shapes import Array, RowNumbers
from pellucid.tables import (
    Table,
    TargetDecision,
    find_runs,
    level_codes,
    sequence_labels,
    target_values,
    unknown_labels,
)
from pellucid.tables.policy import note, refuse

__all__ = ["JudgedUnits", "judge_units"]


class JudgedUnits(NamedTuple):
    """The judgement.

    Attributes:
        rows: Rows judged.
        scores: Primary first.
        findings: About the target, then about the encoding.
    """

    rows: int
    scores: tuple[Score, ...]
    findings: tuple[Finding, ...]


def judge_units(model: Model, table: Table, decision: TargetDecision) -> JudgedUnits:
    """Judge a model whose task is one of ``tables.UNIT_TASKS``.

    Args:
        model: As read from its file.
        table: With the target, and the group where there is one.
        decision: What the target was decided to be when the model was made.

    Raises:
        DataError: If nothing can be judged, or a target or group is missing.
    """
    match decision.task:
        case "embedding":
            return _embedding(model, table, decision)
        case "ranking":
            return _ranking(model, table, decision)
        case "sequence":
            return _sequences(model, table, decision)
    from pellucid.evaluation import judge  # brings scikit-learn, which predict must not wait for

    prediction = model.predict_table(table)
    truth = encode(model.manifest.encoding, table).numbers.astype(np.float64)
    return JudgedUnits(table.rows, judge("reconstruction", truth, prediction.decided), prediction.report)


def _embedding(model: Model, table: Table, decision: TargetDecision) -> JudgedUnits:
    """Every row among the other rows of the table."""
    from pellucid.evaluation import judge
    from pellucid.evaluation.baselines.nearest import nearest_classes

    column = table.column(decision.columns[0])
    codes = target_values(column, decision)
    known = np.flatnonzero(codes >= 0)
    if len(known) < 2:
        raise _nothing(table, decision)
    prediction = model.predict_table(table.take(known))
    vectors = prediction.values
    found = nearest_classes(vectors, codes[known], vectors, alone=True)
    findings = _left_out(table, known, decision)
    labels, rows = unknown_labels(column, decision)
    if labels:
        shown = ", ".join(map(repr, labels[:5])) + (" …" if len(labels) > 5 else "")
        message = f"{decision.name!r} has labels that the model has never seen ({shown}) in {rows} rows, left out."
        findings = [note("B069", message, rows=rows, labels=list(labels[:20]))]
    return JudgedUnits(len(known), judge("embedding", codes[known], found), (*findings, *prediction.report))


def _ranking(model: Model, table: Table, decision: TargetDecision) -> JudgedUnits:
    from pellucid.evaluation import judge
    from pellucid.evaluation.metrics import judged_places

    relevance = target_values(table.column(decision.columns[0]), decision)
    groups: Array = np.zeros(table.rows, dtype=np.int64)
    if decision.group:
        groups = level_codes(table.column(decision.group))
    known = np.flatnonzero(np.isfinite(relevance) & (groups >= 0))
    if not len(known):
        raise _nothing(table, decision)
    findings = _left_out(table, known, decision)
    known = known[judged_places(groups[known])]
    prediction = model.predict_table(table.take(known))
    truth = np.stack([relevance[known], groups[known].astype(np.float64)], axis=1)
    scores = judge("ranking", truth, prediction.values)
    if not scores:
        raise refuse("B086", f"No two rows of a group differ in {decision.name!r}, so there is no order to judge by.")
    return JudgedUnits(len(known), scores, (*findings, *prediction.report))


def _sequences(model: Model, table: Table, decision: TargetDecision) -> JudgedUnits:
    """Every sequence that has labels; one that the model does not know counts as wrong wherever it stands."""
    from pellucid.evaluation import judge

    runs = find_runs(table.column(decision.group))
    every = sequence_labels(table.column(decision.columns[0]), runs)
    known = np.array([place for place, own in enumerate(every) if own], dtype=np.int64)
    if not len(known):
        raise _nothing(table, decision)
    number = {label: place for place, label in enumerate(decision.classes, start=1)}
    # A number that no prediction can equal.
    stranger = len(decision.classes) + 1
    labels = [[number.get(label, stranger) for label in every[place] or ()] for place in known]
    truth = np.zeros((len(labels), max(map(len, labels))), dtype=np.int64)
    for place, own in enumerate(labels):
        truth[place, : len(own)] = own
    prediction = model.predict_table(table, runs.take(known))
    findings: list[Finding] = []
    if len(known) < len(every):
        message = f"{decision.name!r} says nothing about {len(every) - len(known)} of {len(every)} sequences, left out."
        findings.append(note("B052", message, sequences=len(every) - len(known)))
    strange = sum(stranger in own for own in labels)
    if strange:
        message = f"{strange} of {len(labels)} sequences have labels that the model has never seen; each is an error."
        findings.append(note("B069", message, sequences=strange))
    rows = int((runs.stops - runs.starts)[known].sum())
    return JudgedUnits(rows, judge("sequence", truth, prediction.decided), (*findings, *prediction.report))


def _left_out(table: Table, known: RowNumbers, decision: TargetDecision) -> list[Finding]:
    gone = table.rows - len(known)
    what = f"{decision.name!r}" + (f" or {decision.group!r}" if decision.group else "")
    return [note("B052", f"{what} is missing in {gone} of {table.rows} rows, left out.", rows=gone)] if gone else []


def _nothing(table: Table, decision: TargetDecision) -> DataError:
    return refuse(
        "B052",
        f"{decision.name!r} says nothing that the model knows in the {grouped(table.rows)} rows of {table.name}, so"
        " there is nothing to judge by. Use predict, or give a table that holds the answers.",
    )
