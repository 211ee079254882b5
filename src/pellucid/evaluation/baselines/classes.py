"""Plain models of one class a row: the most frequent one, logistic regression, boosting."""

import warnings
from typing import Any

import numpy as np

from pellucid.evaluation.baselines.boosting import booster, boosting_settings, spread
from pellucid.evaluation.baselines.problem import Answer, Problem, folds_of
from pellucid.evaluation.metrics import row_log_loss
from pellucid.shapes import Array, Floats

__all__ = ["MANY_ROWS", "STRENGTHS", "boosting", "class_shares", "logistic", "majority", "sparsely"]

STRENGTHS = (0.01, 0.1, 1.0, 10.0, 100.0)
"""Logistic regression's C, weakest fit first."""
MANY_ROWS = 5000
"""From here on one fold decides as well as five, at a fifth of the price."""


def class_shares(problem: Problem) -> Floats:
    """Share of each class among the training rows ``[c]``."""
    shares: Floats = np.bincount(problem.learned, minlength=problem.classes) / len(problem.learned)
    return shares


def majority(problem: Problem) -> Answer:
    """The most frequent class, with every class's share as its probability."""
    shares, rows = class_shares(problem), len(problem.test_rows)
    return Answer(np.full(rows, shares.argmax(), dtype=np.int64), np.tile(shares, (rows, 1)))


def logistic(problem: Problem) -> Answer:
    """Logistic regression with the C of the smallest held-out log loss."""
    train, test = problem.lines
    return _decided(_logistic(train, problem.learned, problem.seed), test, problem.classes)


def _logistic(train: Floats, learned: Array, seed: int) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    inputs = sparsely(train)
    folds = folds_of(learned, seed)
    losses = np.zeros(len(STRENGTHS))
    with warnings.catch_warnings():
        # A fit that has not quite settled after 300 iterations is judged by its held-out loss like every other.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for kept in folds[:1] if len(learned) > MANY_ROWS else folds:
            rest = ~kept
            if len(np.unique(learned[rest])) < 2:
                continue
            model = LogisticRegression(max_iter=300, warm_start=True)
            for place, strength in enumerate(STRENGTHS):
                model.set_params(C=strength).fit(inputs[rest], learned[rest])
                probabilities = spread(model.predict_proba(inputs[kept]), model.classes_, int(learned.max()) + 1)
                losses[place] += row_log_loss(learned[kept], probabilities).sum()
        # No fold could be fitted (a class of one row, say): scikit-learn's own C = 1 stays.
        best = STRENGTHS[int(losses.argmin())] if losses.any() else 1.0
        return LogisticRegression(C=best, max_iter=1000).fit(inputs, learned)


def sparsely(train: Floats) -> Any:
    """One-hot columns are mostly zeros: stored sparsely, adult fits four times as fast."""
    from scipy.sparse import csr_array

    return csr_array(train) if np.count_nonzero(train) < 0.25 * train.size else train


def boosting(problem: Problem) -> Answer:
    """Gradient boosting of a tree for each class a round."""
    train, test = problem.trees
    categorical, seed = problem.features.categorical, problem.seed
    settings = boosting_settings(train, problem.learned, categorical, problem.task, seed)
    model = booster(problem.task, categorical, seed, settings).fit(train, problem.learned)
    return _decided(model, test, problem.classes)


def _decided(model: Any, test: Floats, classes: int) -> Answer:
    probabilities = spread(model.predict_proba(test), model.classes_, classes)
    return Answer(probabilities.argmax(axis=1).astype(np.int64), probabilities)
