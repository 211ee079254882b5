"""The right loss for every kind of target: what ``auto`` means."""

from collections.abc import Iterator

from pellucid.objectives.losses import LOSSES
from pellucid.records import TargetSpec, TargetTask

__all__ = ["AUTOMATIC", "EMBEDDING_WIDTH", "candidates"]

AUTOMATIC: dict[TargetTask, str] = {
    "binary": "bce_with_logits",
    "multiclass": "cross_entropy",
    "multilabel": "bce_with_logits",
    "ordinal": "corn",
    "distribution": "cross_entropy",
    "regression": "mse",
    "count": "poisson_nll",
    "quantile": "quantile",
    "similarity": "cosine_embedding",
    "triplets": "triplet_margin",
    "ranking": "margin_ranking",
    "sequence": "ctc",
    "reconstruction": "mse",
}
"""Task → loss."""
EMBEDDING_WIDTH = 16
"""Outputs of an embedding that nobody chose the width of."""


def candidates(target: TargetSpec) -> Iterator[str]:
    """Losses for a target: the right one, then all others that accept it, for outputs that the first cannot read."""
    yield AUTOMATIC[target.task]
    for loss in LOSSES:
        if target.task in loss.targets and loss.name != AUTOMATIC[target.task]:
            yield loss.name
