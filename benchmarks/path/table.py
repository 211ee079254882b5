"""Exercise 5's table and the loss that all contestants are judged by."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

__all__ = ["FOLDS", "HIDDEN", "STRENGTHS", "iris", "told"]

HIDDEN = 10
STRENGTHS = np.geomspace(1e-3, 1e3, 20)
FOLDS = 5


def iris() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Sepal and petal length ``[70, 2]``, standardised, and setosa or versicolor: the training rows alone."""
    table = load_iris()
    chosen = table.target < 2
    X, _, y, _ = train_test_split(
        table.data[chosen][:, [0, 2]],
        table.target[chosen],
        test_size=0.3,
        stratify=table.target[chosen],
        random_state=42,
    )
    return StandardScaler().fit_transform(X), y


def told(weights: Sequence[Sequence[NDArray[Any]]], biases: Sequence[Sequence[NDArray[Any]]]) -> dict[str, list[float]]:
    """Log loss and penalised loss ``[strength]`` of networks on the training rows, in float64.

    scikit-learn's penalised loss: mean log loss + α/(2n) · Σw² over weights, not biases
    (``sklearn/neural_network/_multilayer_perceptron.py``, ``_backprop``).

    Args:
        weights: Of every strength, each layer's ``[in, out]``.
        biases: Of every strength, each layer's ``[out]``.
    """
    X, y = iris()
    found: dict[str, list[float]] = {"log_loss": [], "penalised_loss": []}
    for strength, own, shifts in zip(STRENGTHS, weights, biases, strict=True):
        hidden = np.maximum(X @ own[0] + shifts[0], 0)
        z = (hidden @ own[1] + shifts[1])[:, 0]
        loss = float(np.mean(np.logaddexp(0, z) - z * y))
        penalty = strength / (2 * len(X)) * sum(float((weight.astype(np.float64) ** 2).sum()) for weight in own)
        found["log_loss"].append(loss)
        found["penalised_loss"].append(loss + penalty)
    return found
