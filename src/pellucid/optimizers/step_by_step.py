"""The updates of an epoch for rules that prepare nothing: each is worked out when its turn comes."""

from pellucid.optimizers.hyper import Hyper, Tables
from pellucid.optimizers.optimizer import AbstractOptimizer, Again, Stacked

__all__ = ["StepByStep"]


class StepByStep:
    """One call of ``update`` after the other."""

    def __init__(self, rule: AbstractOptimizer, parameters: Stacked, gradients: Stacked, tables: Tables) -> None:
        self._rule, self._parameters, self._gradients, self._tables = rule, parameters, gradients, tables

    def step(self, number: int, again: Again | None = None) -> None:
        """The update with this row of the tables."""
        hyper = Hyper({name: table[number] for name, table in self._tables.items()})
        self._rule.update(self._parameters, self._gradients, hyper, again)
