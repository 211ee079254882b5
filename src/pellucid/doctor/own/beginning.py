"""How the members of one recipe began: first steps and first loss, worked out for one that stands for all."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from pellucid.doctor.facts import LossSite
from pellucid.doctor.own.first_steps import FirstSteps, first_steps
from pellucid.doctor.own.losses import loss_site
from pellucid.doctor.own.modules import behind_embedding
from pellucid.doctor.own.sample import Sample
from pellucid.doctor.probing.copies import copied, forward
from pellucid.objectives import StackObjective
from pellucid.records import Recipe, TargetSpec
from pellucid.shapes import Floats, RowNumbers
from pellucid.training import StackRows, TrainingData, TrainResult
from pellucid.training.class_weights import row_weights

__all__ = ["Beginning", "begin"]


@dataclass(frozen=True)
class Beginning:
    """What all members of a recipe share.

    Attributes:
        steps: Its first steps.
        initial: The layers behind the embedding before them.
        site: The loss, with its first call.
        value: The training loss before the first step.
    """

    steps: FirstSteps
    initial: nn.Module
    site: LossSite
    value: float


def begin(
    result: TrainResult, member: int, data: TrainingData, rows: StackRows, target: TargetSpec, sample: Sample
) -> Beginning:
    """Take a member's first steps once more, and work out its loss before them.

    Args:
        result: What was trained.
        member: Its number.
        data: The encoded table.
        rows: Each member's units.
        target: What was learned.
        sample: Units that it learned from, for the loss.
    """
    recipe, objective, learns = result.recipes[member], result.objectives[member], rows.train[member]
    dtype, units, count = data.inputs.dtype, torch.as_tensor(sample.filled), sample.count
    steps = first_steps(recipe, data, learns, target, looked_at=units, dtype=dtype)
    initial = behind_embedding(result.network(member), steps.initial, dtype)
    with torch.no_grad():
        # In training mode, as training saw it: batch norm goes by the rows. Dropout is left out.
        outputs = forward(copied(initial, training=True), steps.inputs)
    targets = data.targets.index_select(0, units)
    weights = row_weights([recipe], data, rows.take([member]), target).weights
    own = None if weights is None else weights[0]
    counted = (np.ones(len(data.targets)) if own is None else own)[sample.filled]
    counted = counted * (np.arange(len(sample.filled)) < count)
    shares = torch.as_tensor(counted / counted.sum(), dtype=dtype)
    value = float(StackObjective([objective]).losses(outputs[None], targets[None], shares[None]))
    # A unit's own weight, beside its class's, has no place in PyTorch's functions.
    is_row = data.units is None and (rows.weights is None or rows.weights[member] is None)
    classes = _class_weights(recipe, own, data, learns) if is_row and own is not None else None
    site = loss_site(objective, outputs[:count], targets[:count], value, class_weights=classes, is_row=is_row)
    return Beginning(steps, initial, site, value)


def _class_weights(recipe: Recipe, own: Floats, data: TrainingData, learns: RowNumbers) -> Floats | None:
    if recipe.class_weight == "none":
        return None
    codes = data.targets.numpy()
    found: Floats = np.ones(int(codes.max()) + 1)
    found[codes[learns]] = own[learns]
    return found
