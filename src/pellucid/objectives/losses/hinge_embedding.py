"""Distance between the two vectors of a pair: hinge_embedding."""

import torch
from torch import Tensor

from pellucid.catalogue import Parameter
from pellucid.objectives.entry import Loss, Numbers, always, nobody_knows

__all__ = ["HINGE_EMBEDDING"]


def _apart(outputs: Tensor) -> tuple[Tensor, Tensor]:
    """x₁ − x₂ ``[m, b, o]`` and its length ``[m, b]``."""
    first, second = outputs.chunk(2, 1)
    apart = first - second
    return apart, torch.sqrt(apart.square().sum(2))


def _hinge_embedding(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """The distance d for pairs that are alike (+1), max(0, margin − d) for others (−1)."""
    _, length = _apart(outputs)
    margin: Tensor = numbers["margin"]
    return torch.where(targets > 0, length, torch.relu(margin - length))


def _hinge_embedding_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """±(x₁ − x₂)/d for the first vector, the opposite for the second; 0 at d = 0."""
    apart, length = _apart(outputs)
    margin: Tensor = numbers["margin"]
    slope = torch.where(targets > 0, 1.0, -(length < margin).to(outputs.dtype))
    slope = torch.where(length > 0, slope / length, 0.0).unsqueeze(2) * apart
    return torch.cat([slope, -slope], 1)


HINGE_EMBEDDING = Loss(
    name="hinge_embedding",
    formula="d if y = 1, max(0, margin − d) if y = −1, d = |x₁ − x₂|",
    purpose="For pairs of rows that are alike or not: alike ones are drawn together, others pushed apart as far as a "
    "margin.",
    source='Hadsell, Chopra & LeCun (2006), "Dimensionality reduction by learning an invariant mapping"; there '
    "with squares",
    aliases=("HingeEmbeddingLoss", "contrastive"),
    parameters=(
        Parameter(
            name="margin",
            default=1.0,
            meaning="distance from which on unlike pairs are left alone",
            low=0,
            open_low=True,
        ),
    ),
    twin="torch.nn.functional.hinge_embedding_loss",
    reads="embeddings",
    targets=("similarity",),
    outputs=lambda target, numbers: 0,
    needs="as many as wished: the embedding's width",
    untrained="depends on the pairs",
    expects=nobody_knows,
    link=always("identity"),
    head=always("embedding"),
    form="distances",
    value=_hinge_embedding,
    gradient=_hinge_embedding_gradient,
)
