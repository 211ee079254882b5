"""A plain model's answer, judged and timed."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

from pellucid.evaluation.baselines.fit import Baseline
from pellucid.evaluation.intervals import judge
from pellucid.records import BaselineRecord
from pellucid.shapes import Array

__all__ = ["judged_baseline"]


def judged_baseline(
    task: str, truth: Array, name: str, title: str, answer: Callable[[], Array], *, seed: int
) -> Baseline:
    """Fit, predict and judge.

    Args:
        task: As in ``judge``, as is ``truth``.
        truth: What was true.
        name: Stable name.
        title: What people call it.
        answer: Fits and predicts; in the form that ``judge`` takes.
        seed: Of the intervals.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

    started = time.perf_counter()
    # One thread, as for the other plain models.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
        values = answer()
    seconds = round(time.perf_counter() - started, 3)
    scores = judge(task, truth, values, seed=seed)
    return Baseline(BaselineRecord(name=name, title=title, scores=scores, seconds=seconds), values, None)
