"""Rules whose numbers can be worked out for many steps at once."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from torch import Tensor

from pellucid.optimizers.hyper import Hyper, Tables
from pellucid.optimizers.optimizer import AbstractRule, Again, Piece, Stacked, pieces
from pellucid.optimizers.per_step import PerStep
from pellucid.optimizers.spare import Spare
from pellucid.shapes import Array, Codes, Floats

__all__ = ["AbstractPiecewise", "AbstractSteps", "AbstractTabled", "Progress", "counted", "running"]


class AbstractTabled(AbstractRule):
    """A rule that says which numbers its steps need, for all steps of an epoch at once; a single update is one step."""

    def update(self, parameters: Stacked, gradients: Stacked, hyper: Hyper, again: Again | None = None) -> None:
        """One step; see the class."""
        tables = {name: values[None] for name, values in hyper.values.items()}
        self.begin(parameters, gradients, tables).step(0, again)

    @abstractmethod
    def numbers(self, tables: Tables, counts: Codes) -> tuple[dict[str, Floats], dict[str, Array]]:
        """What the steps calculate with, and what ``own`` is after each of them, ``[steps, m]`` all.

        Args:
            tables: Every number of the rule ``[steps, m]``.
            counts: Number of the step, per member from 1 ``[steps, m]``.
        """


def counted(steps: Codes, length: int) -> Codes:
    """Numbers of the following steps ``[length, m]``, from those made so far ``[m]``."""
    return steps + np.arange(1, length + 1)[:, None]


def running(operation: np.ufunc, before: Array, then: Array) -> Array:
    """Running product, sum or maximum ``[steps, m]`` that goes on from ``before`` ``[m]``, step after step in order."""
    found: Array = operation.accumulate(np.concatenate([before[None], then]), axis=0)[1:]
    return found


class Progress:
    """Keeps a rule's counts and own numbers where its steps have got to."""

    def __init__(self, rule: AbstractRule, counts: Codes, own: Mapping[str, Array]) -> None:
        self._rule, self._counts, self._own = rule, counts, dict(own)

    def reach(self, number: int) -> None:
        """Step ``number`` is done."""
        self._rule.steps = self._counts[number]
        if self._own:
            self._rule.own = {name: table[number] for name, table in self._own.items()}


class AbstractSteps(ABC):
    """The steps of an epoch, each in three parts: its numbers, its arithmetic, and its count.

    The arithmetic is the same calls on the same memory at every step, so that a GPU need be told of it only once.

    Attributes:
        numbers: What it calculates with.
        signature: Epochs of one rule that agree in it make the same calls; None: calls differ from step to step.
    """

    def __init__(self, numbers: PerStep, progress: Progress, *, calls: Hashable | None = ()) -> None:
        """An epoch's; ``calls``: what the calls depend on beside their tensors, None if that moves."""
        self.numbers, self._progress = numbers, progress
        self.signature = None if calls is None else (numbers.layout, calls)

    def step(self, number: int, again: Again | None = None) -> None:
        """One step; see :class:`pellucid.optimizers.optimizer.Steps`."""
        self.numbers.go_to(number)
        self.apply(number)
        self.reach(number)

    @abstractmethod
    def apply(self, number: int) -> None:
        """The arithmetic of a step whose numbers stand where it reads them."""

    def reach(self, number: int) -> None:
        """Note that a step is done."""
        self._progress.reach(number)


class AbstractPiecewise(AbstractTabled):
    """A rule that moves every value by itself, with a formula of its own for how."""

    def begin(self, parameters: Stacked, gradients: Stacked, tables: Tables) -> "_Piecewise":
        """The updates of an epoch."""
        return _Piecewise(self, parameters, gradients, tables)

    @abstractmethod
    def enter(self, group: Piece, p: Tensor, state: Sequence[Tensor], lr: Tensor) -> None:
        """Prepare the state of members that make their first step.

        Args:
            group: To which the parameter belongs.
            p: Their parameter ``[m, …]``.
            state: Their state, changed in place.
            lr: Their learning rates at this step ``[m, 1, …]``, before the group's factor, float64.
        """

    @abstractmethod
    def move(
        self, group: Piece, p: Tensor, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare
    ) -> None:
        """One step of one piece, in place; the gradient may be overwritten.

        Each operation rounds once; see :class:`pellucid.optimizers.along.Along`.
        """


class _Piecewise(AbstractSteps):
    """Its steps."""

    def __init__(self, rule: AbstractPiecewise, parameters: Stacked, gradients: Stacked, tables: Tables) -> None:
        counts = counted(rule.steps, len(tables["lr"]))
        numbers, own = rule.numbers(tables, counts)
        super().__init__(PerStep(numbers, next(iter(parameters.views.values()))), Progress(rule, counts, own))
        self._rule = rule
        self._stacks = (parameters, gradients, *rule.state.values())
        self._pieces = [
            (group, tensors, self.numbers.fit(tensors[0].dim()), Spare(tensors[0]))
            for group, tensors in pieces(self.numbers.alike(*numbers), *self._stacks)
        ]
        self._fresh = np.flatnonzero(rule.steps == 0).tolist()
        self._first_rates = tables["lr"][0]

    def apply(self, number: int) -> None:
        """See :class:`AbstractPiecewise`."""
        if number == 0 and self._fresh:
            self._enter()
        for group, (p, g, *state), fit, spare in self._pieces:
            self._rule.move(group, p, g, state, fit, spare)

    def _enter(self) -> None:
        for group, (p, _, *state) in pieces(False, *self._stacks):
            rates = p.new_tensor(self._first_rates[self._fresh]).view(-1, *([1] * (p.dim() - 1)))
            own = [each[self._fresh] for each in state]
            self._rule.enter(group, p[self._fresh], own, rates)
            for each, new in zip(state, own, strict=True):
                each[self._fresh] = new
