"""Angle between the two vectors of a pair: cosine_embedding."""

import torch
from torch import Tensor

from pellucid.catalogue import Parameter
from pellucid.objectives.entry import Loss, Numbers, always, nobody_knows

__all__ = ["COSINE_EMBEDDING"]

# Added to squared lengths, so that vectors of length 0 have a cosine: torch.nn.functional.cosine_embedding_loss.
_TINY = 1e-12


def _cosines(outputs: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """First and second vectors ``[m, b, o]``, their squared lengths and cosines ``[m, b]``."""
    first, second = outputs.chunk(2, 1)
    a, b = (first * first).sum(2).add_(_TINY), (second * second).sum(2).add_(_TINY)
    return first, second, a, b, (first * second).sum(2) / torch.sqrt(a * b)


def _cosine_embedding(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """1 − cos for pairs that are alike (+1), max(0, cos − margin) for others (−1)."""
    cosine = _cosines(outputs)[-1]
    margin: Tensor = numbers["margin"]
    return torch.where(targets > 0, 1.0 - cosine, torch.relu(cosine - margin))


def _cosine_embedding_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """±(x₂/√(ab) − cos·x₁/a) for the first vector with a = |x₁|², b = |x₂|²; the same the other way round."""
    first, second, a, b, cosine = _cosines(outputs)
    margin: Tensor = numbers["margin"]
    sign = torch.where(targets > 0, -1.0, (cosine > margin).to(outputs.dtype)).unsqueeze(2)
    across = torch.rsqrt(a * b).unsqueeze(2)
    along = cosine.unsqueeze(2)
    to_first = second * across - first * (along / a.unsqueeze(2))
    to_second = first * across - second * (along / b.unsqueeze(2))
    return torch.cat([sign * to_first, sign * to_second], 1)


COSINE_EMBEDDING = Loss(
    name="cosine_embedding",
    formula="1 − cos(x₁, x₂) if y = 1, max(0, cos(x₁, x₂) − margin) if y = −1",
    purpose="For pairs of rows that are alike or not: alike ones are turned to the same direction, others apart. "
    "Lengths do not matter.",
    source="common",
    aliases=("CosineEmbeddingLoss", "cosine"),
    parameters=(
        Parameter(
            name="margin",
            default=0.0,
            meaning="cosine up to which unlike pairs are left alone",
            low=-1,
            high=1,
        ),
    ),
    twin="torch.nn.functional.cosine_embedding_loss",
    reads="embeddings",
    targets=("similarity",),
    outputs=lambda target, numbers: 0,
    needs="as many as wished: the embedding's width",
    untrained="depends on the pairs",
    expects=nobody_knows,
    link=always("identity"),
    head=always("embedding"),
    form="pairs",
    value=_cosine_embedding,
    gradient=_cosine_embedding_gradient,
)
