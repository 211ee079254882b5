"""Distances within a triplet of an anchor, a row like it and a row unlike it: triplet_margin."""

from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.catalogue import Parameter, Value
from pellucid.objectives.entry import Loss, Numbers, always
from pellucid.records import TargetSpec

__all__ = ["TRIPLET_MARGIN"]


def _length(apart: Tensor, p: float) -> Tensor:
    """(Σ |d|^p)^(1/p) ``[m, b]``."""
    size = apart.abs()
    if p == 1.0:
        return size.sum(2)
    if p == 2.0:
        return torch.sqrt(size.square().sum(2))
    # The largest is taken out first, so that no power overflows; log 0 = −∞ and e^(−∞) = 0 are right here.
    largest = size.amax(2).clamp(min=torch.finfo(apart.dtype).tiny)
    shares = torch.exp(p * torch.log(size / largest.unsqueeze(2))).sum(2)
    return largest * torch.exp(torch.log(shares) / p)


def _length_slope(apart: Tensor, length: Tensor, p: float) -> Tensor:
    """sign(d)·(|d|/length)^(p − 1) ``[m, b, o]``, 0 for the length 0."""
    if p == 1.0:
        return torch.sign(apart)
    wide = length.unsqueeze(2)
    share = torch.where(wide > 0, apart / wide, 0.0)
    return share if p == 2.0 else torch.sign(apart) * torch.exp((p - 1.0) * torch.log(share.abs()))


class _Distances:
    """The distances of triplets ``[m, 3·b, o]``, each ``[m, b]``, and what they are distances of."""

    def __init__(self, outputs: Tensor, numbers: Numbers) -> None:
        anchor, alike, unlike = outputs.chunk(3, 1)
        self.p, eps = float(numbers["p"]), float(numbers["eps"])
        # eps is added to every difference, as torch.nn.functional.pairwise_distance does.
        self.to_alike, self.to_unlike = anchor - alike + eps, anchor - unlike + eps
        self.near, self.far = _length(self.to_alike, self.p), _length(self.to_unlike, self.p)
        self.between: Tensor | None = None
        self.swapped: Tensor | None = None
        if numbers["swap"]:
            self.between = alike - unlike + eps
            other = _length(self.between, self.p)
            self.swapped = other < self.far
            self.far = torch.minimum(self.far, other)


def _triplet_margin(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """max(0, margin + d(anchor, alike) − d(anchor, unlike)); with ``swap`` d(alike, unlike) if that is less."""
    found = _Distances(outputs, numbers)
    margin: Tensor = numbers["margin"]
    return torch.relu(margin + found.near - found.far)


def _triplet_margin_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """Slopes of the two distances that count, where the triplet is short of the margin."""
    found = _Distances(outputs, numbers)
    margin: Tensor = numbers["margin"]
    short = (margin + found.near - found.far > 0).unsqueeze(2)
    near = torch.where(short, _length_slope(found.to_alike, found.near, found.p), 0.0)
    if found.between is None or found.swapped is None:
        far = torch.where(short, _length_slope(found.to_unlike, found.far, found.p), 0.0)
        return torch.cat([near - far, -near, far], 1)
    swapped = found.swapped.unsqueeze(2)
    slope = _length_slope(torch.where(swapped, found.between, found.to_unlike), found.far, found.p)
    far = torch.where(short, slope, 0.0)
    from_anchor, from_alike = torch.where(swapped, 0.0, far), torch.where(swapped, far, 0.0)
    return torch.cat([near - from_anchor, -near - from_alike, far], 1)


def _expected(target: TargetSpec, numbers: Mapping[str, Value]) -> float:
    """All vectors equal: both distances are the same."""
    margin = numbers["margin"]
    assert isinstance(margin, float)
    return margin


TRIPLET_MARGIN = Loss(
    name="triplet_margin",
    formula="max(0, margin + d(a, p) − d(a, n)), d = (Σ|x₁ − x₂ + eps|^p)^(1/p)",
    purpose="For triplets of an anchor, a row like it and a row unlike it: the unlike one is to be further away by a "
    "margin.",
    source='Schroff, Kalenichenko & Philbin (2015), "FaceNet", arXiv 1503.03832; swap: Balntas et al. (2016), '
    '"Learning local feature descriptors with triplets and shallow convolutional neural networks"',
    aliases=("TripletMarginLoss", "triplet"),
    parameters=(
        Parameter(name="margin", default=1.0, meaning="difference of distances that is asked for", low=0),
        Parameter(
            name="p",
            default=2.0,
            meaning="which distance: 1 city blocks, 2 straight lines, larger ones the largest difference",
            low=1,
            structural=True,
        ),
        Parameter(
            name="swap",
            default=False,
            meaning="take the alike row as anchor where the unlike one is nearer to it",
            kind="flag",
            structural=True,
        ),
        Parameter(
            name="eps",
            default=1e-6,
            meaning="added to every difference",
            low=0,
            structural=True,
        ),
    ),
    twin="torch.nn.functional.triplet_margin_loss",
    reads="embeddings",
    targets=("triplets",),
    outputs=lambda target, numbers: 0,
    needs="as many as wished: the embedding's width",
    untrained="margin",
    expects=_expected,
    link=always("identity"),
    head=always("embedding"),
    form="triplets",
    value=_triplet_margin,
    gradient=_triplet_margin_gradient,
)
