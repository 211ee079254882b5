"""Order of the two scores of a pair: margin_ranking."""

from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.catalogue import Parameter, Value
from pellucid.objectives.entry import Loss, Numbers, always
from pellucid.records import TargetSpec

__all__ = ["MARGIN_RANKING"]


def _short(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """What a pair is short of: margin − y·(z₁ − z₂) ``[m, b]``."""
    first, second = outputs.squeeze(2).chunk(2, 1)
    margin: Tensor = numbers["margin"]
    return margin - targets * (first - second)


def _margin_ranking(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """max(0, margin − y·(z₁ − z₂))."""
    return torch.relu(_short(outputs, targets, numbers))


def _margin_ranking_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−y for the first score and y for the second, where they are short of the margin."""
    slope = torch.where(_short(outputs, targets, numbers) > 0, -targets, 0.0)
    return torch.cat([slope, -slope], 1).unsqueeze(2)


def _expected(target: TargetSpec, numbers: Mapping[str, Value]) -> float:
    margin = numbers["margin"]
    assert isinstance(margin, float)
    return margin


MARGIN_RANKING = Loss(
    name="margin_ranking",
    formula="max(0, margin − y·(z₁ − z₂)), y = 1: first above second, y = −1: below",
    purpose="For putting rows in order: learns from pairs which of two rows comes first.",
    source='Herbrich, Graepel & Obermayer (2000), "Large margin rank boundaries for ordinal regression"',
    aliases=("MarginRankingLoss", "ranking"),
    parameters=(
        Parameter(name="margin", default=0.0, meaning="lead that is asked for; 0 asks for the order alone", low=0),
    ),
    twin="torch.nn.functional.margin_ranking_loss",
    reads="scores",
    targets=("ranking",),
    outputs=lambda target, numbers: 1,
    needs="one: the score",
    untrained="margin",
    expects=_expected,
    link=always("identity"),
    head=always("ranking"),
    form="score_pairs",
    value=_margin_ranking,
    gradient=_margin_ranking_gradient,
)
