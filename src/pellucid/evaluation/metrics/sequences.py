"""Metrics of label sequences: how many edits lie between what was said and what was true."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pellucid.evaluation.metrics.judged import Judged
from pellucid.evaluation.metrics.metric import Measure, Metric, mean_of, ratio
from pellucid.shapes import Array, Floats

__all__ = ["LABEL_ERROR_RATE", "SEQUENCES_RIGHT", "edit_distance"]


def edit_distance(left: Sequence[Any] | Array, right: Sequence[Any] | Array) -> int:
    """Least number of insertions, deletions and replacements that turn one sequence into the other.

    Levenshtein (1966), "Binary codes capable of correcting deletions, insertions, and reversals".
    """
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        before, row[0] = row[0], i
        for j, b in enumerate(right, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def _edits(rows: Judged) -> Floats:
    pairs = zip(rows.truth, rows.values, strict=True)
    return np.array([edit_distance(true[true != 0], said[said != 0]) for true, said in pairs], dtype=np.float64)


def _label_error_rate(rows: Judged) -> Measure:
    edits, labels = _edits(rows), (rows.truth != 0).sum(axis=1).astype(np.float64)
    return lambda weights: ratio(weights @ edits, weights @ labels)


def _sequences_right(rows: Judged) -> Measure:
    return mean_of((_edits(rows) == 0).astype(np.float64))


LABEL_ERROR_RATE = Metric(
    name="label_error_rate",
    title="label error rate",
    formula="Σ edits / Σ true labels; edits: insertions, deletions and replacements from what was said to the truth",
    purpose="Labels of a sequence that are missing, wrong or too many, per true label.",
    source="Graves et al. (2006), Connectionist temporal classification, eq. (2)",
    aliases=("ler",),
    greater_is_better=False,
    unit="share",
    tasks=("sequence",),
    measure=_label_error_rate,
)
SEQUENCES_RIGHT = Metric(
    name="sequences_right",
    title="sequences right",
    formula="share of the sequences that are right in every label",
    purpose="How often a whole sequence is right.",
    source="common",
    aliases=(),
    greater_is_better=True,
    unit="share",
    tasks=("sequence",),
    measure=_sequences_right,
    counts_rows=True,
)
