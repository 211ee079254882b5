"""Judged: truth and predictions of some rows, in the form of their task, checked before anything is computed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from pellucid.errors import DataError, TrainingError
from pellucid.shapes import Array, Floats

__all__ = ["CLASS_TASKS", "Judged", "Judgement", "judged_rows"]

CLASS_TASKS = ("binary", "multiclass", "ordinal")
"""Tasks whose truth is one class number a row."""
SUM_TOLERANCE = 1e-3
"""How far shares may be from summing to 1, as numbers rounded to three decimals are."""


class Judgement(NamedTuple):
    """What a model says about n rows; a plain pair does as well.

    Attributes:
        values: Class codes int64 ``[n]``; 0 or 1 for each label ``[n, t]``; numbers float64 ``[n]`` or ``[n, t]`` in
            the target's unit; quantiles ``[n, q]``. Of a distribution the probabilities alone are judged.
        probabilities: ``[n, c]``, rows sum to 1; of labels ``[n, t]``; None where numbers are predicted or a model has
            none.
    """

    values: Array
    probabilities: Floats | None = None


@dataclass(frozen=True)
class Judged:
    """Rows to be judged.

    ==============================  =========================  =========================  ===================
    task                            truth                      values                     probabilities
    ==============================  =========================  =========================  ===================
    binary, multiclass, ordinal     codes ``[n]`` in 0…c−1     codes ``[n]``              ``[n, c]`` or None
    multilabel                      0 or 1 ``[n, t]``          0 or 1 ``[n, t]``          ``[n, t]`` or None
    distribution                    shares ``[n, c]``          —                          shares ``[n, c]``
    regression                      ``[n]`` or ``[n, t]``      as the truth               None
    count                           ≥ 0, ``[n]``, ``[n, t]``   rates, as the truth        None
    quantile                        ``[n]``                    ``[n, q]``                 None
    embedding                       codes ``[n]``              classes ``[n, k]`` of the  None
                                                               k nearest rows, nearest
                                                               first
    ranking                         relevance and group        scores ``[n]``             None
                                    ``[n, 2]``
    reconstruction                  ``[n, c]``                 as the truth               None
    sequence                        labels from 1, then 0s,    labels from 1, then 0s,    None
                                    ``[n, L]``                 ``[n, K]``
    ==============================  =========================  =========================  ===================

    Attributes:
        task: The task.
        truth: What was true.
        values: What the model says.
        probabilities: How sure it is.
        levels: The q levels of quantiles, increasing, each between 0 and 1.
    """

    task: str
    truth: Array
    values: Array
    probabilities: Floats | None = None
    levels: tuple[float, ...] = ()

    @property
    def rows(self) -> int:
        """How many."""
        return len(self.truth)

    @property
    def units(self) -> int:
        """How many are resampled and weighted: groups of a ranking where there are several, else rows."""
        groups = len(np.unique(self.truth[:, 1])) if self.task == "ranking" else 1
        return groups if groups > 1 else self.rows

    @property
    def unit(self) -> str:
        """What one of them is called."""
        return "sequence" if self.task == "sequence" else "row" if self.units == self.rows else "group"

    @property
    def targets(self) -> int:
        """Target columns of a regression or count; 1 for the other tasks."""
        return self.truth.shape[1] if self.task in ("regression", "count") and self.truth.ndim == 2 else 1

    def target(self, place: int) -> "Judged":
        """One of several targets, by itself."""
        return replace(self, truth=self.truth[:, place], values=self.values[:, place])


def judged_rows(
    task: str, truth: Array, values: Array, probabilities: Floats | None = None, *, levels: Sequence[float] = ()
) -> Judged:
    """Rows that every metric of their task can be computed from; one column counts as none (``[n, 1]`` is ``[n]``).

    Raises:
        DataError: If there is no row, or a truth that the task does not know.
        TrainingError: If a prediction is NaN or infinite.
        ValueError: If shapes do not fit one another.
    """
    truth, values = np.asarray(truth), np.asarray(values)
    if task in ("regression", "count", "quantile") and truth.ndim == 2 and truth.shape[1] == 1:
        truth = truth[:, 0]
    if task in ("regression", "count") and values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if task == "distribution" and probabilities is None:
        probabilities = values
    rows = Judged(task, truth, values, probabilities, tuple(levels))
    _require_rows(rows)
    _require_shapes(rows)
    _require_finite(rows)
    return _TRUTHS[task](rows)


def _require_rows(rows: Judged) -> None:
    if rows.rows == 0:
        raise DataError("There are no rows to judge on. Give a table with at least one row that has a target.")
    given = (rows.values, *([] if rows.probabilities is None else [rows.probabilities]))
    if any(len(each) != rows.rows for each in given):
        raise ValueError(f"{rows.rows} rows of truth were given with {len(rows.values)} predictions.")


def _require_shapes(rows: Judged) -> None:
    truth, values, probabilities = rows.truth.shape, rows.values.shape, rows.probabilities
    given = None if probabilities is None else probabilities.shape
    fits = {
        "multilabel": len(truth) == 2 and values == truth and given in (None, truth),
        "distribution": len(truth) == 2 and given == truth,
        "regression": values == truth and len(truth) <= 2,
        "count": values == truth and len(truth) <= 2,
        "quantile": len(truth) == 1 and values == (rows.rows, len(rows.levels)) and len(rows.levels) > 0,
        "embedding": len(truth) == 1 and len(values) == 2 and values[1] > 0,
        "ranking": len(truth) == 2 and truth[1] == 2 and values == truth[:1],
        "reconstruction": len(truth) == 2 and values == truth,
        "sequence": len(truth) == 2 and len(values) == 2,
    }.get(rows.task, len(truth) == 1 and values == truth and (given is None or len(given) == 2))
    if not fits:
        raise ValueError(
            f"A truth {list(truth)} of the task {rows.task} was given with predictions {list(values)}, probabilities "
            f"{'none' if given is None else list(given)} and {len(rows.levels)} levels, which do not fit."
        )


def _require_finite(rows: Judged) -> None:
    judged = () if rows.task == "distribution" else (rows.values,)
    given = (*judged, *(() if rows.probabilities is None else (rows.probabilities,)))
    if not all(np.isfinite(each).all() for each in given):
        raise TrainingError(
            "Some predictions are not numbers (NaN or infinite), so they cannot be judged: training diverged. "
            "Lower the learning rate (--lr)."
        )


def _classes(rows: Judged) -> Judged:
    classes = None if rows.probabilities is None else rows.probabilities.shape[1]
    wrong = (rows.truth < 0) if classes is None else (rows.truth < 0) | (rows.truth >= classes)
    if wrong.any():
        raise DataError(
            f"{int(wrong.sum())} rows have a class that the model does not know or no class at all, the first "
            f"being row {int(np.flatnonzero(wrong)[0])}. Leave them out before judging."
        )
    return rows


def _labels(rows: Judged) -> Judged:
    wrong = ~np.isin(rows.truth, (0, 1)).all(axis=1)
    if wrong.any():
        raise DataError(
            f"{int(wrong.sum())} rows have a label that is neither 0 nor 1, the first being row "
            f"{int(np.flatnonzero(wrong)[0])}. Leave them out before judging."
        )
    return replace(rows, truth=rows.truth.astype(np.int64), values=rows.values.astype(np.int64))


def _numbers(rows: Judged) -> Judged:
    truth = np.asarray(rows.truth, dtype=np.float64)
    if not np.isfinite(truth).all():
        raise DataError("Some rows have no finite target. Leave them out before judging.")
    return replace(rows, truth=truth, values=np.asarray(rows.values, dtype=np.float64))


def _counts(rows: Judged) -> Judged:
    rows = _numbers(rows)
    if (rows.truth < 0).any():
        raise DataError("Some rows have a count below 0. Leave them out before judging, or predict a number.")
    return rows


def _quantiles(rows: Judged) -> Judged:
    levels = np.asarray(rows.levels)
    if not ((levels > 0) & (levels < 1)).all() or (np.diff(levels) <= 0).any():
        raise ValueError(f"Levels of quantiles increase and lie between 0 and 1; these are {rows.levels}.")
    return _numbers(rows)


def _shares(rows: Judged) -> Judged:
    truth = np.asarray(rows.truth, dtype=np.float64)
    wrong = ~(
        np.isfinite(truth).all(axis=1) & (truth >= 0).all(axis=1) & (np.abs(truth.sum(axis=1) - 1) < SUM_TOLERANCE)
    )
    if wrong.any():
        raise DataError(
            f"{int(wrong.sum())} rows have shares that are no shares of 1, the first being row "
            f"{int(np.flatnonzero(wrong)[0])}. Leave them out before judging, or divide each row by its sum."
        )
    return replace(rows, truth=truth, probabilities=np.asarray(rows.probabilities, dtype=np.float64))


def _sequences(rows: Judged) -> Judged:
    if not (rows.truth != 0).any(axis=1).all():
        raise DataError("Some sequences have no labels. Leave them out before judging.")
    return rows


_TRUTHS = {
    **dict.fromkeys(CLASS_TASKS, _classes),
    "multilabel": _labels,
    "distribution": _shares,
    "regression": _numbers,
    "count": _counts,
    "quantile": _quantiles,
    "embedding": _classes,
    "ranking": _numbers,
    "reconstruction": _numbers,
    "sequence": _sequences,
}
