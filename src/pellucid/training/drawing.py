"""Pairs and triplets of rows, drawn from labels or judgements; a function of the seed alone."""

import numpy as np

from pellucid.errors import DataError
from pellucid.shapes import Array, Floats, RowNumbers

__all__ = ["draw_pairs", "draw_ranked_pairs", "draw_triplets"]


def draw_pairs(codes: Array, per_row: int, seed: int) -> tuple[RowNumbers, Floats]:
    """Pairs of rows ``[u, 2]`` and whether they are alike, +1 or −1 ``[u]``.

    Every row is the first of ``per_row`` pairs, half of them with a row of its own class, half with one of another.

    Args:
        codes: Class numbers ``[n]``.
        per_row: Pairs per row; ≥ 2.
        seed: Decides the drawing.

    Raises:
        DataError: If no class has two rows, or there is only one class.
    """
    anchors, alike, unlike = _partners(codes, max(1, per_row // 2), seed)
    pairs = np.concatenate([np.stack([anchors, alike], 1), np.stack([anchors, unlike], 1)])
    signs = np.repeat([1.0, -1.0], len(anchors))
    return pairs, signs


def draw_triplets(codes: Array, per_row: int, seed: int) -> RowNumbers:
    """Triplets ``[u, 3]``: a row, one of its class, one of another; arguments and errors as in ``draw_pairs``."""
    return np.stack(_partners(codes, per_row, seed), 1)


def _partners(codes: Array, per_row: int, seed: int) -> tuple[RowNumbers, RowNumbers, RowNumbers]:
    generator = np.random.default_rng([seed, 1])
    order = np.argsort(codes, kind="stable")
    _, first, counts = np.unique(codes[order], return_index=True, return_counts=True)
    if len(counts) < 2:
        raise DataError("y has one class only, so there are no rows to tell apart.", code="B053")
    if counts.max() < 2:
        raise DataError("Every row has a class of its own in y, so no two rows are alike.", code="B055")
    # Rows that are alone in their class have nobody to be alike with.
    anchors = np.repeat(order[np.repeat(counts > 1, counts)], per_row)
    place = np.empty(len(codes), dtype=np.int64)
    place[order] = np.arange(len(codes))
    start = np.repeat(first, counts)[place[anchors]]
    size = np.repeat(counts, counts)[place[anchors]]
    within = place[anchors] - start
    # One of the others of the class: all but the row itself, so size − 1 places from it on, around.
    alike = order[start + (within + 1 + generator.integers(0, size - 1)) % size]
    # One of the rows outside of the class: those behind it in the order, around.
    outside = len(codes) - size
    unlike = order[(start + size + generator.integers(0, outside)) % len(codes)]
    return anchors, alike, unlike


def draw_ranked_pairs(relevance: Floats, groups: Array, per_row: int, seed: int) -> tuple[RowNumbers, Floats]:
    """Pairs of rows of one group ``[u, 2]`` and which is above, +1 the first, −1 the second ``[u]``.

    Rows of equal relevance make no pair. Where a group has few pairs all are taken, else ``per_row`` per row are drawn.

    Args:
        relevance: Larger is better ``[n]``.
        groups: Rows with equal numbers are compared ``[n]``.
        per_row: Pairs per row, at most; ≥ 1.
        seed: Decides the drawing.

    Raises:
        DataError: If no two rows of a group differ in relevance.
    """
    generator = np.random.default_rng([seed, 2])
    found = []
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        wanted = per_row * len(rows)
        if len(rows) * (len(rows) - 1) // 2 <= 4 * wanted:
            first, second = np.triu_indices(len(rows), 1)
        else:
            first, second = generator.integers(0, len(rows), (2, 4 * wanted))
        pairs = np.stack([rows[first], rows[second]], 1)
        pairs = pairs[relevance[pairs[:, 0]] != relevance[pairs[:, 1]]]
        found.append(generator.permutation(pairs)[:wanted])
    every = np.concatenate(found) if found else np.empty((0, 2), dtype=np.int64)
    if not len(every):
        raise DataError("No two rows of a group differ in y, so there is no order to learn. Check y and group.")
    # Which row stands first is a coin, so that the sign says something.
    swapped = generator.random(len(every)) < 0.5
    every[swapped] = every[swapped][:, ::-1]
    return every, np.sign(relevance[every[:, 0]] - relevance[every[:, 1]])
