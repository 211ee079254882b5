"""Plain models of numbers, one target or several: the mean, ridge regression, boosting."""

from collections.abc import Callable

import numpy as np

from pellucid.evaluation.baselines.boosting import booster, boosting_settings
from pellucid.evaluation.baselines.problem import Answer, Problem
from pellucid.shapes import Array, Floats

__all__ = ["boosting", "mean", "ridge", "stacked"]

ALPHAS = tuple(10.0 ** (power / 2) for power in range(-6, 11))
"""Ridge's penalties: 0.001 to 100 000 on standardised inputs."""


def mean(problem: Problem) -> Answer:
    """The mean of the training rows."""
    middle = problem.learned.mean(axis=0)
    return Answer(np.full((len(problem.test_rows), *np.shape(middle)), middle), None)


def ridge(problem: Problem) -> Answer:
    """Ridge regression with the penalty of the smallest leave-one-out error, each target by itself."""
    from sklearn.linear_model import RidgeCV

    train, test = problem.lines
    # The target goes in standardised: a penalty chosen by leave-one-out is blind to its unit, rounding is not.
    middle, spread = problem.learned.mean(axis=0), problem.learned.std(axis=0)
    if problem.learned.ndim == 2:
        spread = np.where(spread > 0, spread, 1.0)
    model = RidgeCV(alphas=ALPHAS, alpha_per_target=problem.learned.ndim == 2)
    model.fit(train, (problem.learned - middle) / spread)
    return Answer(np.asarray(model.predict(test), dtype=np.float64) * spread + middle, None)


def boosting(problem: Problem) -> Answer:
    """Gradient boosting of each target by itself."""
    return Answer(stacked(problem, _boosted), None)


def stacked(problem: Problem, fit: Callable[[Problem, int], Floats]) -> Array:
    """Predictions ``[n]``, or of several target columns ``[n, t]``, each fitted by itself.

    Args:
        problem: One or several target columns.
        fit: From the problem of one column and the number of columns to its predictions ``[n]``.
    """
    if problem.learned.ndim == 1:
        return fit(problem, 1)
    return np.stack([fit(problem.column(place), problem.columns) for place in range(problem.columns)], axis=1)


def _boosted(problem: Problem, models: int) -> Floats:
    if not problem.learned.std():
        return np.full(len(problem.test_rows), problem.learned[0], dtype=np.float64)
    train, test = problem.trees
    categorical, seed = problem.features.categorical, problem.seed
    settings = boosting_settings(train, problem.learned, categorical, "regression", seed, models=models)
    model = booster("regression", categorical, seed, settings).fit(train, problem.learned)
    return np.asarray(model.predict(test), dtype=np.float64)
