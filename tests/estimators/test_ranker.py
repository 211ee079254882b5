"""NetworkRanker: an order within groups."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from pellucid.errors import DataError
from pellucid.estimators import NetworkRanker
from pellucid.training.drawing import draw_ranked_pairs


def queries(groups, seed):
    """Answers to questions: relevance has levels, is bent in x, and every question has a level of its own."""
    draw = np.random.default_rng(seed)
    group = np.repeat(np.arange(groups), 20)
    X = draw.normal(size=(len(group), 4))
    merit = np.abs(X[:, 0]) - 0.5 * X[:, 1] ** 2 + 0.3 * X[:, 2] + draw.normal(0, 0.1, len(group))
    return X, np.digitize(merit, [-1, -0.3, 0.2, 0.8]) + draw.integers(0, 50, groups)[group], group


def test_the_order_beats_that_of_a_linear_regression():
    X, y, group = queries(60, 0)
    X_test, y_test, group_test = queries(40, 1)
    ranker = NetworkRanker(epochs=10, random_state=0).fit(X, y, group)
    ours = ranker.score(X_test, y_test, group_test)

    class Linear(NetworkRanker):
        def predict(self, X):
            return line.predict(X)

    # The regression sees relevance without the questions' own levels: more than the ranker knows.
    centred = y - np.array([y[group == each].mean() for each in range(60)])[group]
    line = LinearRegression().fit(X, centred)
    theirs = Linear().score(X_test, y_test, group_test)
    assert ours > theirs + 0.1, (ours, theirs)
    assert ours > 0.9


def test_pairs_stay_within_a_group_and_say_who_is_above():
    _, y, group = queries(5, 2)
    pairs, signs = draw_ranked_pairs(y.astype(float), group, 3, seed=0)
    assert (group[pairs[:, 0]] == group[pairs[:, 1]]).all()
    np.testing.assert_array_equal(np.sign(y[pairs[:, 0]] - y[pairs[:, 1]]), signs)
    assert 0.35 < (signs > 0).mean() < 0.65
    assert len(pairs) <= 3 * len(y)


def test_equal_relevance_everywhere_is_refused():
    with pytest.raises(DataError, match="No two rows of a group differ"):
        NetworkRanker().fit(np.random.default_rng(0).normal(size=(6, 2)), [1, 1, 2, 2, 3, 3], [0, 0, 1, 1, 2, 2])
