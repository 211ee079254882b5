"""NetworkSequenceLabeller: labels without an alignment."""

import numpy as np
import pytest

from pellucid.errors import DataError
from pellucid.estimators import NetworkSequenceLabeller
from pellucid.evaluation.metrics.sequences import edit_distance

LETTERS = np.array(["a", "b", "c", "d"])


def utterances(count, seed):
    """Words of 2 to 4 letters; each letter sounds for 2 to 5 frames, with silence between, and noise on all."""
    draw = np.random.default_rng(seed)
    sounds = np.random.default_rng(99).normal(size=(4, 6))
    frames, labels = [], []
    for _ in range(count):
        word = draw.integers(0, 4, draw.integers(2, 5))
        parts = []
        for letter in word:
            parts.append(np.zeros((draw.integers(1, 3), 6)))
            parts.append(np.tile(sounds[letter], (draw.integers(2, 6), 1)))
        sequence = np.concatenate([*parts, np.zeros((1, 6))])
        frames.append(sequence + draw.normal(0, 0.4, sequence.shape))
        labels.append(LETTERS[word])
    return frames, labels


def test_labels_are_found_where_no_frame_was_labelled():
    """Against the best constant guess: the sequence with the fewest edits to all training sequences."""
    X, y = utterances(150, 0)
    X_test, y_test = utterances(60, 1)
    model = NetworkSequenceLabeller(epochs=40, random_state=0).fit(X, y)
    guess = min(y, key=lambda own: sum(edit_distance(own, other) for other in y))
    constant = 1 - sum(edit_distance(guess, own) for own in y_test) / sum(map(len, y_test))
    assert model.score(X_test, y_test) > 0.9
    assert constant < 0.5
    assert set(model.predict(X_test)[0]) <= set(LETTERS)


def test_probabilities_are_those_of_blank_and_labels():
    X, y = utterances(10, 0)
    logs = NetworkSequenceLabeller(epochs=1, hidden=(8,)).fit(X, y).predict_log_proba(X)
    assert [len(each) for each in logs] == [len(each) for each in X]
    np.testing.assert_allclose(np.exp(logs[0]).sum(axis=1), 1.0)
    assert logs[0].shape[1] == 5


def test_a_sequence_too_short_for_its_labels_is_named():
    X, y = utterances(3, 0)
    X[1], y[1] = X[1][:3], np.array(["a", "a"])
    NetworkSequenceLabeller(epochs=1).fit(X, y)
    X[1] = X[1][:2]
    with pytest.raises(DataError, match="Sequence 1 has 2 frames, but its 2 labels need 3"):
        NetworkSequenceLabeller(epochs=1).fit(X, y)


@pytest.mark.parametrize(
    ("left", "right", "edits"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("ab", "ba", 2)],
)
def test_edit_distance_counts_edits(left, right, edits):
    assert edit_distance(left, right) == edits
    assert edit_distance(right, left) == edits
