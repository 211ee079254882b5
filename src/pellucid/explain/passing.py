"""One forward and one backward pass, layer by layer, by the layers and losses that training uses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

from pellucid.explain.subject import Batch, Subject
from pellucid.networks import AbstractLayer, Tensors, padded
from pellucid.networks.activity import Activity
from pellucid.shapes import Floats

__all__ = ["Backward", "LayerPass", "Pass", "Step", "as_array", "run_backward", "run_forward", "run_pass"]


@dataclass(frozen=True)
class LayerPass:
    """What runs through one layer.

    Attributes:
        layer: The layer.
        x: Its input ``[k·b, i]``, padded.
        y: Its output ``[k·b, o]``, padded.
        tape: What it has kept for its derivative.
        dx: Gradient of the batch's loss by its input; None where the layer does not give it (encoded columns).
        dy: Gradient by its output; None where nothing could carry it there.
    """

    layer: AbstractLayer
    x: Tensor
    y: Tensor
    tape: Any
    dx: Tensor | None
    dy: Tensor | None


@dataclass(frozen=True)
class Pass:
    """One pass.

    Attributes:
        batch: The rows.
        layers: In forward order.
        outputs: Of the network ``[k·b, o]``, true width.
        losses: Of every unit ``[u]``.
        value: Their weighted mean.
        activity: What penalties on hidden values add to it.
        output_gradient: Gradient of the value by the outputs ``[k·b, o]``, true width.
        gradients: Of the parameters.
    """

    batch: Batch
    layers: tuple[LayerPass, ...]
    outputs: Tensor
    losses: Floats
    value: float
    activity: float
    output_gradient: Tensor
    gradients: Tensors


def run_pass(subject: Subject, step: int = 0) -> Pass:
    """Forward and backward with the subject's rows, in its type.

    Args:
        subject: What is computed. Running statistics are moved on a copy.
        step: Number of the training step, for its random draws.
    """
    batch = subject.batch(step)
    with torch.no_grad():
        steps, outputs = run_forward(subject, batch)
        objective = subject.losses
        outputs = outputs + subject.shift
        used = outputs[:, :, : objective.outputs]
        losses = subject.unit_losses(used, batch.targets)
        value = float(objective.losses(outputs, batch.targets, batch.weights))
        wide = torch.zeros(1, outputs.shape[1], padded(objective.outputs), dtype=subject.dtype)
        slope = objective.gradient(outputs, batch.targets, batch.weights, out=wide)
        found = run_backward(subject, steps, slope)
        activity = sum(
            float(penalty)
            for layer, _, _, tape in steps
            if isinstance(layer, Activity) and (penalty := layer.penalty(tape)) is not None
        )
    return Pass(
        batch,
        found[0],
        used[0],
        as_array(losses[0, : subject.units]),
        value,
        activity,
        slope[0, :, : objective.outputs],
        found[1],
    )


Step: TypeAlias = tuple[AbstractLayer, Tensor, Tensor, Any]
"""A layer, its input, its output and its tape."""
Backward: TypeAlias = Callable[[Subject, Step, Tensor, Tensors], Tensor | None]


def _backward(subject: Subject, step: Step, dy: Tensor, gradients: Tensors) -> Tensor | None:
    layer, _, _, tape = step
    return layer.backward(subject.parameters.views, tape, dy, gradients.views, need_input=True)


def run_forward(
    subject: Subject,
    batch: Batch,
    views: Mapping[str, Tensor] | None = None,
    x: Tensor | None = None,
    *,
    through: Callable[[Tensor], Tensor] = lambda y: y,
) -> tuple[list[Step], Tensor]:
    """Forward through the layers.

    Args:
        subject: Whose layers they are.
        batch: The rows.
        views: Parameters; None: the subject's. Running statistics are moved on a copy.
        x: Inputs; None: the batch's.
        through: What every layer's output goes through on its way.

    Returns:
        Every layer with what ran through it, and the outputs ``[1, k·b, o]``, padded.
    """
    network = subject.network
    if network.features is not None:
        network.features.see(batch.codes)
    views = dict(subject.parameters.views if views is None else views)
    for spec in network.parameters:
        if spec.kind == "statistic":
            views[spec.name] = views[spec.name].clone()
    steps: list[Step] = []
    x = batch.inputs if x is None else x
    for layer in network.layers:
        y, tape = layer.forward(views, x, batch.noise)
        y = through(y)
        steps.append((layer, x, y, tape))
        x = y
    return steps, x


def run_backward(
    subject: Subject,
    steps: Sequence[Step],
    output_gradient: Tensor,
    *,
    ready: int | None = None,
    pull: "Backward | None" = None,
) -> tuple[tuple[LayerPass, ...], Tensors]:
    """Carry a gradient back through the layers.

    Args:
        subject: Whose layers they are.
        steps: Layer, input, output and tape, in forward order.
        output_gradient: ``[1, k·b, o]``, padded.
        ready: Layer whose input has this gradient already, so that it is skipped; None: none.
        pull: Takes the place of the layers' own ``backward``.
    """
    gradients = subject.parameters.like()
    found: list[LayerPass] = []
    dy: Tensor | None = output_gradient
    for number in range(len(steps) - 1, -1, -1):
        layer, x, y, tape = steps[number]
        given = dy
        if dy is not None and (ready is None or number < ready):
            dy = (pull or _backward)(subject, steps[number], dy, gradients)
        own = None if given is None else given[0]
        found.append(LayerPass(layer, x[0], y[0], tape, None if dy is None else dy[0], own))
    return tuple(reversed(found)), gradients


def as_array(values: Tensor) -> Floats:
    """A tensor as float64 NumPy."""
    found: Floats = np.array(values.detach().double().cpu().numpy(), order="C")
    return found
