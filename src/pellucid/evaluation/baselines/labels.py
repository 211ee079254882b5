"""Plain models of several labels a row: each label by itself, by its share, logistic regression or boosting."""

import warnings

import numpy as np

from pellucid.evaluation.baselines.boosting import booster, boosting_settings
from pellucid.evaluation.baselines.classes import STRENGTHS, sparsely
from pellucid.evaluation.baselines.problem import Answer, Problem, folds_of
from pellucid.evaluation.metrics import row_log_loss
from pellucid.shapes import Array, Floats

__all__ = ["boosting", "label_shares", "logistic", "logistic_probabilities"]

FEW_LABELS = 5
"""Labels that choose the penalty for all."""
MOST_CELLS = 50_000_000
"""Rows × inputs × labels of the logistic regressions; beyond, fewer rows."""


def label_shares(problem: Problem) -> Answer:
    """Each label's commoner answer, with its share as its probability."""
    return _decided(np.tile(problem.learned.mean(axis=0), (len(problem.test_rows), 1)))


def logistic(problem: Problem) -> Answer:
    """A logistic regression for each label."""
    return _decided(logistic_probabilities(problem))


def boosting(problem: Problem) -> Answer:
    """Gradient boosting of each label."""
    probabilities = [_boosted(problem.column(place), problem.columns) for place in range(problem.columns)]
    return _decided(np.stack(probabilities, axis=1))


def logistic_probabilities(problem: Problem) -> Floats:
    """Probability of each label ``[n, t]``; one C for all, that of the smallest held-out log loss of up to five."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    wide = max(1, problem.features.linear.shape[1] * problem.columns)
    problem = problem.thinned(max(200, MOST_CELLS // wide))
    train, test = problem.lines
    inputs, learned = sparsely(train), problem.learned
    # Labels of about half of the rows tell more about the penalty than those that hardly occur.
    telling = np.argsort(np.abs(learned.mean(axis=0) - 0.5), kind="stable")[:FEW_LABELS]
    losses = np.zeros(len(STRENGTHS))
    with warnings.catch_warnings():
        # A fit that has not quite settled after 300 iterations is judged by its held-out loss like every other.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for label in telling:
            kept = folds_of(learned[:, label], problem.seed)[0]
            if not _both(learned[~kept, label]):
                continue
            model = LogisticRegression(max_iter=300, warm_start=True)
            for place, strength in enumerate(STRENGTHS):
                model.set_params(C=strength).fit(inputs[~kept], learned[~kept, label])
                losses[place] += row_log_loss(learned[kept, label], model.predict_proba(inputs[kept])).sum()
        best = STRENGTHS[int(losses.argmin())] if losses.any() else 1.0
        probabilities = np.empty((len(test), problem.columns))
        for label in range(problem.columns):
            if _both(learned[:, label]):
                model = LogisticRegression(C=best, max_iter=1000).fit(inputs, learned[:, label])
                probabilities[:, label] = model.predict_proba(test)[:, 1]
            else:
                probabilities[:, label] = learned[0, label]
    return probabilities


def _both(label: Array) -> bool:
    """Whether some rows have the label and some have not."""
    return bool(label.min() < label.max())


def _boosted(problem: Problem, models: int) -> Floats:
    train, test = problem.trees
    if not _both(problem.learned):
        return np.full(len(test), problem.learned[0], dtype=np.float64)
    categorical, seed = problem.features.categorical, problem.seed
    settings = boosting_settings(train, problem.learned, categorical, "binary", seed, models=models)
    model = booster("binary", categorical, seed, settings).fit(train, problem.learned)
    probabilities: Floats = model.predict_proba(test)[:, 1]
    return probabilities


def _decided(probabilities: Floats) -> Answer:
    return Answer((probabilities >= 0.5).astype(np.int64), probabilities)
