"""Training data: one table of encoded rows that all members share, and the rows that each may use."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pellucid.networks import padded
from pellucid.shapes import Array, Codes, Floats, RowNumbers

__all__ = ["StackRows", "TrainingData"]


@dataclass(frozen=True)
class TrainingData:
    """Encoded rows.

    Attributes:
        inputs: ``[n, i]``, i padded with zero columns to a multiple of 16.
        targets: Class numbers ``[n]`` int64, or numbers ``[n]`` or ``[n, t]`` in the standardised unit.
        codes: Category codes ``[n, e]``, None without embedded columns.
        numeric: Leading columns that are numbers.
        passed: Further columns that pass through.
        categories: Table sizes of the embedded columns.
    """

    inputs: Tensor
    targets: Tensor
    codes: Tensor | None
    numeric: int
    passed: int
    categories: tuple[int, ...]

    @classmethod
    def of(
        cls,
        numbers: Floats,
        targets: Array,
        *,
        codes: Codes | None = None,
        numeric: int | None = None,
        categories: Sequence[int] = (),
        dtype: torch.dtype = torch.float32,
    ) -> "TrainingData":
        """Pad and convert.

        Args:
            numbers: ``[n, i]`` encoded columns, numbers first.
            targets: ``[n]`` integers for classes, reals for a regression, or ``[n, t]`` reals.
            codes: ``[n, e]`` category codes.
            numeric: How many leading columns are numbers; None: all.
            categories: Table sizes of the embedded columns.
            dtype: Of inputs and real targets.
        """
        rows, width = numbers.shape
        inputs = torch.zeros(rows, padded(max(width, 1)), dtype=dtype)
        inputs[:, :width] = torch.as_tensor(np.ascontiguousarray(numbers), dtype=dtype)
        whole = np.issubdtype(targets.dtype, np.integer)
        target = torch.as_tensor(np.ascontiguousarray(targets), dtype=torch.int64 if whole else dtype)
        used = width if numeric is None else numeric
        coded = torch.as_tensor(np.ascontiguousarray(codes), dtype=torch.int64) if len(categories) else None
        return cls(inputs, target, coded, used, width - used, tuple(categories))

    def gather(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """Inputs ``[m, b, i]``, targets ``[m, b(, t)]`` and codes ``[m, b, e]`` of row numbers ``[m, b]``."""
        m, b = rows.shape
        flat = rows.reshape(-1)
        inputs = self.inputs.index_select(0, flat).view(m, b, -1)
        targets = self.targets.index_select(0, flat).view(m, b, *self.targets.shape[1:])
        codes = None if self.codes is None else self.codes.index_select(0, flat).view(m, b, -1)
        return inputs, targets, codes


@dataclass(frozen=True)
class StackRows:
    """The rows of every member.

    Attributes:
        train: Per member, the rows that it learns from.
        validation: Per member, the rows that pick its epoch; empty for none.
        weights: Row weights ``[n]`` of the whole table, > 0; None: all 1.
    """

    train: tuple[RowNumbers, ...]
    validation: tuple[RowNumbers, ...]
    weights: Floats | None = None

    def take(self, members: Sequence[int]) -> "StackRows":
        """Only these members' rows."""
        return StackRows(
            tuple(self.train[m] for m in members), tuple(self.validation[m] for m in members), self.weights
        )
