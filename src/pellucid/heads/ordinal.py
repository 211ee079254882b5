"""Heads of ordered classes: each of C − 1 outputs asks whether the class is above one of the first C − 1."""

import numpy as np

from pellucid.heads.entry import Head, Numbers
from pellucid.heads.sums import logistic
from pellucid.records import TargetSpec
from pellucid.shapes import Array, Floats

__all__ = ["CORAL", "CORN"]


def _between(above: Floats) -> Floats:
    """Class probabilities ``[m, c, b]`` from p(y > k) ``[m, c − 1, b]``, which never rise with k."""
    edge = np.ones_like(above[:, :1])
    between: Floats = np.concatenate([edge, above], axis=1) - np.concatenate([above, np.zeros_like(edge)], axis=1)
    return between


def _corn(z: Floats, numbers: Numbers) -> Floats:
    # p(y > k) = Π_{j ≤ k} σ(z_j): each output is conditional on the ones before it.
    return _between(np.cumprod(logistic(z)[0], axis=1))


def _coral(z: Floats, numbers: Numbers) -> Floats:
    # p(y > k) = σ(z_k). Learned thresholds may cross; the lower of two crossing ones then counts for both.
    return _between(np.minimum.accumulate(logistic(z)[0], axis=1))


def _median(predictions: Floats, numbers: Numbers) -> Array:
    """The least class that half of the probability does not exceed: the number of k with p(y > k) > ½."""
    at_most = np.cumsum(predictions, axis=0)[:-1]
    return np.asarray(np.sum(at_most < 0.5, axis=0), dtype=np.int64)


def _one_less(target: TargetSpec, numbers: Numbers) -> int:
    return target.classes - 1


CORN = Head(
    name="corn",
    formula="p(y > k) = Π_{j ≤ k} 1/(1 + e^−z_j)",
    purpose="Ordered classes from conditional questions; their probabilities never contradict the order.",
    source="Shi, Cao & Raschka (2021), Deep neural networks for rank-consistent ordinal regression, arXiv 2111.08851",
    gives="class_probabilities",
    tasks=("ordinal",),
    outputs=_one_less,
    predict=_corn,
    decide=_median,
    decision="the median class",
)
CORAL = Head(
    name="coral",
    formula="p(y > k) = 1/(1 + e^−z_k), z_k = score + threshold_k",
    purpose="Ordered classes from one score and a threshold between each two neighbours.",
    source="Cao, Mirjalili & Raschka (2020), Rank consistent ordinal regression, arXiv 1901.07884, §3.2",
    gives="class_probabilities",
    tasks=("ordinal",),
    outputs=_one_less,
    predict=_coral,
    decide=_median,
    decision="the median class",
)
