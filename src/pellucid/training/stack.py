"""A stack in training: the members that still train, with everything that belongs to them."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from pellucid.networks import Network, Tensors, padded
from pellucid.objectives import StackObjective
from pellucid.optimizers import Hyper, StackOptimizer
from pellucid.shapes import Floats
from pellucid.training.batches import BatchPlan, blocks, steps_per_epoch
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.randomness import StackNoise
from pellucid.training.regularising import Regulariser
from pellucid.training.settling import Settled
from pellucid.training.stopping import Watchers
from pellucid.training.tally import LossTally

__all__ = ["BLOCK", "Stack"]

# Rows per validation block, at most.
BLOCK = 256


class Stack:
    """Members that train together.

    Attributes:
        members: What each of them is ``[m]``.
        numbers: Their positions in the stack that began.
        steps: Steps per epoch, the same for all.
    """

    def __init__(
        self,
        members: Sequence[Settled],
        numbers: Sequence[int],
        network: Network,
        objective: StackObjective,
        data: TrainingData,
        rows: StackRows,
        parameters: Tensors,
        optimizer: StackOptimizer,
        watchers: Watchers,
    ) -> None:
        self.members, self.numbers, self.network, self.objective = list(members), list(numbers), network, objective
        self.data, self.rows, self.parameters, self.optimizer = data, rows, parameters, optimizer
        self.watchers = watchers
        self.gradients = parameters.like()
        self.dtype = parameters.dtype
        recipes = [member.recipe for member in members]
        self._seeds = [recipe.seed for recipe in recipes]
        self.noise = StackNoise(
            self._seeds,
            np.array([recipe.dropout for recipe in recipes]),
            dtype=self.dtype,
            input_noise=np.array([recipe.input_noise for recipe in recipes]),
            activity=np.array([member.activity for member in members]),
        )
        self.regulariser = Regulariser(recipes, [member.penalties for member in members], network.parameters)
        first = self.members[0]
        self._batch_size, self._drop_last = first.batch_size, recipes[0].drop_last
        self._rows_a_unit = first.objective.target.rows
        self._looks_again = first.optimizer.entry.looks_again
        self.steps = steps_per_epoch(len(rows.train[0]), self._batch_size, drop_last=self._drop_last)
        self._constants = _constants(self.members)
        longest = max(len(own) for own in rows.validation)
        self._validation = blocks(rows.validation, padded(min(BLOCK, longest)), dtype=self.dtype) if longest else []

    def take(self, positions: Sequence[int]) -> "Stack":
        """Only the members at these positions."""
        return Stack(
            [self.members[p] for p in positions],
            [self.numbers[p] for p in positions],
            self.network.take(positions),
            self.objective.take(positions),
            self.data,
            self.rows.take(positions),
            self.parameters.take(positions),
            self.optimizer.take(positions),
            self.watchers.take(list(positions)),
        )

    def run_epoch(self, epoch: int, stop: Callable[[], bool]) -> tuple[Floats, Floats, int]:
        """Train one epoch, counted from 0: mean losses ``[m]``, last learning rates ``[m]``, and how many steps ran."""
        plan = BatchPlan.of_epoch(
            self._seeds,
            self.rows.train,
            epoch,
            batch_size=self._batch_size,
            drop_last=self._drop_last,
            row_weights=self.rows.weights,
            dtype=self.dtype,
        )
        scheduled, drops = self._scheduled(epoch)
        uniform = Hyper.agree(*scheduled.values(), *self._constants.values())
        self.noise.begin_epoch(epoch, self.steps, drops)
        tally = LossTally(self.objective)
        output_gradient: Tensor | None = None
        for step in range(self.steps):
            if stop():
                break
            inputs, targets, codes = self.data.gather(plan.rows[step])
            weights = plan.weights[step]
            self.noise.begin_step(step, self._row_weights(weights, targets))
            outputs, tapes = self.network.forward(self.parameters.views, inputs, self.noise, codes)
            if output_gradient is None:
                output_gradient = torch.zeros_like(outputs)
            self.objective.gradient(outputs, targets, weights, out=output_gradient)
            self.network.backward(self.parameters.views, tapes, output_gradient, self.gradients.views)
            done = epoch * self.steps + step
            if not self.regulariser.is_idle:
                self.regulariser.change_gradients(self.parameters, self.gradients, self.noise, done)
            again = self._again(inputs, targets, codes, weights, output_gradient, done) if self._looks_again else None
            values = {**self._constants, **{name: table[step] for name, table in scheduled.items()}}
            self.optimizer.update(self.parameters, self.gradients, Hyper(values, uniform), again)
            if not self.regulariser.is_idle:
                self.regulariser.project(self.parameters)
            tally.add(outputs, targets, weights)
        return tally.means(len(self.members)), scheduled["lr"][max(tally.steps - 1, 0)], tally.steps

    def _row_weights(self, weights: Tensor, targets: Tensor) -> Tensor:
        """Weights of the rows that go through the network ``[m, k·b]``: the units', 0 where a sequence is filled up."""
        k = self._rows_a_unit
        if k == 1:
            return weights
        rows = weights.repeat(1, k)
        if self.members[0].objective.task == "sequence":
            there = torch.arange(k).view(1, k, 1) < targets[:, :, 0].unsqueeze(1)
            rows = torch.where(there.flatten(1), rows, torch.zeros((), dtype=rows.dtype))
        return rows

    def _again(
        self, inputs: Tensor, targets: Tensor, codes: Tensor | None, weights: Tensor, output_gradient: Tensor, step: int
    ) -> Callable[[], Floats]:
        """For line searches: loss ``[m]`` and gradients of the same rows at wherever the parameters are by then."""

        def look() -> Floats:
            outputs, tapes = self.network.forward(self.parameters.views, inputs, self.noise, codes)
            losses = self.objective.losses(outputs, targets, weights).double().numpy()
            self.objective.gradient(outputs, targets, weights, out=output_gradient)
            self.network.backward(self.parameters.views, tapes, output_gradient, self.gradients.views)
            activity = self.network.activity(tapes)
            if activity is not None:
                losses = losses + activity.double().numpy()
            if self.regulariser.is_idle:
                return losses
            self.regulariser.change_gradients(self.parameters, self.gradients, self.noise, step)
            return losses + self.regulariser.values(self.parameters)

        return look

    def _scheduled(self, epoch: int) -> tuple[dict[str, Floats], Floats]:
        """What changes from step to step of an epoch, ``[steps, m]`` each, and dropout's factor in the same form."""
        step = epoch * self.steps + np.arange(self.steps, dtype=np.float64)
        names = {"lr", "weight_decay"} | {
            member.optimizer.entry.momentum for member in self.members if member.momentum_schedule.name != "constant"
        }
        tables: dict[str, Floats] = {name: np.empty((self.steps, len(self.members))) for name in sorted(names)}
        drops: Floats = np.empty((self.steps, len(self.members)))
        for place, member in enumerate(self.members):
            length = {"steps_per_epoch": self.steps, "epochs": member.recipe.epochs}
            lr = member.schedule.values(member.numbers["lr"], step, **length)
            tables["lr"][:, place] = lr * self.watchers.lr_scale[place]
            drops[:, place] = member.regularisation_schedule.values(1.0, step, **length)
            tables["weight_decay"][:, place] = member.numbers["weight_decay"] * drops[:, place]
            for name in names - {"lr", "weight_decay"}:
                own = member.numbers.get(name, np.nan)
                if name == member.optimizer.entry.momentum:
                    tables[name][:, place] = member.momentum_schedule.values(own, step, **length)
                else:
                    tables[name][:, place] = own
        return tables, drops

    def validate(self) -> tuple[Floats, Floats]:
        """Mean validation loss and error of every member ``[m]``; see ``StackObjective.evaluate``."""
        loss = torch.zeros(len(self.members), dtype=torch.float64)
        error = torch.zeros(len(self.members), dtype=torch.float64)
        views = self.predicting.views
        for units, real in self._validation:
            inputs, targets, codes = self.data.gather(units)
            outputs, _ = self.network.forward(views, inputs, None, codes)
            more_loss, more_error = self.objective.evaluate(outputs, targets, real)
            loss += more_loss
            error += more_error
        counts = np.array([max(len(own), 1) for own in self.rows.validation], dtype=np.float64)
        return loss.numpy() / counts, self.objective.mean_error(error.numpy() / counts)

    @property
    def predicting(self) -> Tensors:
        """The parameters to predict with: those that are trained, or what the optimizer makes of them."""
        found = self.optimizer.evaluation(self.parameters)
        assert found is None or isinstance(found, Tensors)
        return self.parameters if found is None else found


def _constants(members: Sequence[Settled]) -> dict[str, Floats]:
    """Every number of every member's optimizer ``[m]``; NaN where a member's has no such number."""
    names = {name for member in members for name in member.numbers}
    return {name: np.array([member.numbers.get(name, np.nan) for member in members]) for name in sorted(names)}
