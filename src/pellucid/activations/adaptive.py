"""Adaptive log softmax: log-probabilities of many classes from the scores of an adaptive layer.

The projections that make it cheap belong to that layer (``AdaptiveLayer``); here its scores, which stand behind one
another, become log-probabilities: ``[head classes, one score per cluster, first cluster's classes, …]``.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from pellucid.activations.entry import Activation, Numbers
from pellucid.activations.softmaxes import log_softmax, log_softmax_pull, sum_over_row
from pellucid.catalogue import Value
from pellucid.errors import UsageError
from pellucid.records.activations import ACTIVATION_PARAMETERS

__all__ = ["ADAPTIVE_LOG_SOFTMAX"]


def _sizes(numbers: Mapping[str, Any]) -> tuple[int, list[int]]:
    """Classes of the head, and of each cluster."""
    return int(numbers["head"]), [int(size) for size in numbers["clusters"]]


def _parts(x: Tensor, head: int, clusters: list[int]) -> tuple[Tensor, ...]:
    """Scores of the head, and of each cluster."""
    widths = [head + len(clusters), *clusters]
    if x.shape[-1] != sum(widths):
        raise UsageError(
            f"adaptive_log_softmax with a head of {head} classes and clusters of {clusters} takes {sum(widths)} "
            f"scores, found {x.shape[-1]}. Give it the outputs of the adaptive layer of these sizes."
        )
    return torch.split(x, widths, -1)


def _value(x: Tensor, numbers: Numbers) -> Tensor:
    # log p(class) = log p(cluster) + log p(class | cluster)
    head, clusters = _sizes(numbers)
    first, *rest = _parts(x, head, clusters)
    first = log_softmax(first)
    within = [log_softmax(scores) + first[..., head + k : head + k + 1] for k, scores in enumerate(rest)]
    return torch.cat([first[..., :head], *within], -1)


def _pull(dy: Tensor, x: Tensor, y: Tensor, numbers: Numbers) -> Tensor:
    head, clusters = _sizes(numbers)
    first, *rest = _parts(x, head, clusters)
    first_dy, *rest_dy = torch.split(dy, [head, *clusters], -1)
    # A cluster's own score takes part in all of its classes.
    joined = torch.cat([first_dy, *(sum_over_row(each) for each in rest_dy)], -1)
    parts = [log_softmax_pull(joined, log_softmax(first))]
    parts += [log_softmax_pull(each, log_softmax(scores)) for each, scores in zip(rest_dy, rest, strict=True)]
    return torch.cat(parts, -1)


def _takes(width: int, numbers: Mapping[str, Value]) -> int:
    return width + len(_sizes(numbers)[1])


def _gives(width: int, numbers: Mapping[str, Value]) -> int:
    return width - len(_sizes(numbers)[1])


ADAPTIVE_LOG_SOFTMAX = Activation(
    name="adaptive_log_softmax",
    formula="log p(class) in the head, log p(cluster) + log p(class | cluster) elsewhere, each a log softmax",
    purpose="For thousands of classes of which few are frequent: rare ones share clusters whose scores cost less. It "
    "stands behind an adaptive layer, which its loss puts at the output; it cannot be chosen for a hidden layer.",
    source="Grave, Joulin, Cissé, Grangier & Jégou (2017), Efficient softmax approximation for GPUs, arXiv 1609.04309",
    aliases=("AdaptiveLogSoftmaxWithLoss", "adaptive_softmax"),
    parameters=ACTIVATION_PARAMETERS["adaptive_log_softmax"],
    derivative="that of log softmax in each part; a cluster's score takes part in all of its classes",
    range="(−∞, 0]",
    zero_centred=False,
    saturates="at the largest value",
    value=_value,
    pull=_pull,
    takes=_takes,
    gives=_gives,
    rowwise=True,
    output_only=True,
    twin="torch.nn.AdaptiveLogSoftmaxWithLoss",
)
