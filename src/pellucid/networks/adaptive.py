"""Scores of an adaptive softmax: the head's, then every cluster's by way of a projection to fewer values.

Grave, Joulin, Cissé, Grangier & Jégou (2017), "Efficient softmax approximation for GPUs", arXiv 1609.04309, §4.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

import torch
from torch import Tensor

from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.layout import ParameterSpec, padded
from pellucid.records import AdaptiveLayer

__all__ = ["Adaptive", "adaptive_layer"]


def adaptive_layer(inputs: int, classes: int, cutoffs: Sequence[int], *, division: float = 4.0) -> AdaptiveLayer:
    """The layer of ``torch.nn.AdaptiveLogSoftmaxWithLoss(inputs, classes, cutoffs, division)``.

    Args:
        inputs: Values that it takes.
        classes: All classes, the most frequent ones first.
        cutoffs: First class of each cluster, ascending, between 1 and ``classes`` − 1.
        division: Each cluster's projection is so much narrower than the one before it.
    """
    starts = [*cutoffs, classes]
    return AdaptiveLayer(
        inputs=inputs,
        head=starts[0],
        clusters=tuple(last - first for first, last in pairwise(starts)),
        projections=tuple(max(1, int(inputs // division ** (k + 1))) for k in range(len(cutoffs))),
    )


class Adaptive(AbstractLayer):
    """``[m, b, i] → [m, b, head + clusters + sizes of the clusters]``, padded; without biases."""

    def __init__(self, name: str, spec: AdaptiveLayer) -> None:
        self.spec = spec
        self.head = f"{name}.head"
        self.clusters = [(f"{name}.projection.{k}", f"{name}.cluster.{k}") for k in range(len(spec.clusters))]
        widths = [spec.head + len(spec.clusters), *spec.clusters]
        # Where the scores of the head and of each cluster lie among the outputs.
        self.spans = list(pairwise(accumulate(widths, initial=0)))
        own = [_weight(self.head, spec.inputs, widths[0])]
        for (projection, cluster), size, width in zip(self.clusters, spec.clusters, spec.projections, strict=True):
            own += [_weight(projection, spec.inputs, width), _weight(cluster, width, size)]
        self.parameters = tuple(own)

    def forward(
        self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None
    ) -> tuple[Tensor, tuple[Tensor, list[Tensor]]]:
        """x·head and, for every cluster, x·projection·cluster; the tape is (x, the projected x of every cluster)."""
        projected = [torch.bmm(x, parameters[projection]) for projection, _ in self.clusters]
        scores = [torch.bmm(x, parameters[self.head])]
        scores += [torch.bmm(h, parameters[cluster]) for h, (_, cluster) in zip(projected, self.clusters, strict=True)]
        used = [part[..., : last - first] for part, (first, last) in zip(scores, self.spans, strict=True)]
        filling = x.new_zeros(*x.shape[:2], padded(self.spec.outputs) - self.spec.outputs)
        return torch.cat([*used, filling], -1), (x, projected)

    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tape: tuple[Tensor, list[Tensor]],
        dy: Tensor,
        gradients: Mapping[str, Tensor],
        *,
        need_input: bool,
    ) -> Tensor | None:
        """As two linear layers behind one another, cluster by cluster; the gradients of x add up."""
        x, projected = tape
        parts = [_widened(dy[..., first:last]) for first, last in self.spans]
        columns = x.transpose(1, 2)
        torch.bmm(columns, parts[0], out=gradients[self.head])
        dx = torch.bmm(parts[0], parameters[self.head].transpose(1, 2)) if need_input else None
        for h, part, (projection, cluster) in zip(projected, parts[1:], self.clusters, strict=True):
            torch.bmm(h.transpose(1, 2), part, out=gradients[cluster])
            dh = torch.bmm(part, parameters[cluster].transpose(1, 2))
            torch.bmm(columns, dh, out=gradients[projection])
            if dx is not None:
                dx.add_(torch.bmm(dh, parameters[projection].transpose(1, 2)))
        if dx is not None and x.stride(2) != 1:
            # The feature layer lays rows along the last axis; its gradient is wanted in the same layout.
            return dx.transpose(1, 2).contiguous().transpose(1, 2)
        return dx


def _weight(name: str, inputs: int, outputs: int) -> ParameterSpec:
    shape = (inputs, outputs)
    return ParameterSpec(name, (padded(inputs), padded(outputs)), shape, shape, "weight", fan_in=inputs)


def _widened(x: Tensor) -> Tensor:
    """Zeros laid on up to the next multiple of 16."""
    width = x.shape[-1]
    return torch.nn.functional.pad(x, (0, padded(width) - width)) if padded(width) != width else x.contiguous()
