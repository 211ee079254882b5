"""The loop: trains every member of one stack, step by step, and brings each back to its best epoch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from pellucid.networks import INITIALIZERS, Network, Tensors, group_parameters, initial_parameters, padded
from pellucid.objectives import StackObjective
from pellucid.optimizers import StackOptimizer
from pellucid.records import EpochRecord
from pellucid.shapes import Array
from pellucid.training.data import StackRows, TrainingData
from pellucid.training.ledger import EpochValues, Ledger
from pellucid.training.randomness import INITIALISATION, SAMPLE, generator
from pellucid.training.settling import Settled
from pellucid.training.stack import Stack
from pellucid.training.stopping import Watchers

__all__ = ["StackOutcome", "train_stack"]

# Rows that a data-driven initialisation looks at, at most.
_SAMPLE_ROWS = 2048
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


def _initial(
    network: Network, members: Sequence[Settled], data: TrainingData, rows: StackRows
) -> list[dict[str, Array]]:
    """Every member's initial parameters, each drawn alone."""
    made = []
    for number, (member, own) in enumerate(zip(members, rows.train, strict=True)):
        recipe = member.recipe
        sample = codes = None
        if INITIALIZERS(recipe.initialisation).entry.looks_at_data:
            seen = own if data.units is None else np.unique(data.units[own].numpy())
            count = min(len(seen), _SAMPLE_ROWS)
            chosen = generator(recipe.seed, SAMPLE).permutation(len(seen))[:count]
            picked = torch.from_numpy(seen[np.resize(chosen, padded(count))])
            sample = data.inputs.index_select(0, picked).numpy()
            codes = None if data.codes is None else data.codes.index_select(0, picked).numpy()
        made.append(
            initial_parameters(
                network,
                generator(recipe.seed, INITIALISATION),
                member=number,
                method=recipe.initialisation,
                frequency_scale=recipe.frequency_scale,
                sample=sample,
                codes=codes,
            )
        )
    return made


def train_stack(
    members: Sequence[Settled],
    data: TrainingData,
    rows: StackRows,
    *,
    dtype: torch.dtype = torch.float32,
    on_epoch: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> StackOutcome:
    """Train a stack: recipes that agree in shape, on rows that give every member the same number of steps.

    Args:
        members: One per member ``[m]``, equal kinds beside each other.
        data: The encoded table.
        rows: Each member's training and validation rows.
        dtype: float32, or float64 to compare with references.
        on_epoch: Called after each epoch with its number, counted from 1, and the number of epochs.
        stop: Asked before each step; True ends training there, keeping the best so far.
    """
    m = len(members)
    recipes = [member.recipe for member in members]
    validated = any(len(own) for own in rows.validation)
    network = Network([member.network for member in members])
    groups = group_parameters(
        network.parameters,
        lr_factors=dict(recipes[0].lr_factors),
        width_scaled=recipes[0].width_scaled_lr,
        decay_all=recipes[0].decay_biases,
    )
    parameters = Tensors(network.parameters, groups, m, dtype=dtype)
    for member, arrays in enumerate(_initial(network, members, data, rows)):
        parameters.load(member, arrays)
    final = parameters.take(range(m))
    stack = Stack(
        members,
        range(m),
        network,
        StackObjective([member.objective for member in members]),
        data,
        rows,
        parameters,
        StackOptimizer([member.optimizer for member in members], parameters),
        Watchers(members, validated=validated),
    )
    ledger = Ledger(members, validated=validated)
    longest = max(recipe.epochs for recipe in recipes)
    for epoch in range(longest):
        losses, rates, steps = stack.run_epoch(epoch, stop)
        if epoch and not steps:
            # Stopped between two epochs: there is nothing new to look at.
            ledger.interrupt()
            break
        seen = EpochValues(losses, rates, steps, *(stack.validate() if validated else (losses, losses)))
        keep = ledger.see(stack, epoch + 1, seen)
        final.put([stack.numbers[p] for p in keep], stack.predicting, keep)
        if on_epoch is not None:
            on_epoch(epoch + 1, longest)
        alive = [position for position, number in enumerate(stack.numbers) if not ledger.ended[number]]
        if not alive:
            break
        if len(stack.numbers) - len(alive) >= _IDLE_SHARE * len(stack.numbers):
            stack = stack.take(alive)
    return StackOutcome(
        network,
        final,
        tuple(ledger.history),
        tuple(ledger.epochs),
        tuple(ledger.best_epoch),
        tuple(ledger.best),
        tuple(ledger.ended),
    )
