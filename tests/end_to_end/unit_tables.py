"""Made-up tables whose networks learn from pairs, triplets, whole rows or sequences, each with one planted rule."""

from typing import Any

import numpy as np

LETTERS = ("a", "b", "c", "d")


def stripes(rows: int = 450, seed: int = 0) -> dict[str, Any]:
    """Labels by the sum of two columns of twelve: the others are noise, among which neighbours by the columns get lost.

    One column is a category, one has gaps.
    """
    draw = np.random.default_rng(seed)
    X = draw.normal(size=(rows, 12))
    label = np.digitize(X[:, 0] + X[:, 1], [-0.8, 0.0, 0.8])
    table: dict[str, Any] = {f"x{place}": X[:, place] for place in range(12)}
    table["x7"] = np.where(draw.random(rows) < 0.1, np.nan, X[:, 7])
    return {**table, "colour": draw.choice(["red", "green"], rows), "label": np.array(LETTERS)[label]}


def queries(groups: int = 30, seed: int = 0) -> dict[str, Any]:
    """Answers to questions: relevance has levels, is bent in x, and every question has a level of its own."""
    draw = np.random.default_rng(seed)
    group = np.repeat(np.arange(groups), 15)
    X = draw.normal(size=(len(group), 3))
    merit = np.abs(X[:, 0]) - 0.5 * X[:, 1] ** 2 + 0.3 * X[:, 2] + draw.normal(0, 0.1, len(group))
    relevance = np.digitize(merit, [-1, -0.3, 0.2, 0.8]) + draw.integers(0, 50, groups)[group]
    table: dict[str, Any] = {f"x{place}": X[:, place] for place in range(3)}
    return {**table, "query": [f"q{number}" for number in group], "relevance": relevance}


def ring(rows: int = 300, seed: int = 0) -> dict[str, Any]:
    """Six columns that all follow one angle: a code of one value holds nearly everything, a straight line does not."""
    draw = np.random.default_rng(seed)
    angle = draw.uniform(0, 1.6 * np.pi, rows)
    columns = [np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle), angle]
    table: dict[str, Any] = {f"x{n}": column + draw.normal(0, 0.05, rows) for n, column in enumerate(columns)}
    return {**table, "half": np.where(angle > 0.8 * np.pi, "back", "front")}


def words(count: int = 90, seed: int = 0) -> dict[str, Any]:
    """Words of two to four letters; each letter sounds for two to four rows, with silence between, and noise on all."""
    draw = np.random.default_rng(seed)
    sounds = np.random.default_rng(99).normal(size=(4, 5))
    frames, texts, names = [], [], []
    for number in range(count):
        word = draw.integers(0, 4, draw.integers(2, 5))
        parts = []
        for letter in word:
            parts += [np.zeros((draw.integers(1, 3), 5)), np.tile(sounds[letter], (draw.integers(2, 5), 1))]
        own = np.concatenate([*parts, np.zeros((1, 5))])
        frames.append(own + draw.normal(0, 0.3, own.shape))
        texts += [" ".join(LETTERS[letter] for letter in word)] * len(own)
        names += [f"w{number}"] * len(own)
    X = np.concatenate(frames)
    return {**{f"x{place}": X[:, place] for place in range(5)}, "word": names, "text": texts}
