"""Which pairs are told, and what they are corrected for.

Who is called the best is chosen by the scores. Comparing everyone with the best and correcting for those v − 1
comparisons forgets that choice: with six equal variants some is then called worse in 7 to 10 of 100 tables, with
twenty in 12 to 16. The family is therefore always all v(v − 1)/2 pairs, whether they are told or not.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pellucid.experiments.statistics.holm import holm
from pellucid.experiments.statistics.paired import Contrasts, paired_tests
from pellucid.experiments.statistics.replicates import Replicates
from pellucid.shapes import Array, Floats

__all__ = ["TOLD_IN_FULL", "Comparisons", "compare_pairs"]

TOLD_IN_FULL = 10
"""Up to so many variants every pair is told; beyond, everyone against the best."""
MOST_PAIRS = 4_000_000
"""Pairs whose p values are sorted for Holm's steps, 2,800 variants; beyond, Bonferroni, which is Holm's first step."""


@dataclass(frozen=True)
class Comparisons:
    """The pairs that are told, and their tests.

    Attributes:
        first: Variants ``[k]``, in each pair the one that stands higher.
        second: Their rivals ``[k]``.
        tests: Of each pair, on its own.
        adjusted: p values corrected for the family ``[k]``; NaN for one replicate.
        family: Pairs that are corrected for.
    """

    first: Array
    second: Array
    tests: Contrasts
    adjusted: Floats
    family: int


def compare_pairs(replicates: Replicates, order: Array, *, level: float = 0.05) -> Comparisons:
    """Tests of the pairs that are told.

    Args:
        replicates: The scores.
        order: Variants to compare, the best first.
        level: 1 minus the coverage of the intervals.
    """
    count = len(order)
    family = count * (count - 1) // 2
    if count <= TOLD_IN_FULL:
        places, rivals = np.triu_indices(count, 1)
        first, second = order[places], order[rivals]
        tests = paired_tests(replicates, first, second, level=level)
        return Comparisons(first, second, tests, _adjusted(tests.p, tests.p), family)
    second = order[1:]
    first = np.full_like(second, order[0])
    tests = paired_tests(replicates, first, second, level=level)
    if family > MOST_PAIRS:
        return Comparisons(first, second, tests, np.minimum(tests.p * family, 1.0), family)
    every = np.concatenate([tests.p, *_among(replicates, second)])
    return Comparisons(first, second, tests, _adjusted(tests.p, every), family)


def _adjusted(told: Floats, every: Floats) -> Floats:
    # With one replicate no p value exists, and none is made up.
    return told if np.isnan(told).any() else holm(every)[: len(told)]


def _among(replicates: Replicates, variants: Array) -> Iterator[Floats]:
    # A variant at a time: the differences of all pairs at once would not fit into memory.
    for place, variant in enumerate(variants[:-1]):
        rivals = variants[place + 1 :]
        yield paired_tests(replicates, np.full_like(rivals, variant), rivals).p
