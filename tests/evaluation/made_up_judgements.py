"""Rows of every task to be judged, drawn by a seed: what was true and what an imperfect model says."""

from dataclasses import dataclass, replace

import numpy as np

from pellucid.evaluation.metrics import TASK_METRICS

TASKS = tuple(TASK_METRICS)
KINDS = (*TASKS, "regression of three targets", "count of three targets")
"""Tasks, and those of several targets."""
LEVELS = (0.1, 0.25, 0.5, 0.9)


@dataclass(frozen=True)
class Case:
    """Arguments of ``judge`` in its order."""

    task: str
    truth: np.ndarray
    values: np.ndarray
    probabilities: np.ndarray | None = None
    levels: tuple[float, ...] = ()

    @property
    def given(self) -> tuple[str, np.ndarray, np.ndarray, np.ndarray | None]:
        return self.task, self.truth, self.values, self.probabilities

    def taken(self, rows: np.ndarray) -> "Case":
        probabilities = None if self.probabilities is None else self.probabilities[rows]
        return replace(self, truth=self.truth[rows], values=self.values[rows], probabilities=probabilities)

    @property
    def perfect(self) -> "Case":
        """The same truth, met exactly."""
        probabilities = self.probabilities
        if self.task in ("binary", "multiclass", "ordinal"):
            assert probabilities is not None
            probabilities = np.eye(probabilities.shape[1])[self.truth]
        elif self.task in ("multilabel", "distribution"):
            probabilities = self.truth.astype(float)
        values = self.truth
        if self.task == "quantile":
            values = np.tile(self.truth[:, None], len(self.levels))
        if self.task == "distribution":
            values = self.truth.argmax(axis=1)
        if self.task == "embedding":
            values = np.tile(self.truth[:, None], self.values.shape[1])
        if self.task == "ranking":
            values = self.truth[:, 0]
        return replace(self, values=values, probabilities=probabilities)


def case(kind: str, rows: int = 40, seed: int = 0) -> Case:
    """Rows of a kind, every class and label occurring, many ties."""
    g = np.random.default_rng([seed, KINDS.index(kind)])
    task = kind.split(" of ")[0]
    several = kind != task
    if task in ("binary", "multiclass", "ordinal"):
        classes = 2 if task == "binary" else 4
        truth = np.concatenate([np.arange(classes), g.integers(0, classes, rows - classes)])
        raw = g.integers(1, 5, (rows, classes)) + 2.0 * np.eye(classes)[truth]
        values = np.where(g.random(rows) < 0.6, truth, g.integers(0, classes, rows))
        return Case(task, truth, values, raw / raw.sum(axis=1, keepdims=True))
    if task == "multilabel":
        truth = (g.random((rows, 3)) < (0.2, 0.5, 0.8)).astype(int)
        truth[:2] = [[0, 0, 0], [1, 1, 1]]
        probabilities = np.clip(0.3 + 0.4 * truth + 0.1 * g.integers(-3, 4, truth.shape), 0.05, 0.95)
        return Case(task, truth, (probabilities >= 0.5).astype(int), probabilities)
    if task == "distribution":
        truth = g.dirichlet((1.0, 2.0, 3.0), rows)
        truth[0] = [0, 0, 1]
        shares = 0.7 * truth + 0.3 * g.dirichlet((1.0, 1.0, 1.0), rows)
        return Case(task, truth, shares.argmax(axis=1), shares)
    if task == "embedding":
        truth = np.concatenate([np.arange(3), g.integers(0, 3, rows - 3)])
        drawn = g.integers(0, 3, (rows, 12))
        return Case(task, truth, np.where(g.random((rows, 12)) < 0.5, truth[:, None], drawn))
    if task == "ranking":
        relevance = g.integers(-1, 4, rows).astype(float)
        # One group: the laws weigh rows.
        truth = np.stack([relevance, np.zeros(rows)], axis=1)
        return Case(task, truth, np.round(relevance + 1.5 * g.normal(size=rows)))
    if task == "reconstruction":
        truth = g.normal(size=(rows, 3)) * (1.0, 2.0, 0.5) + (0.0, 5.0, -1.0)
        return Case(task, truth, truth + 0.5 * g.normal(size=truth.shape))
    if task == "sequence":
        truth, values = g.integers(1, 4, (rows, 5)), g.integers(1, 4, (rows, 6))
        values[:, :5] = np.where(g.random((rows, 5)) < 0.7, truth, values[:, :5])
        truth[np.arange(5) >= g.integers(1, 6, rows)[:, None]] = 0
        values[np.arange(6) >= g.integers(0, 7, rows)[:, None]] = 0
        return Case(task, truth, values)
    shape = (rows, 3) if several else (rows,)
    if task == "count":
        rates = np.exp(g.normal(0.5, 0.7, shape))
        return Case(task, g.poisson(rates).astype(float), rates * np.exp(g.normal(0, 0.2, shape)))
    truth = 5 + 3 * g.normal(size=shape)
    if task == "quantile":
        noise = g.normal(size=rows)
        z = np.array([-1.28, -0.67, 0.0, 1.28])
        values = (truth + 2 * noise)[:, None] + 2 * z + 0.3 * g.normal(size=(rows, 4))
        return Case(task, truth, values, None, LEVELS)
    return Case(task, truth, truth + g.normal(size=shape))


def weights_for(rows: int, seed: int) -> np.ndarray:
    """Whole weights of at least 1."""
    return np.random.default_rng([seed, 99]).integers(1, 4, rows).astype(float)
