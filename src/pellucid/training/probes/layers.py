"""Layer by layer: size of weights and gradients, how far weights go, units that are dead or saturated."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pellucid.activations import ChosenActivation
from pellucid.networks import Network
from pellucid.networks.activate import Activate
from pellucid.networks.linear import Linear
from pellucid.objectives import StackObjective
from pellucid.records import LayerRecord
from pellucid.shapes import Array, Floats, RowNumbers
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.result import TrainResult

__all__ = ["measure_layers"]

ROWS = 256
"""Units that gradients and activations are taken of, evenly over those that a member learned from."""
_SMALL_SLOPE = 0.01
"""A value counts as saturated where the activation's slope is below this part of its largest: by then a layer passes on
a hundredth of what reaches it."""
_REACH = torch.linspace(-8.0, 8.0, 801)


@dataclass(frozen=True)
class _Look:
    """One layer of a stack at one epoch; everything ``[m]``, None or NaN where it cannot be said."""

    weight: Floats
    gradient: Floats
    dead: Floats | None
    saturated: Floats | None


def measure_layers(
    result: TrainResult, data: TrainingData, rows: StackRows, epochs: Sequence[int]
) -> tuple[LayerRecord, ...]:
    """Measure every member's layers at some epochs; those of members that have ended are left out.

    Args:
        result: Members whose snapshots were taken at these epochs.
        data: The table that they learned from.
        rows: Each member's units.
        epochs: Rising; 0 is before the first step.

    Returns:
        Sorted by member, layer and epoch.
    """
    found = []
    for positions, outcome in zip(result.stacks, result.outcomes, strict=True):
        if not any(isinstance(layer, Linear) for layer in outcome.network.layers):
            continue
        objective = StackObjective([result.objectives[position] for position in positions])
        units = torch.from_numpy(np.stack([_sample(rows.train[position]) for position in positions]))
        before: dict[int, tuple[int, Tensor, Floats]] = {}
        for epoch in epochs:
            views = outcome.snapshots.at(epoch, outcome.parameters, outcome.epochs, as_trained=True).views
            going = [place for place in range(len(positions)) if epoch <= outcome.epochs[place]]
            for layer, (name, look) in enumerate(_looks(outcome.network, objective, data, units, views), start=1):
                weights = views[name].double()
                last = before.get(layer)
                moved = None if last is None else _moved(weights, last[1], epoch - last[0], last[2])
                before[layer] = (epoch, weights, look.weight)
                found += [_record(positions[place], epoch, layer, look, moved, place) for place in going]
    return tuple(sorted(found, key=lambda each: (each.member, each.layer, each.epoch)))


def _sample(units: RowNumbers) -> Array:
    """So many units, evenly; fewer are repeated, which changes no mean."""
    chosen: Array = units[np.linspace(0, len(units) - 1, ROWS).round().astype(np.int64)]
    return chosen


def _moved(now: Tensor, before: Tensor, epochs: int, norm: Floats) -> Floats:
    distance = (now - before).flatten(1).norm(dim=1).numpy()
    found: Floats = distance / np.maximum(norm, np.finfo(np.float64).tiny) / epochs
    return found


def _record(member: int, epoch: int, layer: int, look: _Look, moved: Floats | None, place: int) -> LayerRecord:
    return LayerRecord(
        member=member,
        epoch=epoch,
        layer=layer,
        weight=float(look.weight[place]),
        gradient=float(look.gradient[place]),
        moved=None if moved is None else float(moved[place]),
        dead=_told(look.dead, place),
        saturated=_told(look.saturated, place),
    )


def _told(values: Floats | None, place: int) -> float | None:
    return None if values is None or np.isnan(values[place]) else float(values[place])


def _looks(
    network: Network, objective: StackObjective, data: TrainingData, units: Tensor, views: Mapping[str, Tensor]
) -> Iterator[tuple[str, _Look]]:
    """Every linear layer's weights by name, and what they show."""
    inputs, targets, codes = data.gather(units)
    names = [layer.weight for layer in network.layers if isinstance(layer, Linear)]
    leaves = {name: views[name].detach().clone().requires_grad_() for name in names}
    outputs, tapes = network.forward({**views, **leaves}, inputs, None, codes)
    weights = outputs.new_full(units.shape, 1.0 / units.shape[1])
    total = objective.losses(outputs, targets, weights).sum()
    gradients = dict(zip(names, torch.autograd.grad(total, list(leaves.values()), allow_unused=True), strict=True))
    for place, layer in enumerate(network.layers):
        if not isinstance(layer, Linear):
            continue
        own = gradients[layer.weight]
        activity = _activity(network, tapes, place)
        yield (
            layer.weight,
            _Look(
                _norm(views[layer.weight]),
                np.zeros(len(units)) if own is None else _norm(own),
                *activity,
            ),
        )


def _norm(values: Tensor) -> Floats:
    found: Floats = values.detach().double().flatten(1).norm(dim=1).numpy()
    return found


def _activity(network: Network, tapes: Sequence[Any], place: int) -> tuple[Floats | None, Floats | None]:
    """Shares of dead units and of saturated values in the activation that follows a linear layer, if one does."""
    for layer, tape in zip(network.layers[place + 1 :], tapes[place + 1 :], strict=True):
        if isinstance(layer, Linear):
            break
        if isinstance(layer, Activate):
            return _of_activation(layer, tape)
    return None, None


def _of_activation(layer: Activate, tape: Any) -> tuple[Floats | None, Floats | None]:
    entries = [each.entry for each in layer.slices]
    if layer.slope is not None or any(each.rowwise or each.takes or each.gives or each.draws for each in entries):
        # A value is not one unit's own there, or a part of it passes by the activation.
        return None, None
    x, y = tape.x.detach(), tape.y.detach()
    dead, saturated = np.full(len(x), np.nan), np.full(len(x), np.nan)
    for each, given in zip(layer.slices, tape.numbers, strict=True):
        own = slice(each.first, each.last)
        numbers = {name: value.detach() if isinstance(value, Tensor) else value for name, value in given.items()}
        slopes = each.pull(torch.ones_like(y[own]), x[own], y[own], numbers)[:, :, : layer.width].abs()
        everywhere = _slopes_of(each.chosen[0])
        if 0 < float((everywhere == 0).double().mean()) < 1:
            dead[own] = (slopes == 0).all(1).double().mean(1).numpy()
        if each.entry.saturates == "at both ends":
            saturated[own] = (slopes < _SMALL_SLOPE * everywhere.max()).double().flatten(1).mean(1).numpy()
    return dead, saturated


def _slopes_of(chosen: ChosenActivation) -> Tensor:
    """How steep an activation is, from end to end."""
    return chosen.derivative(_REACH).abs()
