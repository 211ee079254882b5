"""scikit-learn's histogram gradient boosting, and the settings that suit a table."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from pellucid.evaluation.baselines.problem import folds_of
from pellucid.evaluation.metrics import CLASS_TASKS, row_log_loss
from pellucid.shapes import Array, Floats

__all__ = ["SMALL_SETTINGS", "booster", "boosting_settings", "shared_settings", "spread"]

SMALL_SETTINGS: tuple[Mapping[str, Any], ...] = ({}, {"learning_rate": 0.05, "max_iter": 200, "max_leaf_nodes": 8})
"""Measured on the small tables of this project's benchmark: neither of the two is the better one on all of them."""
EARLY_STOPPING_ABOVE = 10_000
"""Rows from which scikit-learn itself stops boosting early."""
PATIENT: Mapping[str, Any] = {"early_stopping": True, "n_iter_no_change": 20}
MOST_TREES = 1000
"""scikit-learn's 100 rounds end before housing has stopped improving (RMSE 4 % higher). Every class takes a tree a
round; eleven and more keep to the 100, without the tenth of the rows that early stopping would set aside."""
ROUNDS = 100
"""scikit-learn's own."""
MOST_MANY_CLASS_TREES = 2600
"""Trees for more than ten classes: a hundred rounds of 26 (letters) are some seconds, of 200 they are minutes."""


def boosting_settings(
    train: Floats,
    learned: Array,
    categorical: Array,
    task: str,
    seed: int,
    *,
    fixed: Mapping[str, Any] | None = None,
    loss: Callable[[Array, Floats], Floats] = lambda truth, said: (said - truth) ** 2,
    models: int = 1,
) -> Mapping[str, Any]:
    """scikit-learn's own or many small slow trees, whichever loses less on held-out rows; large tables stop early.

    Args:
        train: Training inputs ``[n, q]``.
        learned: Class codes or numbers ``[n]``.
        categorical: Which inputs are codes ``[q]``.
        task: Classes are judged by the log loss, numbers by ``loss``.
        seed: Of folds and trees.
        fixed: What every setting has beside: the loss that is boosted.
        loss: Truth and prediction ``[n]`` to losses of the rows.
        models: How many such models the table gets; several share the price of one.
    """
    with_classes = task in CLASS_TASKS
    counts = np.unique_counts(learned).counts if with_classes else None
    kinds = 1 if counts is None else len(counts)
    rounds = MOST_TREES // (max(1, kinds - 1) * models)
    # Two classes take one tree a round.
    trees = (1 if kinds <= 2 else kinds) * models
    if len(learned) > EARLY_STOPPING_ABOVE and (rounds > ROUNDS or trees * ROUNDS <= MOST_MANY_CLASS_TREES):
        # Its inner split is stratified and refuses a class of a single row.
        lonely = counts is not None and counts.min() < 2
        return {"early_stopping": False} if rounds <= ROUNDS or lonely else {"max_iter": rounds, **PATIENT}
    if rounds <= ROUNDS:
        return shared_settings(trees)
    folds = folds_of(learned, seed)
    losses = np.zeros(len(SMALL_SETTINGS))
    for kept in folds[:1] if kinds > 2 or models > 1 else folds[:3]:
        rest = ~kept
        if len(np.unique(learned[rest])) < 2 and (with_classes or fixed):
            continue
        for place, settings in enumerate(SMALL_SETTINGS):
            given = {**settings, **(fixed or {})}
            model = booster(task, categorical, seed, given).fit(train[rest], learned[rest])
            if with_classes:
                probabilities = spread(model.predict_proba(train[kept]), model.classes_, int(learned.max()) + 1)
                losses[place] += row_log_loss(learned[kept], probabilities).sum()
            else:
                losses[place] += loss(learned[kept], model.predict(train[kept])).sum()
    return SMALL_SETTINGS[int(losses.argmin())]


def shared_settings(trees: int) -> Mapping[str, Any]:
    """As many rounds as ``MOST_MANY_CLASS_TREES`` allows, the fewer the larger their steps; nothing is chosen on folds.

    A class of few rows has next to no curvature, and a leaf's Newton step without a penalty flies off: 200 classes of
    ten rows ended with a log loss of 30, with the penalty at 2.

    Args:
        trees: How many a round takes, one for each class and each model.
    """
    rounds = max(1, min(ROUNDS, MOST_MANY_CLASS_TREES // trees))
    rate = min(0.3, 0.1 * ROUNDS / rounds)
    return {"early_stopping": False, "max_iter": rounds, "learning_rate": rate, "l2_regularization": 1.0}


def booster(task: str, categorical: Array, seed: int, settings: Mapping[str, Any]) -> Any:
    """A booster of classes or of numbers, not yet fitted."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind = HistGradientBoostingClassifier if task in CLASS_TASKS else HistGradientBoostingRegressor
    return kind(categorical_features=categorical if categorical.any() else None, random_state=seed, **settings)


def spread(probabilities: Floats, known: Array, classes: int) -> Floats:
    """``[n, c]`` with 0 for the classes that the training rows did not hold."""
    everything = np.zeros((len(probabilities), classes))
    everything[:, known] = probabilities
    return everything
