"""The plain model of label sequences: always the same one, that with the fewest edits to those seen."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from pellucid.evaluation.baselines.fit import Baseline
from pellucid.evaluation.baselines.judged import judged_baseline
from pellucid.evaluation.metrics.sequences import edit_distance
from pellucid.shapes import Array, Codes

__all__ = ["constant_sequence", "fit_constant"]

MOST_GUESSES, MOST_COMPARED = 100, 300
"""Sequences that are tried, the commonest first, and those that they are compared with."""


def constant_sequence(learned: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Of the sequences seen, the one that fewest edits turn into the others; of equals the commonest, then first."""
    guesses = [own for own, _ in Counter(learned).most_common(MOST_GUESSES)]
    compared = learned[:MOST_COMPARED]
    return min(guesses, key=lambda own: sum(edit_distance(own, other) for other in compared))


def fit_constant(
    learned: Sequence[tuple[int, ...]], truth: Codes, labels: Sequence[str], *, seed: int
) -> list[Baseline]:
    """``majority``, judged on the test sequences.

    Args:
        learned: Label numbers of the training sequences.
        truth: Of the test sequences, as ``judge`` takes them.
        labels: What the numbers from 1 on stand for.
        seed: Of the intervals.
    """
    guess = constant_sequence(learned)
    text = " ".join(labels[code - 1] for code in guess)

    def answer() -> Array:
        return np.tile(np.array(guess, dtype=np.int64), (len(truth), 1))

    return [judged_baseline("sequence", truth, "majority", f'always "{text[:40]}"', answer, seed=seed)]
