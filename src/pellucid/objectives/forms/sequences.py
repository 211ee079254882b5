"""Form of sequences of frames with labels that are not aligned with them."""

from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.catalogue import Value
from pellucid.errors import UsageError
from pellucid.objectives.entry import Loss
from pellucid.objectives.forms.arranged import Arranged, FormRule, Options, whole

__all__ = ["SEQUENCES"]


def _labels(loss: str, targets: Tensor, lengths: Tensor) -> Tensor:
    """Labels ``[n, L]``, padded by 0, of ``(n, L)`` or of all labels behind one another."""
    longest = int(lengths.max()) if len(lengths) else 0
    fits = targets.dim() == 2 and len(targets) == len(lengths) and targets.shape[1] >= longest
    if targets.dim() == 1 and len(targets) == int(lengths.sum()):
        laid = targets.new_zeros(len(lengths), longest)
        laid[_places(longest, lengths) < lengths.unsqueeze(1)] = targets
        return laid
    if not fits:
        raise UsageError(
            f"{loss} takes labels [sequences, longest], or all of them behind one another, {int(lengths.sum())} by "
            f"target_lengths; found {tuple(targets.shape)}."
        )
    laid = targets[:, :longest]
    return torch.where(_places(longest, lengths) < lengths.unsqueeze(1), laid, 0)


def _places(count: int, like: Tensor) -> Tensor:
    return torch.arange(count, device=like.device)


def _sequences(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    """Log-probabilities ``(T, n, c)``; the mean divides each loss by its number of labels, as torch does."""
    frames, labels, *lengths = tensors
    if frames.dim() != 3:
        raise UsageError(
            f"{loss.name} takes log-probabilities [frames, sequences, symbols], found {tuple(frames.shape)}."
        )
    count, sequences, symbols = frames.shape
    long, short = (whole(loss.name, each, "lengths").reshape(-1) for each in lengths)
    if len(long) != sequences or len(short) != sequences:
        raise UsageError(
            f"{loss.name} takes one length per sequence, {sequences}, found {len(long)} input_lengths and "
            f"{len(short)} target_lengths."
        )
    if bool(((long < 1) | (long > count)).any()) or bool((short < 0).any()):
        raise UsageError(f"{loss.name} takes input_lengths from 1 to {count} and target_lengths ≥ 0.")
    laid = _labels(loss.name, whole(loss.name, labels, "labels"), short)
    there = _places(laid.shape[1], short) < short.unsqueeze(1)
    if bool((there & ((laid < 1) | (laid >= symbols))).any()):
        raise UsageError(
            f"{loss.name} takes labels from 1 to {symbols - 1} for {symbols} symbols; 0 is the blank (rule L113)."
        )
    return Arranged(
        outputs=frames.reshape(1, count * sequences, symbols),
        targets=torch.cat([long.unsqueeze(1), short.unsqueeze(1), laid], 1).unsqueeze(0),
        shape=torch.Size([sequences]),
        restore=lambda gradient: (gradient.reshape(frames.shape),),
        mean_factors=1.0 / short.clamp(min=1).to(frames.dtype),
    )


SEQUENCES = FormRule(_sequences, (("log_probabilities", "targets", "input_lengths", "target_lengths"),))
