"""A stack in training: the members that train together, with everything that belongs to them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from pellucid.networks import Network, Tensors
from pellucid.objectives import StackObjective
from pellucid.optimizers import StackOptimizer
from pellucid.shapes import Codes, Floats
from pellucid.training.batches import Batches
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.held import Held
from pellucid.training.randomness import StackNoise
from pellucid.training.regularising import Regulariser
from pellucid.training.scheduling import EpochPlan, Scheduling
from pellucid.training.settling import Settled
from pellucid.training.stopping import Watchers
from pellucid.training.validation import BLOCK, Validation

if TYPE_CHECKING:
    from pellucid.training.engines import Engine

__all__ = ["BLOCK", "Stack"]


class Stack:
    """Members that train together.

    Attributes:
        members: What each of them is ``[m]``.
        held: What they carry along.
        steps: Steps per epoch, the same for all.
        batch: Units of a batch, filling included.
        rows_a_unit: Rows that go through the network for each unit of a batch.
        looks_again: Whether an update rule looks at losses and gradients several times a step.
    """

    def __init__(
        self,
        members: Sequence[Settled],
        held: Held,
        network: Network,
        data: TrainingData,
        rows: StackRows,
        *,
        epochs: int | None = None,
    ) -> None:
        """Put together members, what they carry, their layers, the table (on their device) and their rows ``[m]``.

        ``epochs`` says how long they will stay together, about; None: as long as the longest recipe.
        """
        self.members, self.held, self.network, self.data, self.rows = list(members), held, network, data, rows
        self.objective = StackObjective([member.objective for member in members])
        self.gradients = held.parameters.like()
        recipes = [member.recipe for member in members]
        seeds = [recipe.seed for recipe in recipes]
        self.noise = StackNoise(
            seeds,
            np.array([recipe.dropout for recipe in recipes]),
            dtype=self.dtype,
            input_noise=np.array([recipe.input_noise for recipe in recipes]),
            activity=np.array([member.activity for member in members]),
            device=self.device,
        )
        self.regulariser = Regulariser(recipes, [member.penalties for member in members], network.parameters)
        first = self.members[0]
        self._batches = Batches(
            seeds,
            rows.train,
            batch_size=first.batch_size,
            drop_last=recipes[0].drop_last,
            row_weights=rows.weights,
            dtype=self.dtype,
            device=self.device,
        )
        self.steps, self.batch = self._batches.steps, self._batches.width
        self.rows_a_unit = first.objective.target.rows
        self._row_weights: Tensor | None = None
        self.looks_again = first.optimizer.entry.looks_again
        self._scheduling = Scheduling(members, self.steps)
        longest = max(recipe.epochs for recipe in recipes) if epochs is None else epochs
        self._validation = Validation(network, self.objective, data, rows.validation, held.parameters, epochs=longest)

    @property
    def numbers(self) -> list[int]:
        """The members' numbers in the training job ``[m]``."""
        return self.held.numbers

    @property
    def epochs(self) -> Codes:
        """Epochs made ``[m]``."""
        return self.held.epochs

    @property
    def parameters(self) -> Tensors:
        """Weights, biases and statistics."""
        return self.held.parameters

    @property
    def optimizer(self) -> StackOptimizer:
        """Update rules with their state."""
        return self.held.optimizer

    @property
    def watchers(self) -> Watchers:
        """What validation values have said."""
        return self.held.watchers

    @property
    def dtype(self) -> torch.dtype:
        """Of parameters and inputs."""
        return self.held.parameters.dtype

    @property
    def device(self) -> torch.device:
        """Where they are."""
        return self.held.parameters.device

    def run_epoch(self, engine: "Engine", stop: Callable[[], bool]) -> tuple[Floats, Floats, int]:
        """Train every member's next epoch by an engine for this stack.

        Returns:
            Mean losses ``[m]``, last learning rates ``[m]``, and how many steps ran.
        """
        tables, drops = self._scheduling.epoch(self.epochs, self.watchers.lr_scale)
        self.noise.begin_epoch(self.epochs, self.steps, drops)
        plan = EpochPlan(self._batches.epoch(self.epochs), tables, drops, self.epochs)
        losses, steps = engine.run(plan, stop)
        return losses, tables["lr"][max(steps - 1, 0)], steps

    def begin_step(self, step: int, weights: Tensor, targets: Tensor) -> None:
        """Move the noise to a step of the epoch.

        Args:
            step: Counted from 0.
            weights: Of the step's units ``[m, b]``.
            targets: Of the units; the lengths of sequences stand in them.
        """
        k = self.rows_a_unit
        if k == 1:
            self.noise.begin_step(step, weights)
            return
        # Weights of the rows that go through the network: the units', 0 where a sequence is filled up.
        rows = weights.repeat(1, k)
        if self.members[0].objective.task == "sequence":
            there = torch.arange(k, device=rows.device).view(1, k, 1) < targets[:, :, 0].unsqueeze(1)
            rows = torch.where(there.flatten(1), rows, rows.new_zeros(()))
        # Always the same memory; see ``StackNoise.is_recordable``.
        self._row_weights = rows if self._row_weights is None else self._row_weights.copy_(rows)
        self.noise.begin_step(step, self._row_weights)

    def validate(self) -> tuple[Floats, Floats]:
        """Mean validation loss and error of every member ``[m]``; see ``StackObjective.evaluate``."""
        return self._validation(self.predicting)

    @property
    def predicting(self) -> Tensors:
        """The parameters to predict with: those that are trained, or what the optimizer makes of them."""
        found = self.optimizer.evaluation(self.parameters)
        assert found is None or isinstance(found, Tensors)
        return self.parameters if found is None else found
