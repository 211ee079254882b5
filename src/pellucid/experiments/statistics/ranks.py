"""Ranks: who stands where, on every replicate and over all."""

import math

import numpy as np
from scipy import stats

from pellucid.experiments.statistics.replicates import Replicates
from pellucid.shapes import Array, Floats

__all__ = ["exact_means", "mean_ranks", "standing_order"]


def mean_ranks(replicates: Replicates, *, greater_is_better: bool) -> Floats:
    """The mean over the replicates of each variant's rank on them ``[v]``; 1 is best, ties share their mean rank."""
    signed = -replicates.scores if greater_is_better else replicates.scores
    ranks: Floats = stats.rankdata(signed, axis=0).mean(axis=1)
    return ranks


def exact_means(scores: Floats) -> Floats:
    """Means ``[v]`` whose sums are rounded once, so that equal scores in another order have equal means."""
    return np.array([math.fsum(row) / len(row) for row in scores])


def standing_order(replicates: Replicates, ranks: Floats, *, greater_is_better: bool) -> Array:
    """Variants, the best first: by mean score, then fewer failures, then mean rank, then as they were listed.

    A variant without any score stands last, whatever its failures count as.
    """
    means = exact_means(replicates.scores)
    signed = -means if greater_is_better else means
    # lexsort is stable and its last key counts first.
    return np.lexsort((ranks, replicates.failures, signed, replicates.everywhere_failed))
