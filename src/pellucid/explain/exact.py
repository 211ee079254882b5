"""A pass as it would be without rounding, where float64 has lost it.

σ(z) for a large z rounds to 1 and its slope σ·(1 − σ) to 0, although it is e^−z. Where a sigmoid, a tanh or a softmax
has come so near to its end, the same slopes are worked out here from what has not been rounded away:

    σ′(z) = σ(z)·σ(−z)      tanh′(z) = 1/cosh²(z)      (p − q)_c = −Σ_{k≠c} p_k for the right class c of one-hot q
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from pellucid.explain.passing import LayerPass, Pass, Step, as_array, run_backward
from pellucid.explain.subject import Batch, Subject
from pellucid.networks import Tensors, padded
from pellucid.networks.activate import Activate

__all__ = ["Exact", "exact_pass", "joined_losses", "stable_slope"]

# Share of a slope that may be lost before it is told another way.
_LOST = 1e-6


@dataclass(frozen=True)
class Exact:
    """What float64 has lost.

    Attributes:
        passed: The pass without rounding.
        joined: Whether loss and output activation are told as one, ``∂L/∂z = σ(z) − y`` and the like.
    """

    passed: Pass
    joined: bool


def exact_pass(subject: Subject, told: Pass) -> Exact | None:
    """The pass without rounding; None where float64 has lost nothing worth telling."""
    joined = _joined(subject, told)
    steps: list[Step] = [(each.layer, each.x.unsqueeze(0), each.y.unsqueeze(0), each.tape) for each in told.layers]
    start = told.output_gradient if joined is None else joined.slope
    wide = padded(start.shape[1])
    output_gradient = torch.nn.functional.pad(start, (0, wide - start.shape[1])).unsqueeze(0)
    with torch.no_grad():
        layers, gradients = run_backward(
            subject, steps, output_gradient, ready=None if joined is None else joined.layer, pull=_pull
        )
    if joined is not None and joined.layer < len(layers):
        layers = (*layers[: joined.layer], replace(layers[joined.layer], dy=told.layers[joined.layer].dy))
    losses = told.losses if joined is None else as_array(joined.losses)[: subject.units]
    weights = as_array(told.batch.weights[0])[: subject.units]
    value = told.value if joined is None else float((losses * weights).sum())
    found = replace(told, layers=layers, gradients=gradients, losses=losses, value=value)
    lost = _differs(told.layers, layers) or (joined is not None and _beyond(subject, joined))
    return Exact(found, joined is not None) if lost else None


@dataclass(frozen=True)
class _Joined:
    layer: int  # whose input has the gradient; the number of layers where the loss reads raw outputs
    slope: Tensor  # [k·b, o]
    losses: Tensor  # [b]


def _joined(subject: Subject, told: Pass) -> _Joined | None:
    """Gradient by what stands before the output's activation, for the pairs that cancel."""
    loss, count = subject.objective.loss, len(told.layers)
    last = told.layers[-1]
    activation = last.layer.slices[0].entry.name if isinstance(last.layer, Activate) else ""
    if isinstance(last.layer, Activate) and last.layer.slope is not None:
        return None
    y, weights = told.batch.targets[0], told.batch.weights[0]
    plain = all(value == loss.entry.defaults[name] for name, value in loss.numbers.items())
    width = told.outputs.shape[1]
    if (loss.name, activation) == ("bce", "sigmoid") or (loss.name == "bce_with_logits" and plain):
        z = (last.x if activation == "sigmoid" else last.y)[:, :width]
        wanted = y.to(z.dtype).reshape(len(z), -1)
        # σ(z) − y = (1 − y)·σ(z) − y·σ(−z): nothing cancels for y = 0 and y = 1.
        slope = (1 - wanted) * torch.exp(-_softplus(-z)) - wanted * torch.exp(-_softplus(z))
        losses = ((1 - wanted) * _softplus(z) + wanted * _softplus(-z)).mean(1)
        where = count - 1 if activation == "sigmoid" else count
        return _Joined(where, slope * (weights / width).unsqueeze(1), losses)
    classes = (loss.name, activation) == ("nll", "log_softmax") or (loss.name == "cross_entropy" and plain)
    if classes and not y.is_floating_point():
        z = (last.x if activation == "log_softmax" else last.y)[:, :width]
        log_shares = torch.log_softmax(z, 1)
        right = torch.nn.functional.one_hot(y, width).bool()
        others = torch.where(right, -torch.inf, log_shares)
        slope = torch.where(right, -torch.logsumexp(others, 1, keepdim=True).exp(), log_shares.exp())
        # −log p = log(1 + Σ_{k≠c} exp(z_k − z_c))
        gap = torch.where(right, -torch.inf, z - z.gather(1, y.unsqueeze(1)))
        losses = _softplus(torch.logsumexp(gap, 1))
        return _Joined(count - 1 if activation == "log_softmax" else count, slope * weights.unsqueeze(1), losses)
    return None


def joined_losses(subject: Subject, steps: Sequence[Step], batch: Batch) -> Tensor:
    """Losses of units ``[b]`` of bce behind a sigmoid, in one formula of what stands before the sigmoid."""
    z = steps[-1][1][0, :, : subject.objective.outputs]
    wanted = batch.targets[0].to(z.dtype).reshape(len(z), -1)
    return ((1 - wanted) * _softplus(z) + wanted * _softplus(-z)).mean(1)


def _softplus(z: Tensor) -> Tensor:
    """log(1 + e^z), exact where it is tiny."""
    return torch.clamp(z, min=0) + torch.log1p(torch.exp(-z.abs()))


def _pull(subject: Subject, step: Step, dy: Tensor, gradients: Tensors) -> Tensor | None:
    layer, x, _, tape = step
    if isinstance(layer, Activate) and layer.slope is None and not layer.learned:
        slope = stable_slope(layer.slices[0].entry.name, x)
        if slope is not None:
            return dy * slope
    return layer.backward(subject.parameters.views, tape, dy, gradients.views, need_input=True)


def stable_slope(name: str, x: Tensor) -> Tensor | None:
    """σ′ and tanh′ without cancellation; None for other activations."""
    if name == "sigmoid":
        return torch.exp(-_softplus(x) - _softplus(-x))
    if name == "tanh":
        # 1/cosh² = 4·σ(2x)·σ(−2x)
        return 4.0 * torch.exp(-_softplus(2 * x) - _softplus(-2 * x))
    return None


def _beyond(subject: Subject, joined: _Joined) -> bool:
    """Whether a row's slopes are so small that float64 has no number for any of them."""
    plain = subject.data.targets if not subject.data.targets.is_floating_point() else None
    if plain is None and not bool(((subject.data.targets == 0) | (subject.data.targets == 1)).all()):
        return False
    return bool((joined.slope[: subject.units] == 0).all(1).any())


def _differs(rounded: tuple[LayerPass, ...], exact: tuple[LayerPass, ...]) -> bool:
    for one, other in zip(rounded, exact, strict=True):
        if one.dx is None or other.dx is None:
            continue
        largest = other.dx.abs().amax()
        gap = (one.dx - other.dx).abs()
        # Seen from the row's own largest: a slope that is nothing beside its neighbours is not missed.
        if bool((gap > _LOST * other.dx.abs()).logical_and(other.dx.abs() > 1e-3 * largest).any()):
            return True
    return False
