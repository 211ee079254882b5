"""The values of a decided target as codes or numbers."""

from collections.abc import Sequence

import numpy as np

from pellucid.shapes import Array, Floats
from pellucid.tables.policy import refuse
from pellucid.tables.table import Column
from pellucid.tables.targets.decision import CLASS_TASKS, TargetDecision
from pellucid.tables.targets.labels import label_values, text_labels
from pellucid.tables.targets.shares import share_values
from pellucid.tables.targets.wording import usable_in

__all__ = ["target_values", "unknown_labels", "usable_rows"]

UNSEEN = -2


def target_values(columns: Column | Sequence[Column], decision: TargetDecision) -> Array:
    """The target as numbers.

    Args:
        columns: The target columns, in the decision's order.
        decision: What they were decided to be, perhaps on another table.

    Returns:
        For classes, and labels of an embedding, int64 codes ``[n]``, −1 where missing and −2 for a label that the
        decision does not know. Else
        float64, NaN in every row that lacks a target or has an infinite one: ``[n]`` for one number, ``[n, t]`` for
        several; labels as 0 and 1 ``[n, labels]``; shares that sum to 1 ``[n, parts]``.

    Raises:
        DataError: B068 if a column holds something else than it did, B080 or B081 if it is no count or no share.
    """
    chosen = (columns,) if isinstance(columns, Column) else tuple(columns)
    match decision.task:
        case "multilabel":
            return label_values(chosen, decision)
        case "distribution":
            return share_values(chosen, decision)
        case task if task in CLASS_TASKS or task == "embedding":
            codes = {label: code for code, label in enumerate(decision.classes)}
            known = zip(chosen[0].as_text(), usable_in(chosen[0]), strict=True)
            return np.array([codes.get(label, UNSEEN) if usable else -1 for label, usable in known], dtype=np.int64)
    values = np.stack([_numbers(column) for column in chosen], axis=1)
    values[np.isnan(values).any(axis=1)] = np.nan
    if decision.task == "count" and ((values < 0) | (np.isfinite(values) & (values != np.floor(values)))).any():
        raise refuse("B080", f"The target {decision.name!r} holds values that are no counts. Correct them.")
    return values[:, 0] if len(chosen) == 1 else values


def usable_rows(values: Array) -> Array:
    """Rows that can be learned from or judged by, bool ``[n]``: with a known class, or with all numbers."""
    known: Array = values >= 0 if values.dtype.kind == "i" else np.isfinite(values)
    return known if known.ndim == 1 else np.logical_and.reduce(known, axis=1)


def unknown_labels(columns: Column | Sequence[Column], decision: TargetDecision) -> tuple[tuple[str, ...], int]:
    """Labels that the decision does not know, in order, and how many rows have one."""
    column = columns if isinstance(columns, Column) else columns[0]
    known, found, rows = set(decision.classes), set[str](), 0
    if decision.separator or decision.task in (*CLASS_TASKS, "embedding"):
        for text, usable in zip(column.as_text(), usable_in(column), strict=True):
            if usable:
                own = text_labels(str(text), decision.separator) if decision.separator else {str(text)}
                found |= own - known
                rows += not own <= known
    return tuple(sorted(found)), rows


def _numbers(column: Column) -> Floats:
    if column.storage not in ("number", "boolean"):
        raise refuse("B068", f"The target {column.name!r} holds no numbers here; it did when the model was made.")
    return np.where(np.isfinite(column.values), column.values, np.nan)
