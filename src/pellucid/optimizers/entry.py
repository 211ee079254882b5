"""Optimizer: what an entry of the registry is, and what it becomes once its numbers are chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pellucid.catalogue import Chosen, Entry, Value

if TYPE_CHECKING:
    from pellucid.optimizers.optimizer import AbstractOptimizer, Stacked

__all__ = ["ChosenOptimizer", "Optimizer"]


@dataclass(frozen=True, kw_only=True)
class Optimizer(Entry):
    """One update rule.

    Every one has the parameters ``lr`` and, where decoupled decay has a meaning, ``weight_decay``; their defaults are
    what a recipe means by None.

    Attributes:
        rule: Class of the stacked update; called with the stack's parameters and the structural numbers.
        momentum: Name of the parameter that a momentum schedule moves; empty where there is none.
        full_batch: Whether it needs all rows at every step.
        looks_again: Whether a step may ask for loss and gradient at other parameters (line search).
    """

    rule: "type[AbstractOptimizer]"
    momentum: str = ""
    full_batch: bool = False
    looks_again: bool = False


class ChosenOptimizer(Chosen[Optimizer]):
    """An update rule with its numbers."""

    def start(self, parameters: "Stacked") -> "AbstractOptimizer":
        """The rule with fresh state for a stack's parameters."""
        return self.entry.rule(parameters, self.structural)

    @cached_property
    def structural(self) -> Mapping[str, Value]:
        """Numbers, flags and words in which members of one slice agree, by name."""
        return {each.name: self.numbers[each.name] for each in self.entry.parameters if each.structural}

    @cached_property
    def plain(self) -> Mapping[str, float]:
        """All other numbers, by name."""
        return {
            name: float(value)
            for name, value in self.numbers.items()
            if name not in self.structural and isinstance(value, int | float)
        }
