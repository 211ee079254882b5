"""What every engine is: it takes all steps of an epoch for a whole stack.

Engines differ in how they compute, never in what: each agrees with the others within rounding, and with itself bit for
bit whatever company a member has.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from pellucid.shapes import Floats
from pellucid.training.scheduling import EpochPlan

if TYPE_CHECKING:
    from pellucid.training.stack import Stack

__all__ = ["Engine", "EpochPlan"]


class Engine(ABC):
    """Takes steps for one stack; made anew whenever members leave or come.

    Attributes:
        name: As it is chosen and recorded.
    """

    name: ClassVar[str]

    @property
    @abstractmethod
    def remark(self) -> str:
        """How it takes this stack's steps, where that is worth a word; empty elsewhere."""

    @classmethod
    @abstractmethod
    def refuses(cls, stack: "Stack") -> str | None:
        """Why it cannot serve a stack, in words; None where it can."""

    @abstractmethod
    def __init__(self, stack: "Stack") -> None:
        """Get ready for a stack that it does not refuse."""

    @abstractmethod
    def run(self, plan: EpochPlan, stop: Callable[[], bool]) -> tuple[Floats, int]:
        """Take an epoch's steps: parameters, optimizer and statistics change in place.

        Args:
            plan: The epoch.
            stop: Asked before each step, or now and then; True ends the epoch there.

        Returns:
            Mean loss per row of every member ``[m]`` (NaN before the first step), and the number of steps.
        """
