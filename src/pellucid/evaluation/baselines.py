"""Plain models on the same rows: what a network has to beat before it deserves to be called good.

They are rivals, not straw men: scikit-learn's own, tuned as a careful person would within seconds. scikit-learn is
imported where a model is fitted, so that judging alone stays quick to import.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pellucid.evaluation.baseline_features import BaselineFeatures, baseline_features
from pellucid.evaluation.formatting import format_number
from pellucid.evaluation.intervals import judge
from pellucid.evaluation.metrics import row_log_loss
from pellucid.records import BaselineRecord
from pellucid.shapes import Array, Floats, RowNumbers

if TYPE_CHECKING:  # types alone: judging need not wait until the readers are imported
    from pellucid.tables import ColumnDecision, Table, TargetDecision

__all__ = ["Baseline", "fit_baselines"]

STRENGTHS = (0.01, 0.1, 1.0, 10.0, 100.0)
"""Logistic regression's C, weakest fit first."""
ALPHAS = tuple(10.0 ** (power / 2) for power in range(-6, 11))
"""Ridge's penalties: 0.001 to 100 000 on standardised inputs."""
FOLDS = 5
MANY_ROWS = 5000
"""From here on one fold decides as well as five, at a fifth of the price."""

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


class Baseline(NamedTuple):
    """A judged baseline; unpacks into (record, values, probabilities).

    Attributes:
        record: Name, title, scores and seconds.
        values: Test predictions ``[n]``: class codes or numbers.
        probabilities: ``[n, c]``; None for a regression.
    """

    record: BaselineRecord
    values: Array
    probabilities: Floats | None


class _Fitted(NamedTuple):
    values: Array
    probabilities: Floats | None


def fit_baselines(
    table: Table,
    decisions: Sequence[ColumnDecision],
    target: TargetDecision,
    truth: Array,
    train_rows: RowNumbers,
    test_rows: RowNumbers,
    seed: int = 0,
) -> list[Baseline]:
    """Fit majority (or mean), linear model and gradient boosting on the training rows, judge them on the test rows.

    Args:
        table: All rows.
        decisions: One per column; the baselines use the columns that the network uses.
        target: Task and classes.
        truth: Class codes int64 ``[n]`` (−1 missing, in neither row list), or numbers float64 ``[n]``, for all rows.
        train_rows: Rows to learn from.
        test_rows: Rows to judge on.
        seed: Of the boosting and of the intervals.

    Returns:
        ``majority``, ``linear`` and ``boosting``, in this order. Where a model cannot be fitted (no usable column, one
        class among the training rows, fewer than 3 of them) it says what the first one says, and its title so.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

    task, classes = target.task, len(target.classes)
    learned, judged = truth[train_rows], truth[test_rows]
    started = time.perf_counter()
    features = baseline_features(table, decisions, train_rows)
    shared = time.perf_counter() - started
    fittable = features.trees.shape[1] > 0 and len(learned) >= 3 and len(np.unique(learned)) > 1
    rivals: tuple[tuple[str, str, Callable[..., _Fitted]], ...] = (
        ("linear", "ridge regression" if task == "regression" else "logistic regression", _linear),
        ("boosting", "gradient boosting", _boosting),
    )

    started = time.perf_counter()
    simple = _constant(task, learned, len(test_rows), classes)
    found = [("majority", _constant_title(target, simple), simple, time.perf_counter() - started)]
    for name, title, fit in rivals:
        started = time.perf_counter()
        if fittable:
            # One thread is as fast as two on these sizes, and idle threads that spin beside other work made a
            # two-second fit take forty-seven.
            with threadpool_limits(limits=1), warnings.catch_warnings():
                # "The number of unique classes is greater than 50% of the number of samples": decided long before.
                warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
                fitted = fit(features, learned, train_rows, test_rows, classes, task, seed)
        else:
            fitted, title = simple, f"{title} (nothing to fit: {found[0][1]})"
        found.append((name, title, fitted, time.perf_counter() - started + shared / 2))
    return [
        Baseline(
            BaselineRecord(
                name=name,
                title=title,
                scores=judge(task, judged, fitted.values, fitted.probabilities, seed=seed),
                seconds=round(seconds, 3),
            ),
            *fitted,
        )
        for name, title, fitted, seconds in found
    ]


def _constant(task: str, learned: Array, rows: int, classes: int) -> _Fitted:
    if task == "regression":
        return _Fitted(np.full(rows, learned.mean()), None)
    shares = np.bincount(learned, minlength=classes) / len(learned)
    return _Fitted(np.full(rows, shares.argmax(), dtype=np.int64), np.tile(shares, (rows, 1)))


def _constant_title(target: TargetDecision, simple: _Fitted) -> str:
    if target.task == "regression":
        return f"always the mean ({format_number(float(simple.values[0]), digits=4)})"
    return f'always "{target.classes[int(simple.values[0])]}"'


def _linear(
    features: BaselineFeatures,
    learned: Array,
    train_rows: RowNumbers,
    test_rows: RowNumbers,
    classes: int,
    task: str,
    seed: int,
) -> _Fitted:
    train, test = features.linear[train_rows], features.linear[test_rows]
    if task == "regression":
        from sklearn.linear_model import RidgeCV

        # The target goes in standardised: a penalty chosen by leave-one-out is blind to its unit, rounding is not.
        mean, spread = learned.mean(), learned.std()
        model = RidgeCV(alphas=ALPHAS).fit(train, (learned - mean) / spread)
        return _Fitted(np.asarray(model.predict(test), dtype=np.float64) * spread + mean, None)
    return _decided(_logistic(train, learned, seed), test, classes)


def _logistic(train: Floats, learned: Array, seed: int) -> Any:
    """Logistic regression with the C of the smallest held-out log loss."""
    from scipy.sparse import csr_array
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    # One-hot columns are mostly zeros: stored sparsely, adult fits four times as fast.
    inputs = csr_array(train) if np.count_nonzero(train) < 0.25 * train.size else train
    folds = _folds(learned, seed)
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
                probabilities = _spread(model.predict_proba(inputs[kept]), model.classes_, int(learned.max()) + 1)
                losses[place] += row_log_loss(learned[kept], probabilities).sum()
        # No fold could be fitted (a class of one row, say): scikit-learn's own C = 1 stays.
        best = STRENGTHS[int(losses.argmin())] if losses.any() else 1.0
        return LogisticRegression(C=best, max_iter=1000).fit(inputs, learned)


def _folds(learned: Array, seed: int) -> list[Array]:
    """Masks ``[n]`` of the held-out rows, every class dealt out evenly; empty folds are left out."""
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(learned))
    order = order[np.argsort(learned[order], kind="stable")]
    fold = np.empty(len(learned), dtype=np.int64)
    fold[order] = np.arange(len(learned)) % FOLDS
    return [fold == place for place in range(FOLDS) if (fold == place).any()]


def _boosting(
    features: BaselineFeatures,
    learned: Array,
    train_rows: RowNumbers,
    test_rows: RowNumbers,
    classes: int,
    task: str,
    seed: int,
) -> _Fitted:
    train, test = features.trees[train_rows], features.trees[test_rows]
    settings = _boosting_settings(train, learned, features.categorical, task, seed)
    model = _booster(task, features.categorical, seed, settings).fit(train, learned)
    if task == "regression":
        return _Fitted(np.asarray(model.predict(test), dtype=np.float64), None)
    return _decided(model, test, classes)


def _boosting_settings(train: Floats, learned: Array, categorical: Array, task: str, seed: int) -> Mapping[str, Any]:
    """scikit-learn's own or many small slow trees, whichever loses less on held-out rows; large tables stop early."""
    counts = None if task == "regression" else np.unique_counts(learned).counts
    kinds = 1 if counts is None else len(counts)
    rounds = MOST_TREES // max(1, kinds - 1)
    if len(learned) > EARLY_STOPPING_ABOVE and (rounds > ROUNDS or kinds * ROUNDS <= MOST_MANY_CLASS_TREES):
        # Its inner split is stratified and refuses a class of a single row.
        lonely = counts is not None and counts.min() < 2
        return {"early_stopping": False} if rounds <= ROUNDS or lonely else {"max_iter": rounds, **PATIENT}
    if rounds <= ROUNDS:
        return _many_class_settings(kinds)
    folds = _folds(learned, seed)
    losses = np.zeros(len(SMALL_SETTINGS))
    for kept in folds[:1] if kinds > 2 else folds[:3]:
        rest = ~kept
        if task != "regression" and len(np.unique(learned[rest])) < 2:
            continue
        for place, settings in enumerate(SMALL_SETTINGS):
            model = _booster(task, categorical, seed, settings).fit(train[rest], learned[rest])
            if task == "regression":
                losses[place] += ((model.predict(train[kept]) - learned[kept]) ** 2).sum()
            else:
                probabilities = _spread(model.predict_proba(train[kept]), model.classes_, int(learned.max()) + 1)
                losses[place] += row_log_loss(learned[kept], probabilities).sum()
    return SMALL_SETTINGS[int(losses.argmin())]


def _many_class_settings(kinds: int) -> Mapping[str, Any]:
    """As many rounds as ``MOST_MANY_CLASS_TREES`` allows, the fewer the larger their steps; nothing is chosen on folds.

    A class of few rows has next to no curvature, and a leaf's Newton step without a penalty flies off: 200 classes of
    ten rows ended with a log loss of 30, with the penalty at 2.
    """
    rounds = max(1, min(ROUNDS, MOST_MANY_CLASS_TREES // kinds))
    rate = min(0.3, 0.1 * ROUNDS / rounds)
    return {"early_stopping": False, "max_iter": rounds, "learning_rate": rate, "l2_regularization": 1.0}


def _booster(task: str, categorical: Array, seed: int, settings: Mapping[str, Any]) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind = HistGradientBoostingRegressor if task == "regression" else HistGradientBoostingClassifier
    return kind(categorical_features=categorical if categorical.any() else None, random_state=seed, **settings)


def _decided(model: Any, test: Floats, classes: int) -> _Fitted:
    probabilities = _spread(model.predict_proba(test), model.classes_, classes)
    return _Fitted(probabilities.argmax(axis=1).astype(np.int64), probabilities)


def _spread(probabilities: Floats, known: Array, classes: int) -> Floats:
    """``[n, c]`` with 0 for the classes that the training rows did not hold."""
    everything = np.zeros((len(probabilities), classes))
    everything[:, known] = probabilities
    return everything
