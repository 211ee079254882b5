"""Margin between the right class and every other one: multi_margin."""

from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.catalogue import Parameter, Value
from pellucid.objectives.entry import Loss, Numbers, always
from pellucid.records import TargetSpec

__all__ = ["MULTI_MARGIN"]


def _short(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """max(0, margin − z_y + z_c) ``[m, b, c]``, 0 for the right class."""
    where = targets.unsqueeze(2)
    margin: Tensor = numbers["margin"]
    short = torch.relu(outputs - (outputs.gather(2, where) - margin.unsqueeze(2)))
    return short.scatter(2, where, short.new_zeros((1, 1, 1)).expand_as(where))


def _multi_margin(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """Σ_{c≠y} max(0, margin − z_y + z_c)^p / C."""
    short = _short(outputs, targets, numbers)
    return (short if numbers["p"] == 1 else short.square()).mean(2)


def _multi_margin_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """1 or 2·max(0, …) for a class within the margin, minus their sum for the right one, all divided by C."""
    short = _short(outputs, targets, numbers)
    slopes = (short.sign_() if numbers["p"] == 1 else short.mul_(2.0)).div_(outputs.shape[2])
    return slopes.scatter_(2, targets.unsqueeze(2), -slopes.sum(2, keepdim=True))


def _expected(target: TargetSpec, numbers: Mapping[str, Value]) -> float:
    """All scores equal: every other class is short by the whole margin."""
    margin, p = numbers["margin"], numbers["p"]
    assert isinstance(margin, float)
    assert isinstance(p, int)
    return max(0.0, margin) ** p * (target.classes - 1) / target.classes


MULTI_MARGIN = Loss(
    name="multi_margin",
    formula="Σ_{c≠y} max(0, margin − z_y + z_c)^p / C",
    purpose="For exclusive classes when the decision counts and no probability is asked for: the right class is to "
    "lead every other one by a margin.",
    source='Weston & Watkins (1999), "Support vector machines for multi-class pattern recognition"',
    aliases=("MultiMarginLoss",),
    parameters=(
        Parameter(
            name="p",
            default=1,
            meaning="power of what is short of the margin",
            kind="whole",
            low=1,
            high=2,
            structural=True,
        ),
        Parameter(name="margin", default=1.0, meaning="lead that is asked for", low=0),
    ),
    twin="torch.nn.functional.multi_margin_loss",
    reads="scores",
    targets=("multiclass", "binary", "ordinal"),
    outputs=lambda target, numbers: target.classes,
    needs="one per class",
    untrained="margin^p·(C − 1)/C",
    expects=_expected,
    link=always("identity"),
    head=always("scores"),
    form="class_rows",
    value=_multi_margin,
    gradient=_multi_margin_gradient,
)
