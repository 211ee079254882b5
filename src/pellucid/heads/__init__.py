"""From outputs to predictions, by name: every head's link, its mean over members, and its decision; no torch."""

from pellucid.catalogue import Registry
from pellucid.heads.adaptive import ADAPTIVE
from pellucid.heads.classes import (
    EXP_LOG_PROBABILITIES,
    MARGIN,
    PROBABILITIES,
    PROBABILITY,
    SCORES,
    SIGMOID,
    SOFTMAX,
)
from pellucid.heads.entry import ChosenHead, Head
from pellucid.heads.frames import FRAMES, collapse
from pellucid.heads.labels import GIVEN_PROBABILITIES, LABEL_SCORES, SIGMOIDS
from pellucid.heads.numbers import EXP, IDENTITY, MEAN_AND_VARIANCE, QUANTILES
from pellucid.heads.ordinal import CORAL, CORN
from pellucid.heads.vectors import EMBEDDING, RANKING

__all__ = ["HEADS", "ChosenHead", "Head", "collapse"]

HEADS: Registry[Head, ChosenHead] = Registry(
    "head",
    [
        SIGMOID,
        PROBABILITY,
        SOFTMAX,
        EXP_LOG_PROBABILITIES,
        PROBABILITIES,
        MARGIN,
        SCORES,
        ADAPTIVE,
        CORN,
        CORAL,
        SIGMOIDS,
        GIVEN_PROBABILITIES,
        LABEL_SCORES,
        IDENTITY,
        EXP,
        MEAN_AND_VARIANCE,
        QUANTILES,
        EMBEDDING,
        RANKING,
        FRAMES,
    ],
    ChosenHead,
)
