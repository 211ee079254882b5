"""What a person hands over to be trained on: numbers and targets → encoded units, and who learns from which."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike

from pellucid.errors import DataError, UsageError
from pellucid.shapes import Floats, RowNumbers
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.targets import Targets, as_reals, finite, read_targets

__all__ = ["Given", "read_given"]


class Given(NamedTuple):
    """Arrays as training wants them.

    Attributes:
        data: Encoded rows, those of validation behind the others.
        rows: Each member's units.
        targets: What is to be learned.
    """

    data: TrainingData
    rows: StackRows
    targets: Targets


def read_given(
    X: ArrayLike,
    y: ArrayLike | None,
    *,
    members: int,
    validation: tuple[ArrayLike, ArrayLike | None] | None = None,
    task: str | None = None,
    sample_weight: ArrayLike | None = None,
    dtype: torch.dtype = torch.float32,
) -> Given:
    """Check and convert; everybody learns from the same rows. Arguments and errors are those of ``pl.train``."""
    inputs = _numbers(X, "X", dtype)
    rows = len(inputs)
    if not inputs.size:
        raise DataError(f"X has {rows} rows and {inputs.shape[1]} columns; there is nothing to learn from.")
    given = _given(y, inputs, task)
    if len(given) != rows:
        raise DataError(f"X has {rows} rows, y has {len(given)}. They must be the same rows.")
    own_targets = given
    held: RowNumbers = np.arange(0)
    if validation is not None:
        if not isinstance(validation, tuple | list) or len(validation) != 2:
            raise UsageError("validation must be a pair (X, y). Pass y=None in it for task='reconstruction'.")
        more = _numbers(validation[0], "validation X", dtype)
        if more.shape[1] != inputs.shape[1]:
            raise DataError(f"X has {inputs.shape[1]} columns, validation X has {more.shape[1]}. They must agree.")
        more_given = _given(validation[1], more, task)
        if more_given.shape != (len(more), *given.shape[1:]):
            raise DataError(
                f"validation X has {len(more)} rows, validation y the shape {more_given.shape}, y {given.shape}. "
                "Validation X and y must be the same rows, with as many targets as y."
            )
        inputs, given = np.concatenate([inputs, more]), np.concatenate([given, more_given])
        held = np.arange(rows, len(inputs))
    targets = read_targets(given, task, dtype, training=own_targets)
    weights = None
    if sample_weight is not None:
        own = as_reals(sample_weight, "sample_weight")
        if own.shape != (rows,):
            raise DataError(
                f"sample_weight has the shape {own.shape}, X has {rows} rows. Pass one weight per row.", code="B070"
            )
        weights = np.ones(len(inputs))
        weights[:rows] = own
        # Batches are divided by sums of weights, so these have to be finite too.
        if not ((weights > 0).all() and weights.max() <= np.finfo(np.float64).max / len(weights)):
            raise DataError(
                "sample_weight must be finite and > 0, its sum finite too. Drop rows that shall not count.", code="B070"
            )
    data = TrainingData.of(inputs, targets.values, dtype=dtype)
    rows_of_all = StackRows(
        (np.arange(rows),) * members, (held,) * members, None if weights is None else (weights,) * members
    )
    return Given(data, rows_of_all, targets)


def _given(y: ArrayLike | None, inputs: Floats, task: str | None) -> Floats:
    if y is None:
        if task != "reconstruction":
            raise UsageError("y is missing. Pass targets, or task='reconstruction' to learn the inputs themselves.")
        return inputs
    try:
        array = np.asarray(y)
    except ValueError:
        raise DataError("y is ragged: its rows hold different numbers of targets. Every row needs as many.") from None
    if not array.ndim:
        raise DataError(f"y must be a column of targets, one per row; found the single value {array}.")
    return array


def _numbers(X: ArrayLike, name: str, dtype: torch.dtype) -> Floats:
    array = as_reals(X, name)
    if array.ndim != 2:
        raise DataError(f"{name} must have two axes, rows and columns; found shape {array.shape}.")
    sound = finite(array, dtype)
    if not sound.all():
        row, column = np.argwhere(~sound)[0]
        raise DataError(
            f"{name} contains {array[row, column]} in row {row}, column {column}. Networks need finite {dtype} "
            "numbers: fill or drop them, or let pl.fit do it."
        )
    return array
