"""NetworkEmbedder: labels become distances."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pellucid.errors import DataError, UsageError
from pellucid.estimators import NetworkEmbedder
from pellucid.training.drawing import draw_pairs, draw_triplets


@pytest.fixture(scope="module", name="digits")
def _digits():
    X, y = load_digits(return_X_y=True)
    return train_test_split(X, y, test_size=0.5, random_state=0, stratify=y)


@pytest.mark.parametrize("loss", ["triplet_margin(margin=0.5)", "cosine_embedding(margin=0.3)"])
def test_neighbours_in_the_embedding_beat_neighbours_in_as_many_principal_components(digits, loss):
    """Nearest neighbour of digits, 8 values a row: the embedding against standardised columns through PCA."""
    X, X_test, y, y_test = digits
    embedder = NetworkEmbedder(dimensions=8, loss=loss, epochs=10, random_state=0).fit(X, y)
    near = KNeighborsClassifier(1).fit(embedder.transform(X), y)
    ours = near.score(embedder.transform(X_test), y_test)
    plain = make_pipeline(StandardScaler(), PCA(8, random_state=0), KNeighborsClassifier(1)).fit(X, y)
    theirs = plain.score(X_test, y_test)
    assert ours > theirs + 0.02, (ours, theirs)
    assert ours > 0.93


def test_vectors_have_length_one(digits):
    X, X_test, y, _ = digits
    vectors = NetworkEmbedder(dimensions=3, hidden=(16,), epochs=1, units_per_row=2).fit(X, y).transform(X_test)
    assert vectors.shape == (len(X_test), 3)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, rtol=1e-12)


def test_the_seed_decides_everything(digits):
    X, X_test, y, _ = digits
    embedder = NetworkEmbedder(dimensions=2, hidden=(8,), epochs=1, units_per_row=2, random_state=3)
    first = embedder.fit(X, y).transform(X_test)
    np.testing.assert_array_equal(clone(embedder).fit(X, y).transform(X_test), first)
    assert not np.array_equal(clone(embedder).set_params(random_state=4).fit(X, y).transform(X_test), first)


def test_pairs_and_triplets_are_what_their_names_say():
    codes = np.random.default_rng(0).integers(0, 5, 200)
    pairs, signs = draw_pairs(codes, 10, seed=1)
    np.testing.assert_array_equal(np.where(codes[pairs[:, 0]] == codes[pairs[:, 1]], 1.0, -1.0), signs)
    assert (pairs[:, 0] != pairs[:, 1]).all()
    assert (signs == 1).mean() == 0.5
    anchor, alike, unlike = draw_triplets(codes, 10, seed=1).T
    assert (codes[anchor] == codes[alike]).all()
    assert (anchor != alike).all()
    assert (codes[anchor] != codes[unlike]).all()
    assert len(np.unique(unlike)) > 190
    np.testing.assert_array_equal(np.bincount(anchor, minlength=200), 10)


def test_a_row_alone_in_its_class_is_only_ever_unlike():
    codes = np.array([0, 0, 0, 1, 1, 2])
    anchor, alike, unlike = draw_triplets(codes, 50, seed=0).T
    assert 5 not in anchor
    assert 5 not in alike
    assert 5 in unlike


@pytest.mark.parametrize(
    ("y", "message"),
    [([0] * 10, "one class only"), (list(range(10)), "a class of its own")],
)
def test_labels_that_say_nothing_are_refused(y, message):
    with pytest.raises(DataError, match=message):
        NetworkEmbedder().fit(np.random.default_rng(0).normal(size=(10, 2)), y)


def test_a_loss_on_single_rows_is_refused():
    with pytest.raises(UsageError, match="is no loss on triplets, nor on pairs"):
        NetworkEmbedder(loss="mse").fit(np.eye(4), [0, 0, 1, 1])
