"""What ``pl.train`` was given as targets, as numbers and as a task."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike

from pellucid.errors import DataError, UsageError
from pellucid.records import TargetSpec
from pellucid.shapes import Array, Floats

__all__ = ["ROW_TASKS", "Targets", "as_reals", "finite", "read_targets"]

ROW_TASKS = (
    "binary",
    "multiclass",
    "multilabel",
    "ordinal",
    "distribution",
    "regression",
    "count",
    "quantile",
    "reconstruction",
)
"""Tasks whose every row has its own target."""
_CLASS_TASKS = ("binary", "multiclass", "ordinal")
_WIDE_TASKS = ("multilabel", "distribution", "regression", "count", "reconstruction")


@dataclass(frozen=True)
class Targets:
    """Targets of rows.

    Attributes:
        values: As ``records.TargetSpec`` says: class numbers int64 ``[n]``, or reals ``[n]`` or ``[n, t]``.
        spec: The task and its sizes.
        classes: Labels in the order of the class numbers; empty where there are none.
    """

    values: Array
    spec: TargetSpec
    classes: tuple[object, ...] = ()


def read_targets(y: ArrayLike, task: str | None, dtype: torch.dtype, *, training: ArrayLike | None = None) -> Targets:
    """Targets as numbers, and the task that they set.

    Args:
        y: ``[n]`` or ``[n, t]``. Without a task, integers, words and booleans ``[n]`` are classes, booleans ``[n, t]``
            several labels, and reals a regression.
        task: One of ``ROW_TASKS`` to insist on it.
        dtype: In which reals will be trained.
        training: The part of y that is learned from, whose type and range say what y is; None: all of it.

    Raises:
        UsageError: If there is no such task, or it belongs to an estimator of its own.
        DataError: If values do not allow the task: shapes, gaps, one class only.
    """
    array = np.asarray(y)
    own = array if training is None else np.asarray(training)
    if not array.ndim:
        raise DataError(f"y must be a column of targets, one per row; found the single value {array}.")
    if task is not None and task not in ROW_TASKS:
        raise UsageError(f"task must be one of {', '.join(ROW_TASKS)}, found {task!r}.")
    if array.ndim == 2 and array.shape[1] == 1 and task not in ("multilabel", "distribution"):
        raise DataError(
            f"y has the shape {array.shape}, but one target per row is wanted. Pass y.ravel() for a single column."
        )
    if task is None:
        wide = array.ndim == 2 and own.dtype == bool
        task = "regression" if np.issubdtype(own.dtype, np.floating) else "multilabel" if wide else None
    if task in (None, *_CLASS_TASKS):
        return _classes(_as_learned(array, own), own, task)
    if array.ndim > 2 or (array.ndim == 2 and task not in _WIDE_TASKS):
        raise DataError(f"y has the shape {array.shape}, but task {task!r} takes {_shape_of(task)}.")
    if array.ndim == 1 and task in ("multilabel", "distribution", "reconstruction"):
        raise DataError(f"y has the shape {array.shape}, but task {task!r} takes {_shape_of(task)}.")
    return _numbers(array, own, task, dtype)


def _shape_of(task: str) -> str:
    return {"quantile": "one number per row [n]", "multilabel": "one column of 0 and 1 per label [n, t]"}.get(
        task, "one column per share, [n, c]" if task == "distribution" else "[n] or [n, t]"
    )


def _as_learned(array: Array, own: Array) -> Array:
    """All targets in the type of those that are learned from.

    Raises:
        DataError: If others are something else: cut to whole numbers, 0.7 would be a class.
    """
    if own.dtype.kind not in "biu" or array.dtype == own.dtype:
        return array
    found = "something else"
    try:
        same = array.astype(own.dtype)
        changed = same.astype(array.dtype) != array
        if not changed.any():
            return same
        found = repr(array[changed].tolist()[0])
    except (TypeError, ValueError):
        pass
    raise DataError(
        f"y holds {own.dtype.name} values, validation y holds {found}. They must be targets of the same kind."
    )


def _classes(array: Array, own: Array, task: str | None) -> Targets:
    if array.ndim > 1:
        raise DataError(
            f"y has the shape {array.shape}, but one class per row is wanted. Pass real numbers (task='regression') "
            "for several outputs, or task='multilabel' for several labels."
        )
    _refuse_gaps(array)
    try:
        labels, codes = np.unique(array, return_inverse=True)
        learned = np.unique(own).tolist()
    except TypeError:
        kinds = ", ".join(sorted({type(value).__name__ for value in array.tolist()}))
        raise DataError(f"y mixes classes of different kinds ({kinds}). Write all of them as text.") from None
    classes = tuple(labels.tolist())
    if len(learned) < 2:
        raise DataError(f"y has one class only ({learned[0]!r}); nothing can be learned from it.", code="B053")
    if task == "binary" and len(classes) > 2:
        raise DataError(f"y has {len(classes)} classes, but task 'binary' has two. Use task='multiclass'.")
    chosen = task or ("binary" if len(classes) == 2 else "multiclass")
    return Targets(codes.astype(np.int64), TargetSpec(task=chosen, classes=len(classes)), classes)  # type: ignore[arg-type]


def _refuse_gaps(array: Array) -> None:
    if array.dtype.kind == "c":
        raise DataError("y holds complex numbers. Pass classes or real numbers.")
    # What is missing differs from itself: NaN, NaT.
    gaps = np.array([_is_gap(value) for value in array]) if array.dtype.kind == "O" else array != array
    if gaps.any():
        raise DataError(f"y is missing in row {int(gaps.argmax())}. Drop rows without a target.", code="B052")


def _is_gap(value: object) -> bool:
    try:
        return value is None or bool(value != value)
    except (TypeError, ValueError):
        # A missing value that refuses to be compared (pandas.NA), or nothing that could be a class.
        return True


def _numbers(array: Array, own: Array, task: str, dtype: torch.dtype) -> Targets:
    try:
        values = as_reals(array, "y")
    except DataError:
        raise DataError(
            f"y holds {array.dtype.name} values, but task {task!r} takes real numbers. Turn them into numbers first."
        ) from None
    if not finite(values, dtype).all():
        raise DataError(
            f"y contains values that are missing, infinite or too large for {dtype}. Drop those rows.", code="B052"
        )
    columns = values.shape[1] if values.ndim == 2 else 1
    seen = own.astype(np.float64)
    spec = TargetSpec(
        task=task,  # type: ignore[arg-type]
        classes=columns if task == "distribution" else 0,
        columns=columns,
        low=float(seen.min()) if seen.size else None,
        high=float(seen.max()) if seen.size else None,
    )
    return Targets(values, spec)


def as_reals(values: ArrayLike, name: str) -> Floats:
    """The values as float64.

    Raises:
        DataError: If they are no real numbers, or rows differ in length.
    """
    try:
        array = np.asarray(values)
        # NumPy would drop imaginary parts with a mere warning.
        if array.dtype.kind != "c":
            return array.astype(np.float64, copy=False)
    except (TypeError, ValueError):
        pass
    raise DataError(
        f"{name} must be a plain table or column of real numbers. Turn words, dates and complex numbers into reals and "
        "sparse matrices into arrays, and give every row as many values."
    )


def finite(values: Floats, dtype: torch.dtype) -> Array:
    """Whether values are finite, and stay so in the type that they are trained in."""
    found: Array = np.abs(values) <= torch.finfo(dtype).max
    return found
