"""The steps of an epoch as the same calls at every step: what a GPU can be told of once and for all."""

from collections.abc import Hashable, Sequence
from typing import Self

from pellucid.optimizers.optimizer import Steps
from pellucid.optimizers.stack import Together
from pellucid.optimizers.tabled import AbstractSteps

__all__ = ["Repeatable"]


class Repeatable:
    """Steps whose numbers, arithmetic and counts can be asked for one by one.

    Attributes:
        signature: Epochs that agree in it make the same calls, if they are of the same stack.
    """

    def __init__(self, parts: Sequence[AbstractSteps]) -> None:
        self._parts = list(parts)
        self.signature: Hashable = tuple(part.signature for part in parts)

    @classmethod
    def of(cls, steps: Steps) -> Self | None:
        """An epoch's; None where a rule works out its numbers as it goes, or its calls differ from step to step."""
        found = [part for _, _, part in steps.parts] if isinstance(steps, Together) else [steps]
        parts = [part for part in found if isinstance(part, AbstractSteps) and part.signature is not None]
        return cls(parts) if len(parts) == len(found) else None

    def stand_in(self, other: Self) -> None:
        """Write numbers from now on where another epoch of the same signature has its own."""
        for part, own in zip(self._parts, other._parts, strict=True):
            part.numbers.stand_in(own.numbers)

    def bring(self, number: int) -> None:
        """Write the numbers of a step to where the arithmetic reads them."""
        for part in self._parts:
            part.numbers.go_to(number)

    def apply(self, number: int) -> None:
        """The arithmetic of a step whose numbers have been brought."""
        for part in self._parts:
            part.apply(number)

    def reach(self, number: int) -> None:
        """Note that a step is done."""
        for part in self._parts:
            part.reach(number)
