"""Rounds: train what the strategy wants, for as long as there is time and nobody asks to stop."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from pellucid.experiments.compare.ledger import Ledger, Scores
from pellucid.experiments.compare.memory import Sizes
from pellucid.experiments.compare.question import Question
from pellucid.experiments.compare.strategy import Strategy
from pellucid.experiments.compare.units import divided
from pellucid.experiments.executors import Executor

__all__ = ["Pace", "run_rounds", "unit_size"]

# Networks that train together at most, and what they and their folds may take; more are no faster, and more are lost
# when the process is killed.
_MEMBERS, _MEMBER_BYTES, _TABLE_BYTES = 512, 1 << 29, 1 << 27
# What the retrained winner, its rivals and the report are given of the time, before a network's time is known.
_FOR_THE_END = 0.15
# A fit trains so many networks.
_RETRAINED = 8


@dataclass
class Pace:
    """Time: what is left of it, and what networks take of it.

    Attributes:
        began: On ``time.monotonic``'s clock.
        seconds: What everything together may take; None: any time.
        trained: Networks that were trained since, parts of networks counted as such.
        spent: Wall time that they took.
    """

    began: float
    seconds: float | None = None
    trained: float = 0.0
    spent: float = 0.0

    @property
    def end(self) -> float | None:
        """When everything has to be over, on the same clock."""
        return None if self.seconds is None else self.began + self.seconds

    def deadline(self, folds: int) -> float | None:
        """When training has to end, on the same clock, so that there is time for the rest."""
        if self.seconds is None:
            return None
        per_network = self.spent / self.trained if self.trained else 0.0
        # Those of the winner learn from all rows, and rivals and the report take about as long again.
        rest = max(_FOR_THE_END * self.seconds, 2 * _RETRAINED * per_network * folds / (folds - 1))
        return self.began + self.seconds - min(rest, self.seconds / 3)

    def affordable(self, most: int, folds: int) -> int:
        """Networks on all training rows that can be trained before everything is over, at least one.

        Args:
            most: How many are wanted.
            folds: Of the comparison; its networks learned from all rows but one fold's.
        """
        if self.end is None or not self.trained:
            return most
        each = self.spent / self.trained * folds / (folds - 1)
        return max(1, min(most, int((self.end - time.monotonic()) / each)))

    def room(self, folds: int) -> float:
        """Networks of a comparison's folds that are predicted to be trained before training has to end; ∞: any."""
        end = self.deadline(folds)
        if end is None or not self.trained:
            return math.inf
        return max(0.0, end - time.monotonic()) * self.trained / self.spent

    def allows(self, networks: float, deadline: float | None) -> bool:
        """Whether so many networks are predicted to be trained in time."""
        if deadline is None:
            return True
        if not self.trained:
            return time.monotonic() < deadline
        return time.monotonic() + networks * self.spent / self.trained <= deadline


def unit_size(sizes: Sizes) -> tuple[int, int]:
    """Networks and folds in a unit, at most."""
    each = sizes.member.kept + 6 * sizes.predictions
    members = max(1, min(_MEMBERS, _MEMBER_BYTES // max(1, each)))
    return members, max(1, _TABLE_BYTES // max(1, sizes.table))


def run_rounds(
    question: Question,
    strategy: Strategy,
    executor: Executor,
    ledger: Ledger,
    sizes: Sizes,
    pace: Pace,
    *,
    on_networks: Callable[[float], None],
    stop: Callable[[], bool],
) -> tuple[Scores, str]:
    """Train round after round.

    Args:
        question: What is asked.
        strategy: Decides what comes next.
        executor: Does it.
        ledger: Where results are.
        sizes: Of the largest variant.
        pace: What is left of the time.
        on_networks: Is told how many networks are trained, all earlier ones included.
        stop: True ends it.

    Returns:
        The scores, and how it ended: ``finished``, ``interrupted`` or ``out of time``. Where time ran out in the first
        round, the scores hold what there is of it.
    """
    shape = (len(question.variants), question.seeds, question.folds)
    members, folds = unit_size(sizes)
    scores = ledger.scores(*shape)
    while (ahead := strategy.next_round(scores)) is not None:
        deadline = pace.deadline(question.folds)
        if not ahead.first and not pace.allows(len(ahead.cells), deadline):
            return scores, "out of time"
        before, started, progress = strategy.trained(scores), time.monotonic(), [0.0]

        def told(done: float, before: int = before, progress: list[float] = progress) -> None:
            progress[0] = done
            on_networks(before + done)

        # Where time is short, the first round goes fold by fold, so that what time leaves of it has whole folds.
        variants = len({cell.variant for cell in ahead.cells})
        most = min(members, variants) if ahead.first and deadline is not None else members
        units = divided(ahead.cells, members=most, folds=folds, least=executor.workers)
        executor.run(units, on_networks=told, stop=stop, deadline=deadline)
        scores = ledger.scores(*shape)
        pace.trained += progress[0]
        pace.spent += time.monotonic() - started
        if stop():
            return scores, "interrupted"
        if strategy.next_round(scores) is not None and not set(ahead.cells) <= scores.cells():
            # Only time leaves a round unfinished.
            return ledger.scores(*shape, loose=True) if ahead.first else scores, "out of time"
    return scores, "finished"
