"""Strategy: which networks are trained next. The full design trains every variant on every fold of every repeat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pellucid.errors import UsageError
from pellucid.experiments.compare.ledger import Scores
from pellucid.experiments.compare.question import Question
from pellucid.experiments.compare.units import Cell

__all__ = ["FullDesign", "Round", "Strategy", "strategy_of"]


@dataclass(frozen=True)
class Round:
    """Networks that are worth something together: only when all are judged, all variants have the same replicates.

    Attributes:
        cells: What remains to be trained of it.
        first: Whether there is nothing to fall back on before it.
    """

    cells: tuple[Cell, ...]
    first: bool


class Strategy(Protocol):
    """Decides what is trained next, from the scores alone: a comparison that is resumed takes the same way.

    Attributes:
        name: For the record.
    """

    name: str

    def next_round(self, scores: Scores) -> Round | None:
        """The networks to train next; None when the comparison is finished.

        Args:
            scores: Of all units in the ledger.
        """

    def networks(self) -> int:
        """How many networks there will be, at most."""

    def complete(self, scores: Scores) -> Sequence[int]:
        """Repeats that may be judged by: every variant has the same replicates in them."""


class FullDesign:
    """Every variant, on every fold of every repeat.

    Args:
        question: What is asked.
        together: Repeats in a round; None: all that remain.
    """

    name = "full"

    def __init__(self, question: Question, *, together: int | None = None) -> None:
        self._question, self._together = question, together

    def next_round(self, scores: Scores) -> Round | None:
        """See ``Strategy``: the first repeats that are not complete."""
        open_ones = np.flatnonzero(~scores.there.all(axis=(0, 2)))[: self._together]
        if not len(open_ones):
            return None
        cells = tuple(
            Cell(int(repeat), int(fold), int(variant))
            for repeat in open_ones
            for fold, variant in np.argwhere(~scores.there[:, repeat].T)
        )
        return Round(cells, first=not scores.complete())

    def networks(self) -> int:
        """See ``Strategy``."""
        question = self._question
        return len(question.variants) * question.seeds * question.folds

    def complete(self, scores: Scores) -> Sequence[int]:
        """See ``Strategy``."""
        return scores.complete()


def strategy_of(question: Question, *, timed: bool) -> Strategy:
    """The strategy that a question asks for.

    Args:
        question: What is asked.
        timed: Whether time may end it: rounds are then as small as they can be.

    Raises:
        UsageError: If there is no such strategy.
    """
    if question.halving:
        raise UsageError("Halving is not available. Leave out --halving, or give --minutes a limit.")
    return FullDesign(question, together=1 if timed else None)
