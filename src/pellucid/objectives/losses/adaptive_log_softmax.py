"""Adaptive log-softmax: cross-entropy for thousands of classes, the rare ones in clusters behind the frequent ones."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import torch
from torch import Tensor

from pellucid.catalogue import Parameter, Value
from pellucid.errors import UsageError
from pellucid.objectives.entry import Loss, Numbers, always, nobody_knows
from pellucid.records import TargetSpec

__all__ = ["ADAPTIVE_LOG_SOFTMAX"]


def _cutoffs(numbers: Mapping[str, Value]) -> tuple[int, ...]:
    cutoffs = numbers["cutoffs"]
    assert isinstance(cutoffs, tuple)
    return tuple(int(cutoff) for cutoff in cutoffs)


def _misfit(target: TargetSpec, numbers: Mapping[str, Value]) -> str:
    cutoffs = _cutoffs(numbers)
    if cutoffs[-1] < target.classes:
        return ""
    return (
        f"adaptive_log_softmax needs cutoffs below the number of classes, found {list(cutoffs)} for {target.classes} "
        f"classes. Write adaptive_log_softmax(cutoffs=[{max(1, target.classes // 5)}]), or use cross_entropy."
    )


def _check(numbers: Mapping[str, Value]) -> None:
    cutoffs = numbers["cutoffs"]
    assert isinstance(cutoffs, tuple)
    if not cutoffs or any(each != int(each) for each in cutoffs) or any(a >= b for a, b in pairwise(cutoffs)):
        raise UsageError(
            f"adaptive_log_softmax needs whole cutoffs in rising order, at least one, found {list(cutoffs)}. Write for "
            "example adaptive_log_softmax(cutoffs=[100, 1000])."
        )


def _parts(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Iterator[tuple[slice, Tensor, Tensor]]:
    """The head, then every cluster: its outputs, each row's place among them ``[m, b]``, and which rows it is for."""
    cutoffs = _cutoffs(numbers)
    head, count = cutoffs[0], len(cutoffs)
    edges = (*cutoffs, outputs.shape[2] - count)
    cluster = sum((targets >= edge).long() for edge in cutoffs)
    assert isinstance(cluster, Tensor)
    yield slice(0, head + count), torch.where(cluster > 0, head + cluster - 1, targets), torch.ones_like(cluster).bool()
    start = head + count
    for number, (first, last) in enumerate(pairwise(edges), 1):
        size = last - first
        yield slice(start, start + size), (targets - first).clamp(0, size - 1), cluster == number
        start += size


def _adaptive(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """−log p(y in the head), or −log p(cluster) − log p(y in the cluster)."""
    total = torch.zeros_like(outputs[:, :, 0])
    for part, place, concerned in _parts(outputs, targets, numbers):
        right = torch.log_softmax(outputs[:, :, part], 2).gather(2, place.unsqueeze(2)).squeeze(2)
        total -= torch.where(concerned, right, 0.0)
    return total


def _adaptive_gradient(outputs: Tensor, targets: Tensor, numbers: Numbers) -> Tensor:
    """Slopes softmax − one-hot in the head and in the row's own cluster, 0 in the others."""
    gradient = torch.empty_like(outputs, memory_format=torch.contiguous_format)
    for part, place, concerned in _parts(outputs, targets, numbers):
        slopes, where = torch.softmax(outputs[:, :, part], 2), place.unsqueeze(2)
        slopes.scatter_add_(2, where, slopes.new_full((1, 1, 1), -1.0).expand_as(where))
        gradient[:, :, part] = torch.where(concerned.unsqueeze(2), slopes, 0.0)
    return gradient


def _outputs(target: TargetSpec, numbers: Mapping[str, Value]) -> int:
    """One per class and one per cluster, as in ``records.AdaptiveLayer``."""
    return target.classes + len(_cutoffs(numbers))


ADAPTIVE_LOG_SOFTMAX = Loss(
    name="adaptive_log_softmax",
    formula="−log p_head(y), or −log p_head(cluster of y) − log p_cluster(y)",
    purpose="For thousands of exclusive classes, the most frequent ones first: rare classes stand in clusters behind "
    "the head and have narrower layers of their own.",
    source='Grave et al. (2017), "Efficient softmax approximation for GPUs", arXiv 1609.04309',
    aliases=("AdaptiveLogSoftmaxWithLoss", "adaptive_softmax"),
    parameters=(
        Parameter(
            name="cutoffs",
            default=(100.0, 1000.0),
            meaning="class numbers at which the clusters begin, in rising order; the head has the classes before",
            kind="numbers",
            low=1,
            structural=True,
        ),
        Parameter(
            name="div_value",
            default=4.0,
            meaning="by how much each cluster's layer is narrower than the one before",
            low=1,
            structural=True,
        ),
    ),
    twin="torch.nn.AdaptiveLogSoftmaxWithLoss",
    reads="logits",
    targets=("multiclass",),
    outputs=_outputs,
    needs="one per class and one per cluster",
    untrained="ln(head + clusters), and ln of the cluster's classes for those behind the head",
    expects=nobody_knows,
    link=always("identity"),
    head=always("adaptive"),
    form="clustered_classes",
    check=_check,
    misfit=_misfit,
    value=_adaptive,
    gradient=_adaptive_gradient,
)
