"""The update of a whole stack whose members may differ in rule: contiguous slices, one rule each."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, Self

import numpy as np

from pellucid.optimizers.entry import ChosenOptimizer
from pellucid.optimizers.hyper import Hyper, Tables
from pellucid.optimizers.optimizer import AbstractOptimizer, Again, Stacked, Steps
from pellucid.shapes import Array, Codes, Floats

__all__ = ["StackOptimizer", "Together"]


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
        self._keep(
            chosen,
            [
                _Slice(first, last, chosen[first].start(_part(parameters, first, last)))
                for first, last in _bounds(chosen)
            ],
        )

    def _keep(self, chosen: Sequence[ChosenOptimizer], slices: list[_Slice]) -> None:
        self.chosen, self._slices = list(chosen), slices
        self._defaults = [_numbers(self.chosen[each.first : each.last]) for each in slices]
        # A rule that looks again overwrites everybody's gradients, so it comes last.
        self._order = sorted(range(len(slices)), key=lambda n: self.chosen[slices[n].first].entry.looks_again)

    @property
    def slices(self) -> tuple[tuple[int, int, AbstractOptimizer], ...]:
        """First member, one past the last, and the rule of every run of members that share one."""
        return tuple(self._slices)

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
            part = (_part(parameters, first, last), _part(gradients, first, last))
            rule.update(*part, Hyper(values), _own(again, first, last))

    def begin(self, parameters: Stacked, gradients: Stacked, tables: Tables) -> Steps:
        """The steps of an epoch, made ready once; the same bits as ``update`` with one row after the other.

        Args:
            parameters: The stack's; the same object until the epoch ends.
            gradients: Same layout, likewise; overwritten by every step.
            tables: Numbers by parameter name ``[steps, m]``; see ``update``, which takes one row.
        """
        steps = len(next(iter(tables.values())))
        begun = []
        for number in self._order:
            first, last, rule = self._slices[number]
            own = {
                name: tables[name][:, first:last] if name in tables else np.tile(values, (steps, 1))
                for name, values in self._defaults[number].items()
            }
            part = rule.begin(_part(parameters, first, last), _part(gradients, first, last), own)
            begun.append((first, last, part))
        return begun[0][2] if len(begun) == 1 else Together(begun)

    def take(self, members: Sequence[int]) -> Self:
        """Only these members' rules and state, copied."""
        runs: list[tuple[_Slice, list[int]]] = []
        for member in members:
            own = next(each for each in self._slices if each.first <= member < each.last)
            if not runs or runs[-1][0] is not own:
                runs.append((own, []))
            runs[-1][1].append(member - own.first)
        chosen = [self.chosen[member] for member in members]
        return self._of(chosen, [own.rule.take(places) for own, places in runs])

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """The members of several stacks in one, in order, copied."""
        chosen = [one for part in parts for one in part.chosen]
        rules = [each.rule.take(range(each.last - each.first)) for part in parts for each in part._slices]
        return cls._of(chosen, rules)

    @classmethod
    def _of(cls, chosen: Sequence[ChosenOptimizer], rules: Sequence[AbstractOptimizer]) -> Self:
        """A stack of these rules in order; neighbours of one kind become one slice."""
        slices, waiting = [], list(rules)
        for first, last in _bounds(chosen):
            own: list[AbstractOptimizer] = []
            while sum(len(rule.steps) for rule in own) < last - first:
                own.append(waiting.pop(0))
            slices.append(_Slice(first, last, own[0] if len(own) == 1 else own[0].join(own)))
        made = object.__new__(cls)
        made._keep(chosen, slices)
        return made

    def state(self) -> dict[str, Array]:
        """Everything that the rules remember as plain arrays, for a checkpoint.

        Keys are ``<number of the slice>.<what>``; every array has a slice's members as its first axis.
        """
        return {
            f"{number}.{name}": array
            for number, each in enumerate(self._slices)
            for name, array in each.rule.arrays().items()
        }

    def restore(self, arrays: Mapping[str, Array]) -> None:
        """Go on from where ``state`` was asked for, of a stack of the same rules for the same parameters.

        Raises:
            ValueError: If the arrays are another stack's.
        """
        ours = self.state()
        if ours.keys() != arrays.keys():
            odd = sorted(ours.keys() ^ arrays.keys())[0]
            raise ValueError(
                f"The optimizer's state to restore is that of other rules: {odd!r} is "
                f"{'missing' if odd in ours else 'unknown here'}. Restore it into the stack that it was taken from."
            )
        for name, array in arrays.items():
            # What L-BFGS remembers grows with time; all else has its shape from the start.
            same = array.shape == ours[name].shape or (".curvature." in name and len(array) == len(ours[name]))
            if not same or array.dtype != ours[name].dtype:
                raise ValueError(
                    f"The optimizer's state to restore is that of another stack: {name!r} has shape {array.shape} of "
                    f"{array.dtype}, not {ours[name].shape} of {ours[name].dtype}. Restore it into the stack that it "
                    "was taken from."
                )
        for number, each in enumerate(self._slices):
            prefix = f"{number}."
            each.rule.load({name[len(prefix) :]: arrays[name] for name in arrays if name.startswith(prefix)})

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


class Together:
    """The steps of several slices.

    Attributes:
        parts: First member, one past the last, and the steps of every slice.
    """

    def __init__(self, parts: Sequence[tuple[int, int, Steps]]) -> None:
        self.parts = parts

    def step(self, number: int, again: Again | None = None) -> None:
        """Every slice's, in the order in which they may look at the gradients."""
        for first, last, steps in self.parts:
            steps.step(number, _own(again, first, last))


def _bounds(chosen: Sequence[ChosenOptimizer]) -> list[tuple[int, int]]:
    """First and last of the neighbours that agree in rule and structure."""
    found, first = [], 0
    for _, run in groupby(chosen, key=lambda one: (one.name, one.structure)):
        last = first + sum(1 for _ in run)
        found.append((first, last))
        first = last
    return found


def _part(stack: Stacked, first: int, last: int) -> Stacked:
    return stack if last - first == stack.members else stack.slice(first, last)


def _own(again: Again | None, first: int, last: int) -> Again | None:
    return None if again is None else lambda: again()[first:last]


def _numbers(chosen: Sequence[ChosenOptimizer]) -> dict[str, Floats]:
    """Every number that is no matter of structure, per member."""
    names = [each.name for each in chosen[0].entry.parameters if not each.structural]
    return {name: np.array([one.numbers[name] for one in chosen], dtype=np.float64) for name in names}
