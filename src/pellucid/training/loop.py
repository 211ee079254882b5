"""The loop: trains every member of one stack, step by step, and brings each back to its best epoch."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pellucid.networks import Network, Tensors, group_parameters, initial_parameters, padded
from pellucid.objectives import LossNumbers, Objective
from pellucid.optimizers import AbstractOptimizer, Hyper, factors, find_optimizer
from pellucid.records import EpochRecord, Recipe
from pellucid.shapes import Array, Floats
from pellucid.training.batches import BatchPlan, blocks, steps_per_epoch
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.randomness import INITIALISATION, SAMPLE, StackNoise, generator
from pellucid.training.stopping import Watchers
from pellucid.training.tally import LossTally

__all__ = ["BLOCK", "StackOutcome", "train_stack"]

# Rows that a data-driven initialisation looks at, at most.
_SAMPLE_ROWS = 2048
# Rows per validation block, at most.
BLOCK = 256
# Finished members ride along until so large a share of the stack is idle.
_IDLE_SHARE = 0.25


@dataclass(frozen=True)
class StackOutcome:
    """A trained stack.

    Attributes:
        network: Its layers.
        parameters: Every member at its best epoch (at its last one without validation rows).
        history: One record per member and epoch.
        epochs: Epochs that each member ran ``[m]``.
        best_epoch: The epoch that each member returned to ``[m]``, counted from 1.
        best: Monitored validation value there ``[m]``; NaN without validation rows.
        ended: ``finished``, ``stopped early``, ``interrupted`` or ``diverged``, per member.
    """

    network: Network
    parameters: Tensors
    history: tuple[EpochRecord, ...]
    epochs: tuple[int, ...]
    best_epoch: tuple[int, ...]
    best: tuple[float, ...]
    ended: tuple[str, ...]


def _column(recipes: list[Recipe], field: str) -> Floats:
    return np.array([getattr(recipe, field) for recipe in recipes], dtype=np.float64)


class _Stack:
    """The members that still train, with everything that belongs to them."""

    def __init__(
        self,
        recipes: list[Recipe],
        numbers: list[int],
        network: Network,
        objective: Objective,
        data: TrainingData,
        rows: StackRows,
        parameters: Tensors,
        optimizer: AbstractOptimizer,
        watchers: Watchers,
    ) -> None:
        self.recipes, self.numbers, self.network, self.objective = recipes, numbers, network, objective
        self.data, self.rows, self.parameters, self.optimizer = data, rows, parameters, optimizer
        self.watchers = watchers
        self.gradients = parameters.like()
        self.dtype = parameters.dtype
        self.noise = StackNoise([r.seed for r in recipes], _column(recipes, "dropout"), dtype=self.dtype)
        smoothing, delta = (
            torch.as_tensor(_column(recipes, field), dtype=self.dtype).view(-1, 1)
            for field in ("label_smoothing", "huber_delta")
        )
        # Whether anything is smoothed is a matter of the company; x·(1 − 0) + 0 keeps the bits of x.
        self.loss_numbers = LossNumbers(smoothing if smoothing.any() else None, delta)
        first = recipes[0]
        self.steps = steps_per_epoch(len(rows.train[0]), first.batch_size, drop_last=first.drop_last)
        longest = max(len(own) for own in rows.validation)
        self.validation = blocks(rows.validation, padded(min(BLOCK, longest)), dtype=self.dtype) if longest else []

    def take(self, positions: list[int]) -> "_Stack":
        """Only the members at these positions."""
        return _Stack(
            [self.recipes[p] for p in positions],
            [self.numbers[p] for p in positions],
            self.network,
            self.objective,
            self.data,
            self.rows.take(positions),
            self.parameters.take(positions),
            self.optimizer.take(positions),
            self.watchers.take(positions),
        )

    def _schedules(self, epoch: int) -> tuple[Floats, Floats, Floats]:
        """Learning rate, weight decay and dropout factor at every step of an epoch, each ``[steps, m]``."""
        step = epoch * self.steps + np.arange(self.steps, dtype=np.float64)
        rates, decays, drops = (np.empty((self.steps, len(self.recipes))) for _ in range(3))
        for member, recipe in enumerate(self.recipes):
            done = np.minimum(step / (recipe.epochs * self.steps), 1.0)
            rates[:, member] = recipe.lr * factors(recipe.schedule, done) * self.watchers.lr_scale[member]
            drops[:, member] = factors(recipe.regularisation_schedule, done)
            decays[:, member] = recipe.decay * drops[:, member]
        return rates, decays, drops

    def run_epoch(self, epoch: int, stop: Callable[[], bool]) -> tuple[Floats, Floats, int]:
        """Train one epoch, counted from 0: mean losses ``[m]``, last learning rates ``[m]``, and how many steps ran."""
        first = self.recipes[0]
        plan = BatchPlan.of_epoch(
            [r.seed for r in self.recipes],
            self.rows.train,
            epoch,
            batch_size=first.batch_size,
            drop_last=first.drop_last,
            row_weights=self.rows.weights,
            dtype=self.dtype,
        )
        rates, decays, drops = self._schedules(epoch)
        beta1, beta2, eps, momentum, l2 = (
            _column(self.recipes, field) for field in ("beta1", "beta2", "eps", "momentum", "l2")
        )
        numbers = (beta1, beta2, eps, momentum)
        uniform = Hyper.agree(rates, decays, l2, *numbers)
        self.noise.begin_epoch(epoch, self.steps, drops)
        views, gradients = self.parameters.views, self.gradients.views
        tally = LossTally(self.objective, self.loss_numbers)
        output_gradient: Tensor | None = None
        for step in range(self.steps):
            if stop():
                break
            inputs, targets, codes = self.data.gather(plan.rows[step])
            self.noise.begin_step(step)
            outputs, tapes = self.network.forward(views, inputs, self.noise, codes)
            weights = plan.weights[step]
            if output_gradient is None:
                output_gradient = torch.zeros_like(outputs)
            self.objective.gradient(outputs, targets, weights, self.loss_numbers, out=output_gradient)
            self.network.backward(views, tapes, output_gradient, gradients)
            hyper = Hyper(rates[step], *numbers, decays[step], l2, first.nesterov, uniform)
            self.optimizer.update(self.parameters, self.gradients, hyper)
            tally.add(outputs, targets, weights)
        return tally.means(len(self.recipes)), rates[max(tally.steps - 1, 0)], tally.steps

    def validate(self) -> tuple[Floats, Floats]:
        """Mean validation loss and error of every member ``[m]``; the error is the wrong share, or the RMSE."""
        loss = torch.zeros(len(self.recipes), dtype=torch.float64)
        error = torch.zeros(len(self.recipes), dtype=torch.float64)
        for rows, real in self.validation:
            inputs, targets, codes = self.data.gather(rows)
            outputs, _ = self.network.forward(self.parameters.views, inputs, None, codes)
            more_loss, more_error = self.objective.evaluate(outputs, targets, real, self.loss_numbers)
            loss += more_loss
            error += more_error
        counts = np.array([max(len(own), 1) for own in self.rows.validation], dtype=np.float64)
        mean_error = error.numpy() / counts
        return loss.numpy() / counts, np.sqrt(mean_error) if self.objective.task == "regression" else mean_error


def _initial(network: Network, recipes: list[Recipe], data: TrainingData, rows: StackRows) -> list[dict[str, Array]]:
    """Every member's initial parameters, each drawn alone."""
    made = []
    for recipe, own in zip(recipes, rows.train, strict=True):
        sample = codes = None
        if recipe.initialisation == "data":
            count = min(len(own), _SAMPLE_ROWS)
            chosen = generator(recipe.seed, SAMPLE).permutation(len(own))[:count]
            picked = torch.from_numpy(own[np.resize(chosen, padded(count))])
            sample = data.inputs.index_select(0, picked).numpy()
            codes = None if data.codes is None else data.codes.index_select(0, picked).numpy()
        made.append(
            initial_parameters(
                network,
                generator(recipe.seed, INITIALISATION),
                method=recipe.initialisation,
                frequency_scale=recipe.frequency_scale,
                sample=sample,
                codes=codes,
            )
        )
    return made


def train_stack(
    recipes: list[Recipe],
    network: Network,
    objective: Objective,
    data: TrainingData,
    rows: StackRows,
    *,
    dtype: torch.dtype = torch.float32,
    on_epoch: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> StackOutcome:
    """Train a stack: recipes that agree in all but numbers, on rows that give every member the same number of steps.

    Args:
        recipes: One per member ``[m]``.
        network: Its layers.
        objective: Loss and head.
        data: The encoded table.
        rows: Each member's training and validation rows.
        dtype: float32, or float64 to compare with references.
        on_epoch: Called after each epoch with its number, counted from 1, and the number of epochs.
        stop: Asked before each step; True ends training there, keeping the best so far.
    """
    m = len(recipes)
    validated = any(len(own) for own in rows.validation)
    groups = group_parameters(
        network.parameters,
        lr_factors=dict(recipes[0].lr_factors),
        width_scaled=recipes[0].width_scaled_lr,
        decay_all=recipes[0].decay_biases,
    )
    parameters = Tensors(network.parameters, groups, m, dtype=dtype)
    for member, arrays in enumerate(_initial(network, recipes, data, rows)):
        parameters.load(member, arrays)
    final = parameters.take(range(m))
    stack = _Stack(
        recipes,
        list(range(m)),
        network,
        objective,
        data,
        rows,
        parameters,
        find_optimizer(recipes[0].optimizer)(parameters),
        Watchers(recipes, validated=validated),
    )
    history: list[EpochRecord] = []
    epochs, best_epoch, ended = [0] * m, [0] * m, [""] * m
    best = [float("nan")] * m
    longest = max(recipe.epochs for recipe in recipes)
    for epoch in range(longest):
        losses, rates, steps = stack.run_epoch(epoch, stop)
        stopped = steps < stack.steps
        if epoch and not steps:
            # Stopped between two epochs: there is nothing new to look at.
            ended = [how or "interrupted" for how in ended]
            break
        val_loss, val_error = stack.validate() if validated else (losses, losses)
        # The loss of the last step is that of the parameters before it, and a share of wrong classes is finite whatever
        # the outputs are: only the parameters themselves say whether they are sound.
        sound = stack.parameters.sound()
        keep: list[int] = []
        for position, number in enumerate(stack.numbers):
            if ended[number]:
                continue
            recipe = recipes[number]
            epochs[number] = epoch + 1
            history.append(
                EpochRecord(
                    member=number,
                    epoch=epoch + 1,
                    loss=float(losses[position]),
                    val_loss=float(val_loss[position]) if validated else None,
                    val_error=float(val_error[position]) if validated else None,
                    lr=float(rates[position]),
                )
            )
            monitored = float((val_error if recipe.monitor == "error" else val_loss)[position])
            finite = bool(sound[position]) and (not steps or np.isfinite(losses[position]))
            if validated:
                finite = finite and np.isfinite(val_loss[position]) and np.isfinite(monitored)
            if finite and validated and recipe.restore_best:
                if stack.watchers.see(position, epoch + 1, monitored):
                    keep.append(position)
                    best_epoch[number], best[number] = epoch + 1, monitored
            elif finite:
                stack.watchers.see(position, epoch + 1, monitored)
                keep.append(position)
                best_epoch[number], best[number] = epoch + 1, monitored if validated else float("nan")
            if not finite:
                ended[number] = "diverged"
            elif stopped:
                ended[number] = "interrupted"
            elif stack.watchers.is_over(position, epoch + 1):
                ended[number] = "stopped early"
            elif epoch + 1 == recipe.epochs:
                ended[number] = "finished"
        final.put([stack.numbers[p] for p in keep], stack.parameters, keep)
        if on_epoch is not None:
            on_epoch(epoch + 1, longest)
        alive = [position for position, number in enumerate(stack.numbers) if not ended[number]]
        if not alive:
            break
        if len(stack.numbers) - len(alive) >= _IDLE_SHARE * len(stack.numbers):
            stack = stack.take(alive)
    return StackOutcome(network, final, tuple(history), tuple(epochs), tuple(best_epoch), tuple(best), tuple(ended))
