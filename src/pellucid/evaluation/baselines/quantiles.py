"""Plain models of quantiles: those of the training rows, linear quantile regression, boosting of the pinball loss."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from pellucid.evaluation.baselines.boosting import booster, boosting_settings
from pellucid.evaluation.baselines.problem import Answer, Problem, folds_of
from pellucid.evaluation.metrics import middle_level, pinball_losses
from pellucid.shapes import Floats

__all__ = ["boosting", "fixed_quantiles", "quantile_regression"]

PENALTIES = (0.1, 0.01, 0.001)
"""L1 penalties on standardised inputs and target, weakest fit first."""
MOST_ROWS, MOST_CELLS = 2000, 60_000
"""Rows, and rows × inputs, of one linear programme: a third of a second."""
MOST_FITTED = 7
"""Levels that are fitted; those between them are interpolated."""


def fixed_quantiles(problem: Problem) -> Answer:
    """The quantiles of the training rows."""
    return Answer(np.tile(np.quantile(problem.learned, problem.levels), (len(problem.test_rows), 1)), None)


def quantile_regression(problem: Problem) -> Answer:
    """Linear quantile regression with an L1 penalty, chosen at the middle level by the held-out pinball loss."""
    from sklearn.linear_model import QuantileRegressor

    inputs = max(1, problem.features.linear.shape[1])
    problem = problem.thinned(max(200, min(MOST_ROWS, MOST_CELLS // inputs)))
    train, test = problem.lines
    middle, spread = problem.learned.mean(), problem.learned.std() or 1.0
    # The target goes in standardised: the penalty is not blind to its unit.
    learned = (problem.learned - middle) / spread

    def fitted(rows: Floats, truth: Floats, level: float, penalty: float) -> QuantileRegressor:
        return QuantileRegressor(quantile=level, alpha=penalty, solver="highs").fit(rows, truth)

    kept = folds_of(learned, problem.seed)[0]
    level = problem.levels[middle_level(problem.levels)]
    losses = []
    for penalty in PENALTIES:
        said = fitted(train[~kept], learned[~kept], level, penalty).predict(train[kept])
        losses.append(pinball_losses(learned[kept], said[:, None], (level,)).sum())
    best = PENALTIES[int(np.argmin(losses))]
    return _every_level(
        problem.levels, lambda level: fitted(train, learned, level, best).predict(test) * spread + middle
    )


def boosting(problem: Problem) -> Answer:
    """Gradient boosting of the pinball loss of each level by itself."""
    train, test = problem.trees
    categorical, seed, levels = problem.features.categorical, problem.seed, problem.levels
    models = len(_fitted_levels(levels))

    def settings_of(level: float) -> Mapping[str, Any]:
        return boosting_settings(
            train,
            problem.learned,
            categorical,
            "quantile",
            seed,
            fixed={"loss": "quantile", "quantile": level},
            loss=lambda truth, said: pinball_losses(truth, said[:, None], (level,)),
            models=models,
        )

    # The outermost levels and the middle one choose for those near them.
    chosen = {level: settings_of(level) for level in {levels[0], levels[middle_level(levels)], levels[-1]}}

    def boosted(level: float) -> Floats:
        nearest = min(chosen, key=lambda other: (abs(other - level), other))
        given = {**chosen[nearest], "loss": "quantile", "quantile": level}
        model = booster("quantile", categorical, seed, given).fit(train, problem.learned)
        return np.asarray(model.predict(test), dtype=np.float64)

    return _every_level(levels, boosted)


def _fitted_levels(levels: tuple[float, ...]) -> list[int]:
    """Places of the levels that are fitted: all, or some of them evenly chosen, both ends included."""
    count = min(len(levels), MOST_FITTED)
    return sorted(set(np.linspace(0, len(levels) - 1, count).round().astype(int).tolist()))


def _every_level(levels: tuple[float, ...], predict: Callable[[float], Floats]) -> Answer:
    places = _fitted_levels(levels)
    found = np.stack([predict(levels[place]) for place in places], axis=1)
    # Sorted row by row, quantiles that cross do no longer and lose nothing: Chernozhukov, Fernández-Val, Galichon
    # (2010), "Quantile and probability curves without crossing", proposition 4.
    found = np.sort(found, axis=1)
    known = [levels[place] for place in places]
    values = np.stack([_between(known, found, level) for level in levels], axis=1)
    return Answer(values, None)


def _between(known: list[float], found: Floats, level: float) -> Floats:
    if len(known) == 1:
        return found[:, 0]
    right = min(max(1, int(np.searchsorted(known, level))), len(known) - 1)
    share = (level - known[right - 1]) / (known[right] - known[right - 1])
    between: Floats = found[:, right - 1] * (1 - share) + found[:, right] * share
    return between
