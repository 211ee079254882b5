"""Training data: one table of encoded rows that all members share, and the rows that each may use."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from pellucid.networks import padded
from pellucid.shapes import Array, Codes, Floats, RowNumbers

__all__ = ["StackRows", "TrainingData"]


@dataclass(frozen=True)
class TrainingData:
    """Encoded rows.

    What a network learns from at a time is a *unit*: a row, and for pairs, triplets and sequences the rows that it is
    made of. Units have targets, rows have inputs.

    Attributes:
        inputs: ``[n, i]``, i padded with zero columns to a multiple of 16.
        targets: Of the units, as ``records.TargetSpec`` says: ``[u]`` or ``[u, t]``, int64 or real.
        codes: Category codes ``[n, e]``, None without embedded columns.
        numeric: Leading columns that are numbers.
        passed: Further columns that pass through.
        categories: Table sizes of the embedded columns.
        units: Row numbers of every unit ``[u, k]``; None: every row is a unit.
    """

    inputs: Tensor
    targets: Tensor
    codes: Tensor | None
    numeric: int
    passed: int
    categories: tuple[int, ...]
    units: Tensor | None = None

    @classmethod
    def of(
        cls,
        numbers: Floats,
        targets: Array,
        *,
        codes: Codes | None = None,
        numeric: int | None = None,
        categories: Sequence[int] = (),
        units: RowNumbers | None = None,
        dtype: torch.dtype = torch.float32,
    ) -> "TrainingData":
        """Pad and convert.

        Args:
            numbers: ``[n, i]`` encoded columns, numbers first.
            targets: ``[u]`` or ``[u, t]``, integers where they are class numbers or label sequences, else reals.
            codes: ``[n, e]`` category codes.
            numeric: How many leading columns are numbers; None: all.
            categories: Table sizes of the embedded columns.
            units: ``[u, k]`` row numbers of every unit; None: every row is a unit.
            dtype: Of inputs and real targets.
        """
        rows, width = numbers.shape
        inputs = torch.zeros(rows, padded(max(width, 1)), dtype=dtype)
        inputs[:, :width] = torch.as_tensor(np.ascontiguousarray(numbers), dtype=dtype)
        whole = np.issubdtype(targets.dtype, np.integer)
        target = torch.as_tensor(np.ascontiguousarray(targets), dtype=torch.int64 if whole else dtype)
        used = width if numeric is None else numeric
        coded = torch.as_tensor(np.ascontiguousarray(codes), dtype=torch.int64) if len(categories) else None
        grouped = None if units is None else torch.as_tensor(np.ascontiguousarray(units), dtype=torch.int64)
        return cls(inputs, target, coded, used, width - used, tuple(categories), grouped)

    def to(self, device: str) -> "TrainingData":
        """The same table elsewhere; itself where it is there already."""
        if device == "cpu":
            return self
        codes = None if self.codes is None else self.codes.to(device)
        units = None if self.units is None else self.units.to(device)
        return replace(self, inputs=self.inputs.to(device), targets=self.targets.to(device), codes=codes, units=units)

    def gather(self, units: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """Inputs ``[m, k·b, i]``, targets ``[m, b(, t)]`` and codes ``[m, k·b, e]`` of unit numbers ``[m, b]``.

        The first rows of all units come first, then the second ones, and so on.
        """
        m, b = units.shape
        flat = units.reshape(-1)
        targets = self.targets.index_select(0, flat).view(m, b, *self.targets.shape[1:])
        if self.units is not None:
            flat = self.units.index_select(0, flat).view(m, b, -1).transpose(1, 2).reshape(-1)
        inputs = self.inputs.index_select(0, flat).view(m, len(flat) // m, -1)
        codes = None if self.codes is None else self.codes.index_select(0, flat).view(m, len(flat) // m, -1)
        return inputs, targets, codes


@dataclass(frozen=True)
class StackRows:
    """The units of every member, rows unless the data say otherwise.

    Attributes:
        train: Per member, the units that it learns from.
        validation: Per member, the units that pick its epoch; empty for none.
        weights: Per member, weights ``[u]`` of all units of the table, > 0, or None: all 1. None: nobody has any.
    """

    train: tuple[RowNumbers, ...]
    validation: tuple[RowNumbers, ...]
    weights: tuple[Floats | None, ...] | None = None

    def take(self, members: Sequence[int]) -> "StackRows":
        """Only these members' units."""
        return StackRows(
            tuple(self.train[m] for m in members),
            tuple(self.validation[m] for m in members),
            None if self.weights is None else tuple(self.weights[m] for m in members),
        )
