"""Made-up tables with one planted rule for every kind of target."""

from typing import Any

import numpy as np

ROWS = 300


def _inputs(seed: int) -> tuple[dict[str, Any], np.ndarray, np.random.Generator]:
    chance = np.random.default_rng(seed)
    X = chance.normal(size=(ROWS, 3))
    return {f"x{place}": X[:, place] for place in range(3)}, X, chance


def labels(seed: int = 0) -> dict[str, Any]:
    """Three labels: of one input, of the product of two, of the others' absence."""
    columns, X, chance = _inputs(seed)
    noise = 0.3 * chance.normal(size=(ROWS, 3))
    warm, odd = X[:, 0] + noise[:, 0] > 0, X[:, 1] * X[:, 2] + noise[:, 1] > 0.2
    return {**columns, "warm": np.where(warm, "yes", "no"), "odd": odd.astype(int), "rare": X[:, 2] + noise[:, 2] > 1}


def tags(seed: int = 0) -> dict[str, Any]:
    """The same labels in one column of text."""
    table = labels(seed)
    has = {"warm": table.pop("warm") == "yes", "odd": table.pop("odd") == 1, "rare": table.pop("rare")}
    rows = [[name for name, owns in has.items() if owns[row]] or ["plain"] for row in range(ROWS)]
    return {**table, "tags": ["|".join(row) for row in rows]}


def catches(seed: int = 0) -> dict[str, Any]:
    """Poisson counts whose rate is the exponential of a bent line."""
    columns, X, chance = _inputs(seed)
    return {**columns, "fish": chance.poisson(np.exp(0.8 + 0.8 * X[:, 0] + 0.5 * np.abs(X[:, 1])))}


def spread(seed: int = 0) -> dict[str, Any]:
    """A number whose spread grows with one input and whose middle follows another."""
    columns, X, chance = _inputs(seed)
    return {**columns, "y": 3 * X[:, 0] + (0.3 + np.abs(X[:, 1])) * chance.normal(size=ROWS)}


def grades(seed: int = 0) -> dict[str, Any]:
    """Words in an order, cut from a bent line."""
    columns, X, chance = _inputs(seed)
    hidden = X[:, 0] + np.abs(X[:, 1]) + 0.3 * chance.normal(size=ROWS)
    return {**columns, "grade": np.array(["poor", "fair", "good", "best"])[np.digitize(hidden, [0.0, 0.8, 1.6])]}


def shares(seed: int = 0) -> dict[str, Any]:
    """Percentages of three parts."""
    columns, X, chance = _inputs(seed)
    score = np.stack([X[:, 0], X[:, 1] * X[:, 2], 0 * X[:, 0]], axis=1) + 0.2 * chance.normal(size=(ROWS, 3))
    parts = 100 * np.exp(score) / np.exp(score).sum(axis=1, keepdims=True)
    return {**columns, "red": parts[:, 0], "green": parts[:, 1], "blue": parts[:, 2]}


def two_numbers(seed: int = 0) -> dict[str, Any]:
    """Two numbers of very different units, of the same inputs."""
    columns, X, chance = _inputs(seed)
    noise = 0.2 * chance.normal(size=(ROWS, 2))
    bent = np.abs(X[:, 0]) + X[:, 1]
    return {**columns, "grams": 1000 * (bent + noise[:, 0]), "metres": 0.01 * (np.sin(2 * X[:, 2]) + noise[:, 1])}
