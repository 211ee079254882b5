"""What a run keeps about its mistakes, by task."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pellucid.evaluation.metrics import CLASS_TASKS, Judged, judged_rows
from pellucid.evaluation.mistakes.columns import column_summary
from pellucid.evaluation.mistakes.confusion import confusion
from pellucid.evaluation.mistakes.counts import count_summary
from pellucid.evaluation.mistakes.edits import edit_summary
from pellucid.evaluation.mistakes.labels import label_summary
from pellucid.evaluation.mistakes.orders import order_summary
from pellucid.evaluation.mistakes.quantiles import quantile_summary
from pellucid.evaluation.mistakes.residuals import residual_summary
from pellucid.evaluation.mistakes.shares import share_summary
from pellucid.shapes import Array, Floats, RowNumbers

__all__ = ["find_mistakes"]


def find_mistakes(
    task: str,
    truth: Array,
    values: Array,
    probabilities: Floats | None = None,
    *,
    rows: RowNumbers | None = None,
    classes: Sequence[str] = (),
    levels: Sequence[float] = (),
    names: Sequence[str] = (),
) -> dict[str, Any]:
    """Where a model is wrong, as plain data.

    Args:
        task: As in ``metrics_of``, as are the shapes of ``truth``, ``values`` and ``probabilities``.
        truth: What was true.
        values: What the model says.
        probabilities: How sure it is.
        rows: The number by which a person finds each row ``[n]``; None counts from 1.
        classes: Class labels, what the shares of a distribution belong to, or the labels of sequences.
        levels: Those of quantiles.
        names: Labels of a multilabel target (else ``classes`` are), several targets, or columns to reconstruct.

    Returns:
        ``confusion`` for classes, ``labels`` for labels, ``shares`` for a distribution, ``residuals`` for numbers,
        ``residuals`` and ``counts`` for counts, ``quantiles`` for quantiles, ``confusion`` with the nearest neighbour
        for an embedding, ``order``, ``columns`` and ``edits`` for rankings, reconstructions and sequences; for several
        targets ``targets``: a list of ``name`` and what one target has.

    Raises:
        DataError: As in ``metrics_of``, as are the other errors.
        TrainingError: If a prediction is NaN or infinite.
    """
    judged = judged_rows(task, truth, values, probabilities, levels=levels)
    numbers = np.arange(1, judged.rows + 1) if rows is None else np.asarray(rows)
    if task in CLASS_TASKS:
        return {"confusion": confusion(judged.truth, judged.values, classes)}
    if task == "embedding":
        return {"confusion": confusion(judged.truth, judged.values[:, 0], classes)}
    if task == "ranking":
        return {"order": order_summary(judged.truth, judged.values)}
    if task == "reconstruction":
        called = names or [f"column {place + 1}" for place in range(judged.truth.shape[1])]
        return {"columns": column_summary(judged.truth, judged.values, called, numbers)}
    if task == "sequence":
        return {"edits": edit_summary(judged.truth, judged.values, classes)}
    if task == "multilabel":
        return {"labels": label_summary(judged.truth, judged.values, judged.probabilities, names or classes)}
    if task == "distribution":
        assert judged.probabilities is not None
        return {"shares": share_summary(judged.truth, judged.probabilities, names or classes, numbers)}
    if task == "quantile":
        return {"quantiles": quantile_summary(judged.truth, judged.values, judged.levels, numbers)}
    if judged.targets == 1:
        return _numbers(judged, numbers)
    called = names or [f"target {place + 1}" for place in range(judged.targets)]
    return {"targets": [{"name": name, **_numbers(judged.target(place), numbers)} for place, name in enumerate(called)]}


def _numbers(judged: Judged, rows: RowNumbers) -> dict[str, Any]:
    found = {"residuals": residual_summary(judged.truth, judged.values, rows)}
    return found | {"counts": count_summary(judged.truth, judged.values)} if judged.task == "count" else found
