"""The update of a whole stack whose members may differ in rule: contiguous slices, one rule each."""

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from pellucid.optimizers.entry import ChosenOptimizer
from pellucid.optimizers.hyper import Hyper
from pellucid.optimizers.optimizer import AbstractOptimizer, Again, Stacked
from pellucid.shapes import Codes, Floats

__all__ = ["StackOptimizer"]


class _Slice(NamedTuple):
    """Members ``first`` to before ``last``, which share entry and structural numbers."""

    first: int
    last: int
    rule: AbstractOptimizer


class StackOptimizer:
    """One update rule per member, with its state.

    Members that follow one another and agree in rule and structure are updated together, so they should be sorted by
    these; any order gives the same bits.

    Attributes:
        chosen: The members' rules with their numbers ``[m]``.
    """

    def __init__(self, chosen: Sequence[ChosenOptimizer], parameters: Stacked) -> None:
        if len(chosen) != parameters.members:
            raise ValueError(f"{len(chosen)} optimizers for {parameters.members} members")
        self.chosen = list(chosen)
        kinds = [(one.name, one.structure) for one in self.chosen]
        bounds = [n for n in range(len(kinds)) if n == 0 or kinds[n] != kinds[n - 1]]
        ends = [*bounds[1:], len(kinds)]
        self._keep(
            [
                _Slice(first, last, self.chosen[first].start(_part(parameters, first, last)))
                for first, last in zip(bounds, ends, strict=True)
            ]
        )

    def _keep(self, slices: list[_Slice]) -> None:
        self._slices = slices
        self._defaults = [_numbers(self.chosen[each.first : each.last]) for each in slices]
        # A rule that looks again overwrites everybody's gradients, so it comes last.
        self._order = sorted(range(len(slices)), key=lambda n: self.chosen[slices[n].first].entry.looks_again)

    @property
    def steps(self) -> Codes:
        """Updates made so far, per member ``[m]``."""
        return np.concatenate([each.rule.steps for each in self._slices])

    def update(self, parameters: Stacked, gradients: Stacked, hyper: Hyper, again: Again | None = None) -> None:
        """One step of every member, in place.

        Args:
            parameters: The stack's.
            gradients: Same layout; overwritten.
            hyper: Numbers by parameter name ``[m]``: those that a schedule moves, at least; members whose rule has no
                such parameter hold any value. Numbers that are missing are the chosen ones.
            again: Loss and gradients anew, for rules that look several times.
        """
        for number in self._order:
            first, last, rule = self._slices[number]
            defaults = self._defaults[number]
            values = {
                name: hyper.values[name][first:last] if name in hyper.values else own for name, own in defaults.items()
            }
            covered = hyper.uniform and defaults.keys() <= hyper.values.keys()
            part = Hyper(values, covered or Hyper.agree(*values.values()))
            rule.update(_part(parameters, first, last), _part(gradients, first, last), part, _own(again, first, last))

    def take(self, members: Sequence[int]) -> Self:
        """Only these members' rules and state, copied."""
        runs: list[tuple[_Slice, list[int]]] = []
        for member in members:
            own = next(each for each in self._slices if each.first <= member < each.last)
            if not runs or runs[-1][0] is not own:
                runs.append((own, []))
            runs[-1][1].append(member - own.first)
        taken = object.__new__(type(self))
        taken.chosen = [self.chosen[member] for member in members]
        slices, first = [], 0
        for own, places in runs:
            slices.append(_Slice(first, first + len(places), own.rule.take(places)))
            first += len(places)
        taken._keep(slices)
        return taken

    def evaluation(self, parameters: Stacked) -> Stacked | None:
        """The parameters to predict with, copied; None where all members predict with the trained ones."""
        parts = [(each, each.rule.evaluation(_part(parameters, each.first, each.last))) for each in self._slices]
        if all(part is None for _, part in parts):
            return None
        found = parameters.take(range(parameters.members))
        for (first, last, _), part in parts:
            if part is not None:
                for name, view in part.views.items():
                    found.views[name][first:last].copy_(view)
        return found


def _part(stack: Stacked, first: int, last: int) -> Stacked:
    return stack if last - first == stack.members else stack.slice(first, last)


def _own(again: Again | None, first: int, last: int) -> Again | None:
    return None if again is None else lambda: again()[first:last]


def _numbers(chosen: Sequence[ChosenOptimizer]) -> dict[str, Floats]:
    """Every number that is no matter of structure, per member."""
    names = [each.name for each in chosen[0].entry.parameters if not each.structural]
    return {name: np.array([one.numbers[name] for one in chosen], dtype=np.float64) for name in names}
