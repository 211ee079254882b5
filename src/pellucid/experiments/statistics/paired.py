"""The corrected resampled t test: differences on the same replicates, with the variance that overlap makes.

Nadeau & Bengio (2003); the variance factor and the degrees of freedom are those of ``Replicates``.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from pellucid.experiments.statistics.replicates import Replicates
from pellucid.shapes import Array, Floats

__all__ = ["Contrasts", "mean_intervals", "paired_tests", "smallest_p", "two_sided_p"]

ROUNDING = 16 * float(np.finfo(np.float64).eps)
"""Differences that vary by less than this part of the scores vary by rounding alone."""


@dataclass(frozen=True)
class Contrasts:
    """Differences of pairs, each array ``[k]``.

    Attributes:
        difference: First minus second, the mean over the replicates.
        error: Standard error of the difference; 0 where it never varies, NaN where there is one replicate.
        t: Difference by error; NaN where the error is 0 or NaN.
        p: Two-sided; NaN where there is one replicate.
        low: Lower end of the 95 % interval of the difference; NaN where no interval can be told.
        high: Upper end.
    """

    difference: Floats
    error: Floats
    t: Floats
    p: Floats
    low: Floats
    high: Floats


def paired_tests(replicates: Replicates, first: Array, second: Array, *, level: float = 0.05) -> Contrasts:
    """The corrected paired t test of every pair, each on its own: the family is corrected for elsewhere.

    t = d̄ / √((1/r + n_test/n_train)·s²), s² the variance of the differences with r − 1 below.

    Where a difference is the same on every replicate, s² = 0 and t knows no noise. Scores are counts of few rows, so
    two folds agree to the last bit by chance; p = 1 if the difference is 0, and else ``smallest_p``.

    Args:
        replicates: The scores.
        first: Variants ``[k]``.
        second: Their rivals ``[k]``.
        level: 1 minus the coverage of the interval.
    """
    scores, count = replicates.scores, replicates.count
    size = np.abs(scores).max(axis=1)
    apart = scores[first] - scores[second]
    difference = apart.mean(axis=1)
    if count < 2:
        nothing = np.full(len(difference), np.nan)
        return Contrasts(difference, nothing, nothing, nothing, nothing, nothing)
    constant = np.ptp(apart, axis=1) <= ROUNDING * np.maximum(size[first], size[second])
    error = np.where(constant, 0.0, np.sqrt(apart.var(axis=1, ddof=1) * replicates.variance_factor))
    difference = np.where(constant & (np.abs(difference) <= ROUNDING * size[first]), 0.0, difference)
    t = np.divide(difference, error, out=np.full_like(error, np.nan), where=error > 0)
    alike = smallest_p(count)
    p = np.where(error > 0, two_sided_p(t, replicates.freedom), np.where(difference == 0, 1.0, alike))
    reach = error * float(special.stdtrit(replicates.freedom, 1 - level / 2))
    # An interval of no width promises certainty; it stands where its p does too, and for variants that never differ.
    reach = np.where((error > 0) | (difference == 0) | (alike <= level), reach, np.nan)
    return Contrasts(difference, error, t, p, difference - reach, difference + reach)


def mean_intervals(replicates: Replicates, *, level: float = 0.05) -> tuple[Floats, Floats]:
    """Both ends ``[v]`` of every variant's mean score on other rows of the same kind; NaN for one replicate.

    The same correction: mean ± t·√((1/r + n_test/n_train)·s²).
    """
    scores = replicates.scores
    mean = scores.mean(axis=1)
    if replicates.count < 2:
        return np.full_like(mean, np.nan), np.full_like(mean, np.nan)
    error = np.sqrt(scores.var(axis=1, ddof=1) * replicates.variance_factor)
    reach = error * float(special.stdtrit(replicates.freedom, 1 - level / 2))
    return mean - reach, mean + reach


def two_sided_p(t: Floats, freedom: float) -> Floats:
    """P(|T| ≥ |t|) of Student's distribution."""
    p: Floats = 2 * special.stdtr(freedom, -np.abs(t))
    return p


def smallest_p(count: int) -> float:
    """2·½ʳ, what the sign test says when every replicate agrees: the least that r replicates can show without noise."""
    return float(2.0 ** (1 - count))
