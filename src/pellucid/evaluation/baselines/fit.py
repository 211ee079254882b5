"""Every task's plain models on the rows of a run: fitted on its training rows, judged on its test rows."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pellucid.evaluation.baselines import classes, counts, labels, numbers, ordinal, quantiles, shares
from pellucid.evaluation.baselines.features import baseline_features
from pellucid.evaluation.baselines.problem import Answer, Problem, Rival
from pellucid.evaluation.formatting import format_number
from pellucid.evaluation.intervals import judge
from pellucid.records import BaselineRecord
from pellucid.shapes import Array, Floats, RowNumbers

if TYPE_CHECKING:  # types alone: judging need not wait until the readers are imported
    from pellucid.tables import ColumnDecision, Table, TargetDecision

__all__ = ["RIVALS", "Baseline", "fit_baselines"]


class Baseline(NamedTuple):
    """A judged baseline; unpacks into (record, values, probabilities).

    Attributes:
        record: Name, title, scores and seconds.
        values: Test predictions, in the form that ``judge`` takes: class codes ``[n]``, labels ``[n, t]``, numbers
            ``[n]`` or ``[n, t]``, quantiles ``[n, q]``.
        probabilities: ``[n, c]``, of labels ``[n, t]``; None where numbers are predicted.
    """

    record: BaselineRecord
    values: Array
    probabilities: Floats | None


BOOSTING = "gradient boosting"
_CLASSES = (
    Rival("", classes.majority),
    Rival("logistic regression", classes.logistic),
    Rival(BOOSTING, classes.boosting),
)
RIVALS: Mapping[str, tuple[Rival, Rival, Rival]] = {
    "binary": _CLASSES,
    "multiclass": _CLASSES,
    "multilabel": (
        Rival("always the commoner answer", labels.label_shares),
        Rival("logistic regression", labels.logistic),
        Rival(BOOSTING, labels.boosting),
    ),
    "ordinal": (
        Rival("", ordinal.median_class),
        Rival("logistic regression", ordinal.step_logistic),
        Rival(BOOSTING, ordinal.boosting),
    ),
    "distribution": (
        Rival("always the mean shares", shares.mean_shares),
        Rival("logistic regression", shares.logistic),
        Rival(BOOSTING, shares.boosting),
    ),
    "regression": (
        Rival("", numbers.mean),
        Rival("ridge regression", numbers.ridge),
        Rival(BOOSTING, numbers.boosting),
    ),
    "count": (
        Rival("", numbers.mean),
        Rival("Poisson regression", counts.poisson_regression),
        Rival(BOOSTING, counts.boosting),
    ),
    "quantile": (
        Rival("fixed quantiles", quantiles.fixed_quantiles),
        Rival("quantile regression", quantiles.quantile_regression),
        Rival(BOOSTING, quantiles.boosting),
    ),
}
"""The constant, the linear model and the boosted trees of each task; an empty title depends on the answer."""


def fit_baselines(
    table: Table,
    decisions: Sequence[ColumnDecision],
    target: TargetDecision,
    truth: Array,
    train_rows: RowNumbers,
    test_rows: RowNumbers,
    seed: int = 0,
    *,
    levels: Sequence[float] = (),
    names: Sequence[str] = (),
) -> list[Baseline]:
    """Fit the best constant, a linear model and gradient boosting on the training rows, judge them on the test rows.

    Args:
        table: All rows.
        decisions: One per column; the baselines use the columns that the network uses.
        target: Task and classes.
        truth: Of all rows, in the form that ``judge`` takes: class codes int64 ``[n]`` (−1 missing, in neither row
            list), labels 0 or 1 ``[n, t]``, shares ``[n, c]``, numbers float64 ``[n]`` or ``[n, t]``.
        train_rows: Rows to learn from.
        test_rows: Rows to judge on.
        seed: Of the boosting and of the intervals.
        levels: Of quantiles.
        names: Of several targets.

    Returns:
        ``majority``, ``linear`` and ``boosting``, in this order. Where a model cannot be fitted (no usable column, one
        class among the training rows, fewer than 3 of them) it says what the first one says, and its title so.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

    task = target.task
    if task in ("regression", "count") and truth.ndim == 2 and truth.shape[1] == 1:
        truth = truth[:, 0]
    learned, judged = truth[train_rows], truth[test_rows]
    if task == "multilabel":
        learned = learned.astype(np.int64)
    started = time.perf_counter()
    features = baseline_features(table, decisions, train_rows)
    shared = time.perf_counter() - started
    varied = len(learned) > 0 and bool((learned.min(axis=0) < learned.max(axis=0)).any())
    fittable = features.trees.shape[1] > 0 and len(learned) >= 3 and varied
    problem = Problem(task, features, learned, train_rows, test_rows, len(target.classes), tuple(levels), seed)
    constant, *rivals = RIVALS[task]

    started = time.perf_counter()
    simple = constant.fit(problem)
    first = constant.title or _constant_title(target, simple)
    found = [("majority", first, simple, time.perf_counter() - started)]
    for name, rival in zip(("linear", "boosting"), rivals, strict=True):
        started = time.perf_counter()
        fitted, title = simple, rival.title
        if fittable:
            # One thread is as fast as two on these sizes, and idle threads that spin beside other work made a
            # two-second fit take forty-seven.
            with threadpool_limits(limits=1), warnings.catch_warnings():
                # "The number of unique classes is greater than 50% of the number of samples": decided long before.
                warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
                fitted = rival.fit(problem)
        else:
            title = f"{title} (nothing to fit: {first})"
        found.append((name, title, fitted, time.perf_counter() - started + shared / 2))
    return [
        Baseline(
            BaselineRecord(
                name=name,
                title=title,
                scores=judge(task, judged, *fitted, levels=levels, names=names, seed=seed),
                seconds=round(seconds, 3),
            ),
            *fitted,
        )
        for name, title, fitted, seconds in found
    ]


def _constant_title(target: TargetDecision, simple: Answer) -> str:
    if target.task not in ("regression", "count"):
        return f'always "{target.classes[int(simple.values[0])]}"'
    if simple.values.ndim == 2:
        return "always the means"
    return f"always the mean ({format_number(float(simple.values[0]), digits=4)})"
