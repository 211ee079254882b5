"""Kullback–Leibler divergence of given shares from the outputs'."""

import torch
from torch import Tensor

from pellucid.catalogue import Parameter
from pellucid.objectives.entry import Loss, Numbers, always, nobody_knows
from pellucid.objectives.losses.distance import fitted

__all__ = ["KL_DIVERGENCE"]


def _kl_divergence(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """Σ_c q·(log q − z), 0·log 0 = 0."""
    given = fitted(outputs, targets)
    if numbers["log_target"]:
        return (torch.exp(given) * (given - outputs)).sum(2)
    tiny = torch.finfo(outputs.dtype).tiny
    return (given * (torch.log(given.clamp(min=tiny)) - outputs)).sum(2)


def _kl_divergence_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−q."""
    given = fitted(outputs, targets)
    return -(torch.exp(given) if numbers["log_target"] else given)


KL_DIVERGENCE = Loss(
    name="kl_divergence",
    formula="Σ_c q_c·(log q_c − z_c), z log-probabilities",
    purpose="For targets that are shares of classes, from log-probabilities: cross_entropy minus what no network can "
    "take away, the targets' own entropy. The mean is over rows (torch calls it batchmean), never over classes.",
    source='Kullback & Leibler (1951), "On information and sufficiency"',
    aliases=("KLDivLoss", "kl_div", "kl", "kullback_leibler"),
    parameters=(
        Parameter(
            name="log_target",
            default=False,
            meaning="whether targets are logarithms of shares",
            kind="flag",
            structural=True,
        ),
    ),
    twin="torch.nn.functional.kl_div",
    reads="log_probabilities",
    targets=("distribution",),
    outputs=lambda target, numbers: target.classes,
    needs="one per class",
    untrained="ln C minus the mean entropy of the targets",
    expects=nobody_knows,
    link=always("log_softmax"),
    head=always("exp_log_probabilities"),
    form="shares",
    value=_kl_divergence,
    gradient=_kl_divergence_gradient,
)
