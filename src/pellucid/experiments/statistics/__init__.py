"""Scores of variants on shared replicates become honest statements: NumPy and SciPy, no torch.

standing = stand(scores, variants=…, repeat=…, fold=…, train_rows=…, test_rows=…, metric="accuracy")
for sentence in sentences(standing): …
"""

from pellucid.experiments.statistics.importance import FactorImportance, Importance, LevelMean
from pellucid.experiments.statistics.outcome import Detectable, Pair, Standing, Variant
from pellucid.experiments.statistics.sentences import (
    choice_sentence,
    factor_sentences,
    sentences,
    verdict_sentences,
)
from pellucid.experiments.statistics.standing import stand

__all__ = [
    "Detectable",
    "FactorImportance",
    "Importance",
    "LevelMean",
    "Pair",
    "Standing",
    "Variant",
    "choice_sentence",
    "factor_sentences",
    "sentences",
    "stand",
    "verdict_sentences",
]
