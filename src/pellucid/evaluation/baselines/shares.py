"""Plain models of distributions: the mean shares, logistic regression of shares, boosting of each share."""

import warnings
from typing import Any

import numpy as np

from pellucid.evaluation.baselines.boosting import spread
from pellucid.evaluation.baselines.classes import STRENGTHS, sparsely
from pellucid.evaluation.baselines.counts import boosted_rates
from pellucid.evaluation.baselines.problem import Answer, Problem, folds_of
from pellucid.shapes import Array, Floats

__all__ = ["boosting", "logistic", "mean_shares"]

MOST_CELLS = 50_000_000
"""Rows × inputs × parts of the logistic regression; beyond, fewer rows."""


def mean_shares(problem: Problem) -> Answer:
    """The mean shares of the training rows."""
    return _decided(np.tile(problem.learned.mean(axis=0), (len(problem.test_rows), 1)))


def logistic(problem: Problem) -> Answer:
    """Multinomial logistic regression of shares, with the C of the smallest held-out cross-entropy.

    A row with shares is as good as one row for each part, weighted by its share: the sum of their log losses is the
    cross-entropy.
    """
    from sklearn.exceptions import ConvergenceWarning

    wide = max(1, problem.features.linear.shape[1] * problem.columns)
    problem = problem.thinned(max(200, MOST_CELLS // wide))
    train, test = problem.lines
    inputs, learned = sparsely(train), problem.learned
    kept = folds_of(learned.argmax(axis=1), problem.seed)[0]
    losses = []
    with warnings.catch_warnings():
        # A fit that has not quite settled after 300 iterations is judged by its held-out loss like every other.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for strength in STRENGTHS:
            said = _fitted(inputs[~kept], learned[~kept], strength, 300)(inputs[kept])
            losses.append(-(learned[kept] * np.log(np.maximum(said, np.finfo(np.float64).eps))).sum())
        best = STRENGTHS[int(np.argmin(losses))]
        return _decided(_fitted(inputs, learned, best, 1000)(test))


def _fitted(inputs: Any, learned: Floats, strength: float, iterations: int) -> Any:
    """A function from inputs to shares ``[n, c]``."""
    from sklearn.linear_model import LogisticRegression

    rows, parts = np.nonzero(learned > 0)
    if len(np.unique(parts)) < 2:
        return lambda other: np.tile(np.eye(learned.shape[1])[parts[0]], (other.shape[0], 1))
    model = LogisticRegression(C=strength, max_iter=iterations)
    model.fit(inputs[rows], parts, sample_weight=learned[rows, parts])
    return lambda other: spread(model.predict_proba(other), model.classes_, learned.shape[1])


def boosting(problem: Problem) -> Answer:
    """Gradient boosting of each share as if it were a rate, divided by their sum.

    The Poisson loss keeps every share above 0, and its rates are the shares' means.
    """
    rates = [boosted_rates(problem.column(place), problem.columns) for place in range(problem.columns)]
    shares = np.stack(rates, axis=1)
    return _decided(shares / shares.sum(axis=1, keepdims=True))


def _decided(shares: Floats) -> Answer:
    values: Array = shares.argmax(axis=1).astype(np.int64)
    return Answer(values, shares)
