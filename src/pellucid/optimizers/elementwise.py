"""Rules that treat every value alike: a direction for each, and one step along it."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Protocol

from torch import Tensor

from pellucid.optimizers.along import Along
from pellucid.optimizers.hyper import Tables
from pellucid.optimizers.optimizer import Stacked, pieces
from pellucid.optimizers.per_step import PerStep
from pellucid.optimizers.spare import Spare
from pellucid.optimizers.tabled import AbstractSteps, AbstractTabled, Progress, counted

__all__ = ["AbstractElementwise", "Direction", "ElementwiseSteps"]


class Direction(Protocol):
    """Where to go, times −1, per unit of learning rate."""

    def __call__(self, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare) -> Tensor:
        """The direction of one piece.

        Args:
            g: Gradient; may be overwritten.
            state: What the rule keeps of it; changed in place.
            n: Numbers of this step.
            spare: Scratch tensors of the gradient's shape.
        """


class AbstractElementwise(AbstractTabled):
    """A rule that says which tensors it keeps, which numbers its steps need, and the direction of one piece."""

    def begin(self, parameters: Stacked, gradients: Stacked, tables: Tables) -> "ElementwiseSteps":
        """The updates of an epoch."""
        return ElementwiseSteps(self, self.direction, parameters, gradients, tables)

    @abstractmethod
    def direction(self, g: Tensor, state: Sequence[Tensor], n: Mapping[str, Tensor], spare: Spare) -> Tensor:
        """Where to go, times −1, per unit of learning rate; see :class:`Direction`.

        Every operation rounds once; see :class:`pellucid.optimizers.along.Along`.
        """

    def evaluation(self, parameters: Stacked) -> Stacked | None:
        """None: it predicts with what it trains."""
        return None


class ElementwiseSteps(AbstractSteps):
    """The steps of a rule with a direction.

    Directions are worked out on whole flat buffers where their numbers agree, even if rates and decay do not.
    """

    def __init__(
        self, rule: AbstractTabled, direction: Direction, parameters: Stacked, gradients: Stacked, tables: Tables
    ) -> None:
        counts = counted(rule.steps, len(tables["lr"]))
        numbers, own = rule.numbers(tables, counts)
        rates = Along.numbers(parameters, tables)
        super().__init__(
            PerStep({**numbers, **rates}, next(iter(parameters.views.values()))), Progress(rule, counts, own)
        )
        self._direction = direction
        together = self.numbers.alike(*numbers)
        self._pieces = [
            (g, state, self.numbers.fit(g.dim()), Spare(g))
            for _, (g, *state) in pieces(together, gradients, *rule.state.values())
        ]
        self._along = Along(parameters, gradients, self.numbers)

    def apply(self, number: int) -> None:
        """See :class:`AbstractElementwise`."""
        for g, state, numbers, spare in self._pieces:
            direction = self._direction(g, state, numbers, spare)
            if direction is not g:
                g.copy_(direction)
        self._along.step()
