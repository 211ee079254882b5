"""Tables of cross-validated scores with the dependence that real ones have: learners that are fitted, on shared rows.

Learners are equal by construction, not by assumption: the inputs of a table are exchangeable, each learner sees a block
of its own and perhaps a common one, so that none is better on tables of this kind although one is on each of them.
"""

from collections.abc import Iterator

import numpy as np

RIDGE = 1.0


def columns(repeats: int, folds: int, rows: int) -> dict[str, np.ndarray]:
    """The arguments of ``stand`` that describe the replicates."""
    held_out = np.full(repeats * folds, rows // folds)
    return {
        "repeat": np.repeat(np.arange(repeats), folds),
        "fold": np.tile(np.arange(folds), repeats),
        "train_rows": rows - held_out,
        "test_rows": held_out,
    }


def linear_learners(
    tables: int,
    variants: int,
    *,
    repeats: int,
    folds: int,
    rows: int,
    own: int = 2,
    common: int = 0,
    strength: float = 1.0,
    seed: int = 0,
    flips: float = 0.0,
) -> Iterator[np.ndarray]:
    """Accuracies ``[v, r]`` of ridge classifiers on so many tables.

    On a share ``flips`` of the rows, drawn for each table, the last variant's predictions are turned over: with an
    accuracy a this costs it flips·(2a − 1) in expectation, on the same rows whenever they are held out.
    """
    generator = np.random.default_rng(seed)
    for _ in range(tables):
        inputs = generator.normal(size=(rows, common + variants * own))
        # What is common carries most of the signal, so that the learners agree on most rows.
        weights = np.concatenate([np.full(common, 4.0), np.ones(variants * own)])
        labels = _labels(inputs @ weights / np.sqrt((weights**2).sum()) * strength * 2, generator)
        held_out = _held_out(repeats, folds, rows, generator)
        blocks = inputs[:, common:].reshape(rows, variants, own).transpose(1, 0, 2)
        shared = np.broadcast_to(inputs[:, :common], (variants, rows, common))
        features = np.concatenate([shared, blocks, np.ones((variants, rows, 1))], axis=2)
        scores = _fitted(features[:, None], labels, held_out)
        predicted = scores > 0
        if flips:
            predicted[-1] ^= generator.random(rows) < flips
        yield _accuracies(predicted, labels, held_out)


def random_feature_learners(
    tables: int, variants: int, *, repeats: int, folds: int, rows: int, width: int = 12, seed: int = 0
) -> Iterator[np.ndarray]:
    """Accuracies ``[v, r]`` of networks with a random hidden layer, drawn anew for every network, as seeds do."""
    generator = np.random.default_rng(seed)
    for _ in range(tables):
        inputs = generator.normal(size=(rows, variants * 2))
        labels = _labels(inputs.sum(axis=1) * 1.5, generator)
        held_out = _held_out(repeats, folds, rows, generator)
        blocks = inputs.reshape(rows, variants, 2).transpose(1, 0, 2)[:, None]
        hidden = generator.normal(size=(variants, repeats * folds, 2, width)) / np.sqrt(2)
        features = np.tanh(blocks @ hidden + generator.normal(size=(variants, repeats * folds, 1, width)))
        yield _accuracies(_fitted(features, labels, held_out) > 0, labels, held_out)


def _labels(logits: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return np.where(logits + generator.logistic(size=len(logits)) > 0, 1.0, -1.0)


def _held_out(repeats: int, folds: int, rows: int, generator: np.random.Generator) -> np.ndarray:
    """1 where a replicate holds the row out ``[r, n]``."""
    parts = np.stack([generator.permutation(rows).reshape(folds, -1) for _ in range(repeats)])
    masks = np.zeros((repeats * folds, rows))
    np.put_along_axis(masks, parts.reshape(repeats * folds, -1), 1.0, axis=1)
    return masks


def _fitted(features: np.ndarray, labels: np.ndarray, held_out: np.ndarray) -> np.ndarray:
    """Outputs ``[v, r, n]`` of ridge regressions on the labels, trained on the rows that each replicate keeps."""
    kept = (1 - held_out)[:, :, None]
    if features.shape[1] == 1:
        # The same inputs for every replicate: products of a row once, their sums by replicate.
        flat = features[:, 0]
        width = flat.shape[2]
        products = (flat[..., :, None] * flat[..., None, :]).reshape(len(flat), len(labels), width * width)
        square = (kept[:, :, 0] @ products).reshape(len(flat), len(held_out), width, width)
        right = kept[:, :, 0] @ (flat * labels[:, None])
    else:
        square = (features * kept).swapaxes(-1, -2) @ features
        right = ((features * kept).swapaxes(-1, -2) @ labels[:, None])[..., 0]
    weights = np.linalg.solve(square + RIDGE * np.eye(square.shape[-1]), right[..., None])
    return (features @ weights)[..., 0]


def _accuracies(predicted: np.ndarray, labels: np.ndarray, held_out: np.ndarray) -> np.ndarray:
    right = predicted == (labels > 0)
    return (right * held_out).sum(axis=-1) / held_out.sum(axis=-1)
