"""Margin between every label of a row and every other one: multilabel_margin."""

import torch
from torch import Tensor

from pellucid.objectives.entry import Loss, Numbers, always, nobody_knows
from pellucid.objectives.losses.distance import fitted

__all__ = ["MULTILABEL_MARGIN"]

# Label by label: all pairs at once would take labels² values a row.


def _multilabel_margin(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """Σ_{j is a label} Σ_{i is none} max(0, 1 − z_j + z_i) / C."""
    y = fitted(outputs, targets).to(outputs.dtype)
    others = 1.0 - y
    total = torch.zeros_like(outputs[:, :, 0])
    for label in range(outputs.shape[2]):
        short = torch.relu(outputs - (outputs[:, :, label : label + 1] - 1.0))
        total += y[:, :, label] * (short * others).sum(2)
    return total.div_(outputs.shape[2])


def _multilabel_margin_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """Each pair within the margin pulls its label up and the other one down, by 1/C."""
    y = fitted(outputs, targets).to(outputs.dtype)
    others = 1.0 - y
    gradient = torch.zeros_like(outputs, memory_format=torch.contiguous_format)
    for label in range(outputs.shape[2]):
        within = outputs > outputs[:, :, label : label + 1] - 1.0
        pulls = torch.where(within, others * y[:, :, label : label + 1], 0.0)
        gradient += pulls
        gradient[:, :, label] -= pulls.sum(2)
    return gradient.div_(outputs.shape[2])


MULTILABEL_MARGIN = Loss(
    name="multilabel_margin",
    formula="Σ_{j is a label} Σ_{i is none} max(0, 1 − z_j + z_i) / C",
    purpose="For many labels of which the right ones are to lead the others by 1; says nothing of how many they are.",
    source='Crammer & Singer (2003), "A family of additive online algorithms for category ranking"',
    aliases=("MultiLabelMarginLoss",),
    twin="torch.nn.functional.multilabel_margin_loss",
    reads="scores",
    targets=("multilabel",),
    outputs=lambda target, numbers: target.columns,
    needs="one per label",
    untrained="mean of labels·(C − labels)/C",
    expects=nobody_knows,
    link=always("identity"),
    head=always("label_scores"),
    form="labels",
    value=_multilabel_margin,
    gradient=_multilabel_margin_gradient,
)
