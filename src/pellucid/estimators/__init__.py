"""Networks by scikit-learn's contract: fit, transform or predict, score."""

from pellucid.estimators.autoencoder import NetworkAutoencoder
from pellucid.estimators.embedder import NetworkEmbedder
from pellucid.estimators.ranker import NetworkRanker
from pellucid.estimators.sequence_labeller import NetworkSequenceLabeller

__all__ = ["NetworkAutoencoder", "NetworkEmbedder", "NetworkRanker", "NetworkSequenceLabeller"]
