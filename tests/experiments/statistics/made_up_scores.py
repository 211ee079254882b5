"""Scores whose means are known exactly, over 10 rounds of 5 folds of a table of 891 rows."""

import numpy as np
from cross_validated import columns

ROUND = columns(10, 5, 891)


def made_up(means: list[float], *, sd: float = 0.006, seed: int = 0) -> np.ndarray:
    """Scores ``[v, 50]`` with exactly these means: folds are hard or easy for all, and each variant has noise."""
    generator = np.random.default_rng(seed)
    noise = generator.normal(0, sd, (len(means), 50))
    base = generator.normal(0, 0.02, 50)
    noise, base = noise - noise.mean(axis=1, keepdims=True), base - base.mean()
    return np.array(means)[:, None] + noise + base
