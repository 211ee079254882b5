"""StackObjective: the objectives of all members of a stack, slice by slice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from pellucid.catalogue import Chosen
from pellucid.objectives.entry import Loss, Numbers
from pellucid.objectives.mistakes import mistakes
from pellucid.objectives.numbers import stack_numbers
from pellucid.objectives.objective import Objective
from pellucid.shapes import Floats

__all__ = ["StackObjective"]


@dataclass(frozen=True)
class _Slice:
    """Neighbouring members that share a loss and all of it that is not a number per member.

    Attributes:
        first: First member.
        last: One past the last.
        objective: Of any of them.
        losses: Every one's chosen loss.
    """

    first: int
    last: int
    objective: Objective
    losses: tuple[Chosen[Loss], ...]

    def numbers(self, like: Tensor, *, judging: bool, count: int) -> Numbers:
        """The numbers of its members to calculate with ``like``, ``count`` times behind one another."""
        own = [loss.numbers for loss in self.losses]
        found = stack_numbers(self.objective.loss.entry, own, dtype=like.dtype, device=like.device, judging=judging)
        if count == 1:
            return found
        return {key: each.repeat(count, 1) if isinstance(each, Tensor) else each for key, each in found.items()}


def _kind(objective: Objective) -> tuple[object, ...]:
    """What neighbours must agree in to be computed in one go."""
    return (objective.loss.name, objective.loss.structure, objective.head, objective.task)


class StackObjective:
    """Losses, gradients and errors of a stack, each member by its own loss.

    Args:
        objectives: One per member; they agree in the target and in the number of outputs.
        count: How often the members follow one another along the member axis; see ``repeat``.

    Attributes:
        outputs: True width of the network's output.
        rows: Rows that make up a unit.
    """

    def __init__(self, objectives: Sequence[Objective], *, count: int = 1) -> None:
        self.objectives, self.count = tuple(objectives), count
        first = self.objectives[0]
        self.outputs, self.rows = first.outputs, first.target.rows
        if any((each.outputs, each.target.rows) != (self.outputs, self.rows) for each in self.objectives):
            raise ValueError("the members of a stack must have the same outputs and rows a unit")
        self._slices: list[_Slice] = []
        for _, group in groupby(self.objectives, _kind):
            members = list(group)
            start = self._slices[-1].last if self._slices else 0
            losses = tuple(member.loss for member in members)
            self._slices.append(_Slice(start, start + len(members), members[0], losses))
        self._repeats: dict[int, StackObjective] = {}
        self._numbers: dict[tuple[torch.dtype, torch.device, bool], list[Numbers]] = {}

    def __len__(self) -> int:
        return len(self.objectives)

    @property
    def reads_reals(self) -> bool:
        """Whether class numbers may come as reals to ``losses`` and ``gradient``.

        Among several outputs they are places; with a single one every loss computes with them.
        """
        return self.outputs == self.rows == 1

    def mean_error(self, errors: Floats) -> Floats:
        """Errors as they are told ``[m]``, of their means over units: the root where they are squared distances."""
        rooted = np.array([each.rooted for each in self.objectives])
        found: Floats = np.where(rooted, np.sqrt(errors, where=rooted, out=np.zeros_like(errors)), errors)
        return found

    def take(self, members: Sequence[int]) -> "StackObjective":
        """Only these members."""
        return StackObjective([self.objectives[member] for member in members])

    def repeat(self, count: int) -> "StackObjective":
        """For steps laid behind one another along the member axis: members 0 … m − 1, then again, ``count`` times."""
        if count not in self._repeats:
            self._repeats[count] = StackObjective(self.objectives, count=count)
        return self._repeats[count]

    def losses(self, outputs: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
        """Weighted losses ``[m]``: summed over a member's own units, never over members.

        Args:
            outputs: ``[m, k·b, o]`` for k rows a unit, b a multiple of 16, o padded or not.
            targets: As in ``records.TargetSpec``.
            weights: Unit weights ``[m, b]`` that sum to 1 over a member's real units and are 0 on filling ones.
        """
        return _sum(self._each(_value, outputs, targets, judging=False) * weights)

    def gradient(self, outputs: Tensor, targets: Tensor, weights: Tensor, *, out: Tensor) -> Tensor:
        """Gradient of the weighted losses with respect to the outputs, written to ``out [m, k·b, o]`` (o padded).

        Columns of ``out`` beyond the used ones are left as they are: 0, if it came as zeros.
        """
        used, place = outputs[:, :, : self.outputs], out[:, :, : self.outputs]
        spread = (weights if self.rows == 1 else weights.repeat(1, self.rows)).unsqueeze(2)
        if len(self._slices) == 1:
            own = self._slices[0].objective.loss.entry.gradient
            torch.mul(own(used, targets, self._tables(outputs)[0]), spread, out=place)
            return out
        for piece, numbers in zip(self._slices, self._tables(outputs), strict=True):
            own = piece.objective.loss.entry.gradient
            members = slice(piece.first, piece.last)
            torch.mul(own(used[members], targets[members], numbers), spread[members], out=place[members])
        return out

    def evaluate(self, outputs: Tensor, targets: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
        """Sums over units, each ``[m]`` in float64: loss without label smoothing, and error; see ``mistakes``.

        Args:
            outputs: As for ``losses``.
            targets: The same.
            real: 1 or 0 for units that are there or filling ``[m, b]``; or their weights.
        """
        there, zero = real > 0, outputs.new_zeros(())
        losses = self._each(_value, outputs, targets, judging=True)
        errors = self._each(_error, outputs, targets, judging=True)
        # where, not a product: 0 · NaN would poison the sum with units that are not there.
        return (
            _sum(torch.where(there, losses * real, zero).double()),
            _sum(torch.where(there, errors * real, zero).double()),
        )

    def _each(self, rule: "_Rule", outputs: Tensor, targets: Tensor, *, judging: bool) -> Tensor:
        """A rule's results ``[m, b]``, slice by slice."""
        used, tables = outputs[:, :, : self.outputs], self._tables(outputs, judging=judging)
        if len(self._slices) == 1:
            return rule(self._slices[0].objective, used, targets, tables[0])
        m, repeats = len(self.objectives), len(outputs) // len(self.objectives)
        found = outputs.new_empty(repeats, m, outputs.shape[1] // self.rows)
        laid = [part.view(repeats, m, *part.shape[1:]) for part in (used, targets)]
        for piece, numbers in zip(self._slices, tables, strict=True):
            own = [part[:, piece.first : piece.last].flatten(0, 1) for part in laid]
            result = rule(piece.objective, own[0], own[1], numbers)
            found[:, piece.first : piece.last] = result.view(repeats, -1, result.shape[1])
        return found.flatten(0, 1)

    def _tables(self, outputs: Tensor, *, judging: bool = False) -> list[Numbers]:
        """Every slice's numbers in the outputs' type, made once; ``judging``: without what is for training only."""
        key = (outputs.dtype, outputs.device, judging)
        if key not in self._numbers:
            made = [piece.numbers(outputs, judging=judging, count=self.count) for piece in self._slices]
            self._numbers[key] = made
        return self._numbers[key]


_Rule: TypeAlias = Callable[[Objective, Tensor, Tensor, Numbers], Tensor]


def _value(objective: Objective, outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    return objective.loss.entry.value(outputs, targets, numbers)


def _error(objective: Objective, outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    value = objective.loss.entry.value
    return mistakes(objective.head, objective.task, outputs, targets, lambda z, y: value(z, y, numbers))


def _sum(values: Tensor) -> Tensor:
    """Sums over units ``[m]``."""
    # One long sum would be cut up by threads, and its bits depend on their number; sixteen side by side are not.
    return values.reshape(len(values), -1, 16).sum(1).sum(1)
