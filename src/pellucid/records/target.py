"""TargetSpec: what is to be learned, as plain data: the task and the sizes that a loss and a head go by."""

from typing import Literal, TypeAlias, get_args

import msgspec

__all__ = ["TARGET_TASKS", "TargetSpec", "TargetTask"]

TargetTask: TypeAlias = Literal[
    "binary",
    "multiclass",
    "multilabel",
    "ordinal",
    "distribution",
    "regression",
    "count",
    "quantile",
    "similarity",
    "triplets",
    "ranking",
    "sequence",
    "reconstruction",
]
TARGET_TASKS: tuple[TargetTask, ...] = get_args(TargetTask)


class TargetSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The task of a network.

    How targets reach a loss, b units (rows, pairs, triplets, sequences) at a time:

    ==============  =====================================================  ============
    task            targets                                                rows a unit
    ==============  =====================================================  ============
    binary          class numbers 0 and 1, int64 ``[m, b]``                1
    multiclass      class numbers, int64 ``[m, b]``                        1
    ordinal         class numbers in order, int64 ``[m, b]``               1
    multilabel      0 or 1 (or between), real ``[m, b, t]``                1
    distribution    shares that sum to 1, real ``[m, b, c]``               1
    regression      real ``[m, b]`` or ``[m, b, t]``                       1
    count           whole numbers ≥ 0 as reals, ``[m, b]`` or with t       1
    quantile        real ``[m, b]``                                        1
    similarity      +1 alike, −1 not, real ``[m, b]``                      2 (a pair)
    triplets        nothing that counts, real ``[m, b]``                   3 (anchor, alike, unlike)
    ranking         +1 first above second, −1 below, real ``[m, b]``       2 (a pair)
    sequence        frames, labels, then labels padded by 0, int64         T (frames)
                    ``[m, b, 2 + L]``; label numbers from 1, 0 is blank
    reconstruction  real ``[m, b, t]``, the inputs                         1
    ==============  =====================================================  ============

    Attributes:
        task: One of ``TARGET_TASKS``.
        classes: Classes of a binary, multiclass, ordinal or distribution target; symbols of a sequence, blank included;
            0 for the others.
        columns: Target columns: labels of a multilabel target, outputs of a regression, values to reconstruct.
        rows: Rows that make up one unit; outputs of the j-th row of every unit lie at ``[:, j·b:(j + 1)·b]``.
        low: Least target of the training rows, None where unknown or without meaning.
        high: Largest.
    """

    task: TargetTask
    classes: int = 0
    columns: int = 1
    rows: int = 1
    low: float | None = None
    high: float | None = None
