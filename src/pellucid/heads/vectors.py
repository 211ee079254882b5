"""Heads of pairs and triplets: unit vectors to compare rows by, and scores to rank rows by."""

import numpy as np

from pellucid.heads.classes import one
from pellucid.heads.entry import Head, Numbers, mean
from pellucid.heads.sums import total
from pellucid.shapes import Array, Floats

__all__ = ["EMBEDDING", "RANKING"]


def _unit(vectors: Floats) -> Floats:
    """Vectors ``[m, o, b]`` of length 1; the zero vector has no direction and stays."""
    # The largest entry is taken out first, so that no square overflows or vanishes.
    size = np.max(np.abs(vectors), axis=1, keepdims=True)
    scaled = vectors / np.where(size > 0, size, 1.0)
    length = np.sqrt(total(np.square(scaled)))
    units: Floats = scaled / np.where(length > 0, length, 1.0)
    return units


def _as_is(predictions: Floats, numbers: Numbers) -> Array:
    return predictions


EMBEDDING = Head(
    name="embedding",
    formula="v = z/|z|",
    purpose="A direction for every row: rows that are alike point alike.",
    source="Schroff, Kalenichenko & Philbin (2015), FaceNet, arXiv 1503.03832, §3",
    gives="vectors",
    tasks=("similarity", "triplets"),
    outputs=lambda target, numbers: 0,
    predict=lambda z, numbers: _unit(z),
    average=lambda predictions, weights: _unit(mean(predictions, weights)[None])[0],
    decide=_as_is,
    decision="the unit vector itself",
)
RANKING = Head(
    name="ranking",
    formula="s = z",
    purpose="One score a row, to put rows in order; only differences of scores mean something.",
    source="Herbrich, Graepel & Obermayer (2000), Large margin rank boundaries for ordinal regression",
    gives="scores",
    tasks=("ranking",),
    outputs=one,
    predict=lambda z, numbers: z,
    decide=_as_is,
    decision="the score itself",
)
