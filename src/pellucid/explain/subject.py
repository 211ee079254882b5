"""Subject: one network with its parameters, its objective and the rows that pass through it, ready to be computed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from pellucid.explain.chain import Link, chain_of
from pellucid.networks import Group, Network, Noise, Tensors, group_parameters, padded
from pellucid.objectives import Objective, StackObjective
from pellucid.objectives.entry import Numbers
from pellucid.objectives.numbers import stack_numbers
from pellucid.objectives.penalties import ChosenPenalty
from pellucid.optimizers import ChosenOptimizer
from pellucid.records import Recipe
from pellucid.records.passes import RemarkRecord
from pellucid.shapes import Array, Floats
from pellucid.training import TrainingData
from pellucid.training.randomness import StackNoise

__all__ = ["Batch", "Subject", "tensors"]


class Batch(NamedTuple):
    """The rows of a pass, as a training step gets them: filled up to a multiple of 16 units with copies of weight 0.

    Attributes:
        inputs: ``[1, k·b, i]``, i padded.
        targets: ``[1, b]`` or ``[1, b, t]``.
        codes: ``[1, k·b, e]`` of embedded columns, or None.
        weights: Of the units ``[1, b]``; they sum to 1.
        noise: What a training step brings along; None where the network predicts.
    """

    inputs: Tensor
    targets: Tensor
    codes: Tensor | None
    weights: Tensor
    noise: Noise | None


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is explained.

    Attributes:
        network: The layers, a stack of one.
        parameters: Theirs, in float64.
        objective: Loss and target.
        data: The rows, in float64.
        recipe: For seed, noise and clipping.
        penalties: That the loss carries.
        activity: Strength of the penalty on hidden values; 0 for none.
        unit_weights: Relative weights of the units ``[u]``; None: all alike.
        optimizer: Update rule.
        numbers: Its numbers that are no matter of structure.
        training: Whether layers do what they do in a training step; False: what they do when predicting.
        absent: Parameters that the network does not have, such as the biases of ``bias=False``; they are 0 and stay 0.
        names: Of the inputs ``[i]``; empty: they have none.
        classes: Labels of classes, in the order of their numbers; empty where there are none.
        schedule: ``step →`` numbers of the optimizer and the factor on dropout at a step; None: they stay as they are.
        twin: The same network as a PyTorch module; None where there is none.
        remarks: What is known beforehand.
        first_number: What the first unit is called, counted from 0: its place in the table that it was taken from.
        shift: Added to the outputs before the loss sees them; for checks alone.
        dtype: Of parameters and rows.
    """

    network: Network
    parameters: Tensors
    objective: Objective
    data: TrainingData
    recipe: Recipe
    penalties: tuple[ChosenPenalty, ...] = ()
    activity: float = 0.0
    unit_weights: Floats | None = None
    optimizer: ChosenOptimizer
    numbers: Mapping[str, float]
    training: bool
    absent: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    classes: tuple[object, ...] = ()
    schedule: Callable[[int], tuple[dict[str, float], float]] | None = None
    twin: nn.Module | None = None
    remarks: tuple[RemarkRecord, ...] = ()
    first_number: int = 0
    shift: float = 0.0
    dtype: torch.dtype = torch.float64

    @cached_property
    def losses(self) -> StackObjective:
        """The objective as it is computed."""
        return StackObjective([self.objective])

    @property
    def units(self) -> int:
        """How many units pass: rows, pairs, triplets or sequences."""
        return len(self.data.targets)

    @property
    def rows_a_unit(self) -> int:
        """Rows of each of them."""
        return self.objective.target.rows

    @property
    def inputs(self) -> int:
        """Width of the inputs, codes of categories included."""
        return self.data.numeric + self.data.passed + len(self.data.categories)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The layers with the names that their values go by."""
        return chain_of(
            self.network,
            self.data.numeric + self.data.passed,
            drops=self.training and self.recipe.dropout > 0,
            noisy=self.training and self.recipe.input_noise > 0,
        )

    def unit_losses(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Loss of every unit ``[1, b]``, for outputs ``[1, k·b, o]`` of true width."""
        return self.objective.loss.entry.value(outputs, targets, self.loss_numbers)

    @cached_property
    def loss_numbers(self) -> Numbers:
        """The loss's own numbers, as its rule wants them."""
        loss = self.objective.loss
        return stack_numbers(loss.entry, [loss.numbers], dtype=self.dtype)

    def batch(self, step: int = 0) -> Batch:
        """All units as one batch.

        Args:
            step: Number of the training step, counted from 0, which fixes its random draws.
        """
        count, wide = self.units, padded(self.units)
        numbers = torch.arange(wide)
        numbers[count:] = 0
        inputs, targets, codes = self.data.gather(numbers.unsqueeze(0))
        own = torch.ones(count, dtype=self.dtype)
        if self.unit_weights is not None:
            own = torch.as_tensor(self.unit_weights, dtype=self.dtype)
        weights = torch.zeros(1, wide, dtype=self.dtype)
        weights[0, :count] = own / own.sum()
        return Batch(inputs, targets, codes, weights, self._noise(weights, targets, step) if self.training else None)

    def _noise(self, weights: Tensor, targets: Tensor, step: int) -> Noise:
        recipe, k = self.recipe, self.rows_a_unit
        noise = StackNoise(
            [recipe.seed],
            np.array([recipe.dropout]),
            dtype=self.dtype,
            input_noise=np.array([recipe.input_noise]),
            activity=np.array([self.activity]),
        )
        drops = 1.0 if self.schedule is None else self.schedule(step)[1]
        # Every step sees all rows, so that it is an epoch.
        noise.begin_epoch(step, 1, np.full((1, 1), drops))
        rows = weights.repeat(1, k)
        if self.objective.task == "sequence":
            there = torch.arange(k).view(1, k, 1) < targets[:, :, 0].unsqueeze(1)
            rows = torch.where(there.flatten(1), rows, rows.new_zeros(()))
        noise.begin_step(0, rows)
        return noise

    def in_single(self) -> "Subject":
        """The same in float32, as networks are trained."""
        data = self.data
        targets = data.targets.float() if data.targets.is_floating_point() else data.targets
        parameters = tensors(self.network, self.parameters.arrays(0), self.parameters.groups, torch.float32)
        return replace(
            self,
            data=replace(data, inputs=data.inputs.float(), targets=targets),
            parameters=parameters,
            dtype=torch.float32,
        )

    def nudged(self, size: float = 1e-6) -> "Subject":
        """The same a little beside: every input and parameter moved by chance, to see what holds only at a corner."""
        draw = np.random.default_rng(0)

        def moved(array: Array) -> Array:
            return array * (1.0 + size * draw.standard_normal(array.shape)) + size * draw.standard_normal(array.shape)

        fixed = {spec.name for spec in self.network.parameters if spec.kind == "statistic"} | self.absent
        arrays = {name: own if name in fixed else moved(own) for name, own in self.parameters.arrays(0).items()}
        inputs = self.data.inputs.clone()
        width = self.data.numeric + self.data.passed
        inputs[:, :width] = torch.as_tensor(moved(inputs[:, :width].numpy()))
        parameters = tensors(self.network, arrays, self.parameters.groups, self.dtype)
        return replace(self, parameters=parameters, data=replace(self.data, inputs=inputs), shift=size, twin=None)


def tensors(
    network: Network,
    arrays: Mapping[str, Array],
    groups: "tuple[Group, ...] | list[Group] | None" = None,
    dtype: torch.dtype = torch.float64,
    *,
    recipe: Recipe | None = None,
    absent: frozenset[str] = frozenset(),
) -> Tensors:
    """One network's plain arrays as a stack of one.

    Args:
        network: The layers.
        arrays: Name → array of the shape in a model file.
        groups: How parameters are grouped; None: as the recipe says.
        dtype: Of the tensors.
        recipe: Learning-rate factors and decay; needed where no groups are given.
        absent: Parameters that no update touches.
    """
    if groups is None:
        assert recipe is not None
        made = group_parameters(
            network.parameters,
            lr_factors=dict(recipe.lr_factors),
            width_scaled=recipe.width_scaled_lr,
            decay_all=recipe.decay_biases,
        )
        kept = [replace(each, names=tuple(name for name in each.names if name not in absent)) for each in made]
        fixed = [Group(tuple(sorted(absent)), 0.0, decays=False, trained=False)] if absent else []
        groups = [each for each in kept if each.names] + fixed
    found = Tensors(network.parameters, groups, 1, dtype=dtype)
    found.load(0, arrays)
    return found
