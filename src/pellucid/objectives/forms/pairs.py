"""Forms of pairs and triplets: vectors, distances or scores that belong together."""

from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.catalogue import Value
from pellucid.errors import UsageError
from pellucid.objectives.entry import Loss
from pellucid.objectives.forms.arranged import Arranged, FormRule, Options, answers, pairwise_shape

__all__ = ["DISTANCES", "PAIRS", "SCORE_PAIRS", "TRIPLETS"]


def _together(loss: str, vectors: tuple[Tensor, ...]) -> tuple[Tensor, torch.Size]:
    """Vectors ``(n, o)`` or ``(o)`` behind one another ``[1, k·n, o]``, and the shape of their losses."""
    shapes = {tuple(each.shape) for each in vectors}
    if len(shapes) > 1 or vectors[0].dim() not in (1, 2):
        found = ", ".join(str(tuple(each.shape)) for each in vectors)
        raise UsageError(f"{loss} takes vectors [rows, width] of one shape, found {found} (rule L108).")
    width = vectors[0].shape[-1]
    return torch.cat([each.reshape(1, -1, width) for each in vectors], 1), vectors[0].shape[:-1]


def _apart(gradient: Tensor, given: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    parts = gradient.chunk(len(given), 1) if gradient.shape[1] else [gradient] * len(given)
    return tuple(part.reshape(each.shape) for part, each in zip(parts, given, strict=True))


def _pairs(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    first, second, targets = tensors
    laid, shape = _together(loss.name, (first, second))
    if targets.shape != shape:
        raise UsageError(
            f"{loss.name} takes one target per pair, {tuple(shape)}, found {tuple(targets.shape)} (rule L108)."
        )
    return Arranged(
        outputs=laid,
        targets=answers(loss.name, targets, first).reshape(1, -1),
        shape=shape,
        restore=lambda gradient: _apart(gradient, (first, second)),
    )


def _distances(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    """Pairs of vectors, or their distances, as torch.nn.functional.hinge_embedding_loss takes them."""
    if len(tensors) == 3:
        return _pairs(loss, numbers, tensors, options)
    distances, targets = tensors
    pairwise_shape(loss.name, distances, targets)
    if bool((distances < 0).any()):
        raise UsageError(f"{loss.name} takes distances, which are never negative, found {float(distances.min()):g}.")
    # A distance is that of a vector of one value from 0.
    flat = distances.reshape(1, -1, 1)
    return Arranged(
        outputs=torch.cat([flat, torch.zeros_like(flat)], 1),
        targets=answers(loss.name, targets, distances).reshape(1, -1),
        shape=distances.shape,
        restore=lambda gradient: (gradient[:, : distances.numel()].reshape(distances.shape),),
    )


def _score_pairs(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    first, second, targets = tensors
    pairwise_shape(loss.name, first, second)
    pairwise_shape(loss.name, first, targets)
    return Arranged(
        outputs=torch.cat([first.reshape(1, -1, 1), second.reshape(1, -1, 1)], 1),
        targets=answers(loss.name, targets, first).reshape(1, -1),
        shape=first.shape,
        restore=lambda gradient: _apart(gradient, (first, second)),
    )


def _triplets(loss: Loss, numbers: Mapping[str, Value], tensors: tuple[Tensor, ...], options: Options) -> Arranged:
    laid, shape = _together(loss.name, tensors)
    return Arranged(
        outputs=laid,
        targets=laid.new_zeros(1, shape.numel()),
        shape=shape,
        restore=lambda gradient: _apart(gradient, tensors),
    )


PAIRS = FormRule(_pairs, (("x1", "x2", "targets"),))
DISTANCES = FormRule(_distances, (("distances", "targets"), ("x1", "x2", "targets")))
SCORE_PAIRS = FormRule(_score_pairs, (("x1", "x2", "targets"),))
TRIPLETS = FormRule(_triplets, (("anchor", "positive", "negative"),))
