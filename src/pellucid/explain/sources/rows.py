"""The rows and targets that ``explain`` is given, as numbers: single rows, one class alone, pairs and sequences."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike

from pellucid.errors import DataError, UsageError
from pellucid.objectives import LOSSES, ChosenLoss
from pellucid.records import TARGET_TASKS, TargetSpec
from pellucid.shapes import Array, Floats
from pellucid.training import TrainingData
from pellucid.training.targets import as_reals, finite

__all__ = ["Rows", "read_rows", "read_table"]

_CLASSES = ("binary", "multiclass", "ordinal")
_UNITS = {"similarity": 2, "ranking": 2, "triplets": 3}
_BY_KIND = {
    "classes": ("binary", "multiclass", "ordinal", "regression", "count", "quantile"),
    "numbers": ("regression", "quantile", "count", "binary"),
    "labels": ("multilabel", "regression", "count", "reconstruction"),
    "shares": ("distribution", "regression", "multilabel", "reconstruction"),
    "columns": ("regression", "count", "reconstruction", "multilabel"),
}


@dataclass(frozen=True)
class Rows:
    """What passes through a network.

    Attributes:
        data: Inputs and targets, float64.
        target: The task and its sizes.
        classes: Labels in the order of the class numbers; empty where there are none.
    """

    data: TrainingData
    target: TargetSpec
    classes: tuple[object, ...]


def read_table(X: ArrayLike, name: str = "X") -> Floats:
    """Inputs ``[n, i]``; a single row may come as ``[i]``.

    Raises:
        DataError: If they are no table of finite numbers.
    """
    found = as_reals(X, name)
    if found.ndim == 1:
        found = found[None]
    if found.ndim != 2 or not found.size:
        raise DataError(f"{name} must be rows of numbers, [n, i], or one row [i]; found the shape {found.shape}.")
    if not finite(found, torch.float64).all():
        raise DataError(f"{name} contains values that are missing or infinite. A pass needs finite numbers.")
    return found


def read_rows(
    X: ArrayLike,
    y: ArrayLike | None,
    *,
    loss: str | ChosenLoss = "auto",
    task: str | None = None,
    outputs: int = 0,
    units: ArrayLike | None = None,
) -> Rows:
    """Rows and targets of a pass.

    Unlike in training one row is enough: whole numbers from 0 on are class numbers, whether or not all classes are
    there.

    Args:
        X: Inputs ``[n, i]`` or one row ``[i]``.
        y: Targets ``[n]``, ``[n, t]`` or one value; None for a reconstruction or triplets.
        loss: Choice of a loss, which says what targets can be; ``auto``: the targets alone.
        task: One of ``records.TARGET_TASKS`` to insist on it.
        outputs: Width of the network's output where it is known; 0: unknown.
        units: Row numbers of pairs, triplets or sequences ``[u, k]``.

    Raises:
        UsageError: If there is no such task.
        DataError: If shapes disagree or values do not allow the task.
    """
    inputs = read_table(X)
    accepted = None if str(loss) == "auto" else LOSSES(loss).entry.targets
    if task is not None and task not in TARGET_TASKS:
        raise UsageError(f"task must be one of {', '.join(TARGET_TASKS)}, found {task!r}.")
    if y is None:
        kinds = [each for each in ("reconstruction", "triplets") if accepted and each in accepted]
        kind = task or (kinds[0] if kinds else "")
        if kind not in ("reconstruction", "triplets"):
            raise UsageError("y is missing. Pass a target for each row; only reconstruction and triplets need none.")
        y, task = (inputs, kind) if kind == "reconstruction" else (np.zeros(_count(units, inputs, 3)), kind)
    array = np.asarray(y)
    if array.ndim == 0:
        array = array[None]
    grouped = None if units is None else np.asarray(units, dtype=np.int64)
    if task is None:
        task = _task(array, accepted, grouped)
    if task in (*_UNITS, "sequence"):
        return _units(inputs, array, task, grouped, outputs)
    if array.ndim == 1 and len(inputs) == 1 and len(array) > 1 and task not in _CLASSES:
        array = array[None]
    if array.ndim == 2 and array.shape[1] == 1 and task not in ("multilabel", "distribution"):
        array = array[:, 0]
    if len(array) != len(inputs):
        raise DataError(f"X has {len(inputs)} rows, y has {len(array)}. They must be the same rows.")
    ranks = _ranks(loss)
    values, spec, classes = _targets(array, task, outputs + 1 if outputs and ranks else outputs)
    return Rows(TrainingData.of(inputs, values, dtype=torch.float64), spec, classes)


def _ranks(loss: str | ChosenLoss) -> bool:
    """Whether a loss has one output less than there are classes."""
    return str(loss) != "auto" and LOSSES(loss).name in ("coral", "corn")


def _count(units: ArrayLike | None, inputs: Floats, rows: int) -> int:
    return len(inputs) // rows if units is None else len(np.asarray(units))


def _task(array: Array, accepted: Sequence[str] | None, units: Array | None) -> str:
    """The first task that the values suggest and the loss accepts."""
    if units is not None and accepted is not None:
        fitting = [each for each in accepted if each in (*_UNITS, "sequence")]
        if fitting:
            return fitting[0]
    kind = _kind(array)
    order = list(_BY_KIND[kind])
    if kind == "classes" and (len(np.unique(array)) > 2 or (array.dtype.kind in "iu" and array.max() > 1)):
        order = ["multiclass", "ordinal", "regression", "count", "quantile"]
    if accepted is None:
        return order[0]
    both = [each for each in order if each in accepted]
    return both[0] if both else accepted[0]


def _kind(array: Array) -> str:
    if array.ndim == 1:
        return "numbers" if array.dtype.kind == "f" else "classes"
    values = np.asarray(array, dtype=np.float64)
    if array.dtype == bool:
        return "labels"
    if (values >= 0).all() and np.allclose(values.sum(axis=1), 1.0, atol=1e-6):
        return "shares"
    return "labels" if set(np.unique(values).tolist()) <= {0.0, 1.0} else "columns"


def _targets(array: Array, task: str, outputs: int) -> tuple[Array, TargetSpec, tuple[object, ...]]:
    if task in _CLASSES:
        return _class_numbers(array, task, outputs)
    values = as_reals(array, "y")
    if not np.isfinite(values).all():
        raise DataError("y contains values that are missing or infinite. A pass needs a target for every row.")
    columns = values.shape[1] if values.ndim == 2 else 1
    if task in ("multilabel", "distribution", "reconstruction") and values.ndim == 1:
        values = values[:, None]
    spec = TargetSpec(
        task=task,  # type: ignore[arg-type]
        classes=columns if task == "distribution" else 0,
        columns=columns,
        low=float(values.min()),
        high=float(values.max()),
    )
    return values, spec, ()


def _class_numbers(array: Array, task: str, outputs: int) -> tuple[Array, TargetSpec, tuple[object, ...]]:
    numbers = _whole(array)
    asked = outputs if outputs > 1 else 2
    if numbers is not None and numbers.min() >= 0 and (outputs or numbers.max() < 2 or len(np.unique(numbers)) < 2):
        if outputs and numbers.max() >= asked:
            raise DataError(
                f"y has the class number {numbers.max()}, and {max(outputs, 1)} output{'s' * (outputs > 1)} "
                f"{'tell' if outputs > 1 else 'tells'} classes 0 to {asked - 1} apart. Give class numbers from 0 on."
            )
        count = max(asked, int(numbers.max()) + 1)
        labels: tuple[object, ...] = tuple(range(count))
    else:
        found, numbers = np.unique(array, return_inverse=True)
        labels, count = tuple(found.tolist()), max(len(found), asked)
    kind = "multiclass" if task == "binary" and count > 2 else task
    return numbers.astype(np.int64), TargetSpec(task=kind, classes=count), labels  # type: ignore[arg-type]


def _whole(array: Array) -> Array | None:
    if array.dtype.kind in "biu":
        return array.astype(np.int64)
    if array.dtype.kind == "f" and (array == np.floor(array)).all():
        return array.astype(np.int64)
    return None


def _units(inputs: Floats, array: Array, task: str, units: Array | None, outputs: int) -> Rows:
    """Pairs, triplets and sequences."""
    rows = _UNITS.get(task, 0)
    if units is None:
        count = len(array)
        if task == "sequence" or len(inputs) != count * rows:
            raise DataError(
                f"A {task} target joins rows to units. Pass units, the row numbers of each [u, k], or X with the rows "
                "of each unit behind one another."
            )
        units = np.arange(len(inputs)).reshape(count, rows)
    if units.ndim != 2 or (rows and units.shape[1] != rows):
        raise DataError(f"units must be row numbers [u, {rows or 'k'}], found the shape {units.shape}.")
    if len(units) != len(array) or units.min() < 0 or units.max() >= len(inputs):
        raise DataError(f"units name {len(units)} units of {len(inputs)} rows, y has {len(array)} targets.")
    if task == "sequence":
        values: Array = array.astype(np.int64)
        count = max(int(values[:, 2:].max(initial=0)) + 1, outputs, 2)
        spec = TargetSpec(task="sequence", classes=count, rows=units.shape[1])
    else:
        values = as_reals(array, "y")
        spec = TargetSpec(task=task, rows=rows, low=float(values.min()), high=float(values.max()))  # type: ignore[arg-type]
    return Rows(TrainingData.of(inputs, values, units=units, dtype=torch.float64), spec, ())
