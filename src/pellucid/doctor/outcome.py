"""How a run came out: did it learn anything that a constant could not have said, or did it diverge?

This is what makes a symptom matter (the consequence gate): a network with dead units that learns is healthy.
"""

import math
from dataclasses import dataclass

from torch import Tensor

from pellucid.doctor.facts import Session
from pellucid.doctor.trivial import trivial_loss

__all__ = ["Outcome", "outcome_of"]

FEWEST = 20
"""Backward passes before anything is said about a run that has ended: fewer tell more of noise than of learning."""
FEWEST_MEANWHILE = 200
"""The same for a run that goes on; every run begins at its baseline."""
NO_BETTER = 0.98
"""Share of the constant's loss from which on a run is no better: 2 % is what one batch differs from another."""
DIVERGED = 10.0
"""Times the first loss from which on the last one is called diverged."""
FALLEN = 0.98
"""Share of the first loss below which a loss whose constant is not known has fallen."""
ENDS = 0.1
"""Share of the run that counts as its first and its last part."""


@dataclass(frozen=True)
class Outcome:
    """How a run came out, as far as its training loss tells.

    Attributes:
        first: Mean loss of the first few backward passes; None if there were too few.
        last: Mean loss of the last tenth.
        trivial: Loss of the best constant on the targets that were seen; None if it is not known.
        is_diverged: Whether the loss ended in no number, or far above where it began.
        is_stuck: Whether it is no better than the constant, or not one bit different from the beginning; None if it is
            not known.
        is_flat: Whether the loss has not fallen; None if there were too few passes.
    """

    first: float | None = None
    last: float | None = None
    trivial: float | None = None
    is_diverged: bool = False
    is_stuck: bool | None = None
    is_flat: bool | None = None

    @property
    def is_bad(self) -> bool:
        """Whether it is certain that the run has come to nothing."""
        return self.is_diverged or self.is_stuck is True

    @property
    def is_doubtful(self) -> bool:
        """Whether it may have: the constant is not known, and the loss has not fallen."""
        return not self.is_bad and self.is_stuck is None and self.is_flat is True


def outcome_of(session: Session) -> Outcome:
    """How the run came out, or how it stands."""
    line = max(session.backwards, key=lambda backward: len(backward.values), default=None)
    values = [value for value in line.values if value.numel() == 1] if line is not None else []
    if not values:
        return Outcome()
    part = max(3, min(500, int(len(values) * ENDS)))
    start, end = _numbers(values[: min(part, 20)]), _numbers(values[-part:])
    first, last = sum(start) / len(start), sum(end) / len(end)
    if not math.isfinite(end[-1]):
        return Outcome(first, last, is_diverged=True)
    if len(values) < (FEWEST if session.is_over else FEWEST_MEANWHILE):
        return Outcome(first, last)
    trivial = trivial_loss(session, line) if line is not None else None
    is_constant = len({*start, *end}) == 1
    is_diverged = 0 < DIVERGED * first < last and (trivial is None or last > trivial)
    is_stuck = True if is_constant else None if trivial is None else last >= NO_BETTER * trivial
    is_flat = last >= (FALLEN * first if first > 0 else first)
    return Outcome(first, last, trivial, is_diverged, is_stuck, is_flat)


def _numbers(values: list[Tensor]) -> list[float]:
    return [float(value) for value in values]
