"""Strategy: which networks are trained next. The full design trains variants on every fold of every repeat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

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

    def trained(self, scores: Scores) -> int:
        """How many of them there are."""

    def complete(self, scores: Scores) -> Sequence[int]:
        """Repeats that may be judged by: every variant has the same replicates in them."""


class FullDesign:
    """Variants on every fold of every repeat.

    Args:
        question: What is asked.
        together: Repeats in a round; None: all that remain.
        variants: Which variants; None: all.
    """

    def __init__(
        self, question: Question, *, together: int | None = None, variants: Sequence[int] | None = None
    ) -> None:
        self._question, self._together = question, together
        self._variants = list(range(len(question.variants)) if variants is None else variants)
        self.name = "halving" if question.halving else "full"

    def next_round(self, scores: Scores) -> Round | None:
        """See ``Strategy``: the first repeats that are not complete."""
        there = scores.there[self._variants]
        open_ones = np.flatnonzero(~there.all(axis=(0, 2)))[: self._together]
        if not len(open_ones):
            return None
        cells = tuple(
            Cell(int(repeat), int(fold), self._variants[place])
            for repeat in open_ones
            for fold, place in np.argwhere(~there[:, repeat].T)
        )
        return Round(cells, first=not self.complete(scores))

    def networks(self) -> int:
        """See ``Strategy``."""
        return len(self._variants) * self._question.seeds * self._question.folds

    def trained(self, scores: Scores) -> int:
        """See ``Strategy``."""
        return int(scores.there[self._variants].sum())

    def complete(self, scores: Scores) -> Sequence[int]:
        """See ``Strategy``."""
        return scores.complete(self._variants)


def strategy_of(question: Question, *, timed: bool, variants: Sequence[int] | None = None) -> Strategy:
    """The strategy that a question asks for.

    Args:
        question: What is asked.
        timed: Whether time may end it: rounds are then as small as they can be.
        variants: Those that are judged, where halving has left some; None: all.
    """
    return FullDesign(question, together=1 if timed else None, variants=variants)
