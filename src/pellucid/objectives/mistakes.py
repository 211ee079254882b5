"""How wrong outputs are, unit by unit: the error beside the loss. Decides as the heads do, on tensors."""

from collections.abc import Callable
from itertools import pairwise
from typing import TypeAlias

import torch
from torch import Tensor

from pellucid.activations import ACTIVATIONS
from pellucid.heads import ChosenHead

__all__ = ["mistakes"]

Value: TypeAlias = Callable[[Tensor, Tensor], Tensor]


def mistakes(head: ChosenHead, task: str, outputs: Tensor, targets: Tensor, value: Value) -> Tensor:
    """Error of every unit ``[m, b]``.

    Args:
        head: What turns the outputs into predictions.
        task: One of ``TARGET_TASKS``.
        outputs: ``[m, k·b, o]``, true width.
        targets: As in ``records.TargetSpec``.
        value: The loss, ``(outputs, targets) → [m, b]``.

    Returns:
        1 or 0 for a wrong or right class; the share of wrong labels; the mean squared distance of numbers; 1, ½ or 0
        for a pair or triplet on the wrong side, on the border or on the right side; else the loss itself.
    """
    if task in ("similarity", "ranking"):
        # A pair is on the wrong side if the opposite answer would fit it better.
        return _worse(value(outputs, targets), value(outputs, -targets))
    if task == "triplets":
        anchor, alike, unlike = outputs.chunk(3, 1)
        return _worse(value(outputs, targets), value(torch.cat([anchor, unlike, alike], 1), targets))
    if task == "multilabel":
        return (_LABELS[head.name](outputs) != (targets >= 0.5)).to(outputs.dtype).mean(2)
    if head.name in _VALUES and task != "quantile":
        wide = targets.unsqueeze(2) if targets.dim() == 2 else targets
        return (_VALUES[head.name](outputs) - wide).square().mean(2)
    if head.entry.gives in ("class_probabilities", "scores"):
        right = targets.argmax(2) if task == "distribution" else targets
        return (_decided(head, outputs) != right).to(outputs.dtype)
    return value(outputs, targets)


def _worse(loss: Tensor, other: Tensor) -> Tensor:
    return (loss > other).to(loss.dtype) + 0.5 * (loss == other).to(loss.dtype)


def _decided(head: ChosenHead, z: Tensor) -> Tensor:
    """Class numbers ``[m, b]``."""
    match head.name:
        case "sigmoid" | "margin":
            return (z[:, :, 0] > 0).long()
        case "probability":
            return (z[:, :, 0] > 0.5).long()
        case "corn":
            # Π σ(z_j) > ½, counted over k.
            return (torch.reciprocal(torch.exp(-z) + 1.0).cumprod(2) > 0.5).sum(2)
        case "coral":
            return (z > 0).long().cumprod(2).sum(2)
        case "adaptive":
            return _log_probabilities(head, z).argmax(2)
        case _:
            return z.argmax(2)


def _log_probabilities(head: ChosenHead, z: Tensor) -> Tensor:
    cutoffs = head.numbers["cutoffs"]
    assert isinstance(cutoffs, tuple)
    edges = [int(cutoff) for cutoff in cutoffs] + [z.shape[2] - len(cutoffs)]
    sizes = {"head": edges[0], "clusters": tuple(last - first for first, last in pairwise(edges))}
    return ACTIVATIONS["adaptive_log_softmax"].value(z, sizes)


_LABELS: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoids": lambda z: z >= 0,
    "given_probabilities": lambda z: z >= 0.5,
    "label_scores": lambda z: z > 0,
}
_VALUES: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": lambda z: z,
    "exp": torch.exp,
    "mean_and_variance": lambda z: z[:, :, : z.shape[2] // 2],
    "sigmoids": lambda z: torch.reciprocal(torch.exp(-z) + 1.0),
    "given_probabilities": lambda z: z,
}
