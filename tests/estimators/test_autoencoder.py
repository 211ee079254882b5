"""NetworkAutoencoder: through a narrow code and back."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from pellucid.errors import UsageError
from pellucid.estimators import NetworkAutoencoder


def a_bent_sheet(rows, seed, noise=0.02):
    """Two hidden values, six columns that bend with them."""
    draw = np.random.default_rng(seed)
    u, v = draw.uniform(-1.5, 1.5, (2, rows))
    X = np.stack([u, v, u * v, np.sin(2 * u), np.cos(2 * v), u**2 - v], axis=1)
    return X * [1, 10, 1, 5, 1, 2] + draw.normal(0, noise, X.shape)


def test_a_code_of_two_gives_back_more_than_two_principal_components():
    X, X_test = a_bent_sheet(800, 0), a_bent_sheet(400, 1)
    ours = NetworkAutoencoder(code=2, hidden=(32, 16), epochs=100, random_state=0).fit(X)
    mean, spread = X.mean(axis=0), X.std(axis=0)
    pca = PCA(2).fit((X - mean) / spread)
    scaled = (X_test - mean) / spread
    back = pca.inverse_transform(pca.transform(scaled))
    theirs = 1 - ((scaled - back) ** 2).sum() / ((scaled - scaled.mean(axis=0)) ** 2).sum()
    assert ours.score(X_test) > theirs + 0.15, (ours.score(X_test), theirs)
    assert ours.score(X_test) > 0.93


def test_the_halves_make_the_whole():
    X = a_bent_sheet(100, 0)
    model = NetworkAutoencoder(code=3, hidden=(8,), epochs=2).fit(X)
    codes = model.transform(X)
    assert codes.shape == (100, 3)
    whole = model.result_.outputs((X - X.mean(axis=0)) / X.std(axis=0))[0] * X.std(axis=0) + X.mean(axis=0)
    np.testing.assert_allclose(model.inverse_transform(codes), whole, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(model.reconstruct(X), model.inverse_transform(codes))


def test_denoising_brings_noisy_rows_nearer_to_the_truth():
    draw = np.random.default_rng(5)
    X, truth = a_bent_sheet(800, 0, noise=0.0), a_bent_sheet(300, 1, noise=0.0)
    noisy = truth + draw.normal(0, 0.3, truth.shape) * X.std(axis=0)
    model = NetworkAutoencoder(code=2, hidden=(32, 16), noise=0.3, epochs=60, random_state=0).fit(X)

    def distance(rows):
        return float((((rows - truth) / X.std(axis=0)) ** 2).mean())

    assert distance(model.reconstruct(noisy)) < 0.7 * distance(noisy)


def test_sparsity_makes_codes_small():
    X = a_bent_sheet(300, 0)
    sizes = [
        np.abs(
            NetworkAutoencoder(code=8, hidden=(), sparsity=s, epochs=60, activation="relu").fit(X).transform(X)
        ).mean()
        for s in (0.0, 0.3)
    ]
    assert sizes[1] < 0.5 * sizes[0]


@pytest.mark.parametrize(("numbers", "message"), [({"code": 0}, "code ≥ 1"), ({"sparsity": -1.0}, "sparsity ≥ 0")])
def test_numbers_out_of_range_are_refused(numbers, message):
    with pytest.raises(UsageError, match=message):
        NetworkAutoencoder(**numbers).fit(a_bent_sheet(20, 0))
