"""Plain models of counts, one target or several: the mean rate, Poisson regression, boosting of the Poisson loss."""

import warnings
from typing import Any

import numpy as np

from pellucid.evaluation.baselines.boosting import booster, boosting_settings
from pellucid.evaluation.baselines.classes import MANY_ROWS, sparsely
from pellucid.evaluation.baselines.numbers import stacked
from pellucid.evaluation.baselines.problem import Answer, Problem, folds_of
from pellucid.evaluation.metrics import poisson_deviances
from pellucid.shapes import Array, Floats

__all__ = ["boosting", "poisson_regression"]

PENALTIES = (10.0, 1.0, 0.1, 0.01, 0.001)
"""L2 penalties on standardised inputs, weakest fit first."""


def poisson_regression(problem: Problem) -> Answer:
    """Poisson regression with a logarithmic link, its penalty that of the smallest held-out deviance."""
    return Answer(stacked(problem, _regression), None)


def boosting(problem: Problem) -> Answer:
    """Gradient boosting of the Poisson loss."""
    return Answer(stacked(problem, boosted_rates), None)


def _regression(problem: Problem, models: int) -> Floats:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import PoissonRegressor

    learned, (train, test) = problem.learned, problem.lines
    if not learned.any():
        return np.zeros(len(test))
    inputs, folds = sparsely(train), folds_of(learned, problem.seed)
    losses = np.zeros(len(PENALTIES))
    with warnings.catch_warnings():
        # A fit that has not quite settled is judged by its held-out deviance like every other.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for kept in folds[:1] if len(learned) > MANY_ROWS or models > 1 else folds:
            rest = ~kept
            if not learned[rest].any():
                continue
            model = PoissonRegressor(max_iter=300, warm_start=True)
            for place, penalty in enumerate(PENALTIES):
                model.set_params(alpha=penalty).fit(inputs[rest], learned[rest])
                losses[place] += poisson_deviances(learned[kept], _rates(model, inputs[kept], learned)).sum()
        # No fold could be fitted (all counts in one of them): scikit-learn's own penalty stays.
        best = PENALTIES[int(losses.argmin())] if losses.any() else 1.0
        model = PoissonRegressor(alpha=best, max_iter=1000).fit(inputs, learned)
    return _rates(model, test, learned)


def _rates(model: Any, inputs: Any, learned: Array) -> Floats:
    # An exponential beyond the training rows knows no bounds; no rate is said above the largest count ever seen.
    logarithm = inputs @ model.coef_ + model.intercept_
    rates: Floats = np.exp(np.minimum(logarithm, np.log(learned.max())))
    return rates


def boosted_rates(problem: Problem, models: int) -> Floats:
    """Rates ``[n]`` of one column: gradient boosting of the Poisson loss."""
    if not problem.learned.any():
        return np.zeros(len(problem.test_rows))
    train, test = problem.trees
    categorical, seed, fixed = problem.features.categorical, problem.seed, {"loss": "poisson"}
    settings = boosting_settings(
        train, problem.learned, categorical, "count", seed, fixed=fixed, loss=poisson_deviances, models=models
    )
    model = booster("count", categorical, seed, {**settings, **fixed}).fit(train, problem.learned)
    return np.asarray(model.predict(test), dtype=np.float64)
