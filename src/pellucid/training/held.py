"""Held: what members carry from epoch to epoch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from pellucid.networks import Tensors
from pellucid.optimizers import StackOptimizer
from pellucid.shapes import Array, Codes
from pellucid.training.stopping import Watchers

__all__ = ["Held"]


@dataclass(frozen=True)
class Held:
    """What members carry from epoch to epoch; everything else follows from their recipes.

    Attributes:
        numbers: Their numbers in the training job ``[m]``.
        epochs: Epochs made ``[m]``.
        parameters: Weights, biases and statistics.
        optimizer: Update rules with their state.
        watchers: What validation values have said.
    """

    numbers: list[int]
    epochs: Codes
    parameters: Tensors
    optimizer: StackOptimizer
    watchers: Watchers

    def take(self, positions: Sequence[int]) -> "Held":
        """Only the members at these positions, copied."""
        chosen = list(positions)
        return Held(
            [self.numbers[p] for p in chosen],
            self.epochs[chosen],
            self.parameters.take(chosen),
            self.optimizer.take(chosen),
            self.watchers.take(chosen),
        )

    @classmethod
    def join(cls, parts: Sequence["Held"]) -> "Held":
        """Members of several stacks in one, sorted by their numbers, so that equal kinds stand beside each other."""
        numbers = [number for part in parts for number in part.numbers]
        joined = cls(
            numbers,
            np.concatenate([part.epochs for part in parts]),
            Tensors.join([part.parameters for part in parts]),
            StackOptimizer.join([part.optimizer for part in parts]),
            Watchers.join([part.watchers for part in parts]),
        )
        order = sorted(range(len(numbers)), key=numbers.__getitem__)
        return joined if order == list(range(len(numbers))) else joined.take(order)

    def state(self) -> dict[str, Array]:
        """All of it as plain arrays."""
        return {
            "numbers": np.array(self.numbers, dtype=np.int64),
            "epochs": self.epochs,
            **{f"parameters.{name}": view.cpu().numpy() for name, view in self.parameters.views.items()},
            **{f"optimizer.{name}": array for name, array in self.optimizer.state().items()},
            **{f"watchers.{name}": array for name, array in self.watchers.state().items()},
        }

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from what ``state`` gave, for the same members."""
        self.epochs[:] = state["epochs"]
        for name, view in self.parameters.views.items():
            view.copy_(torch.from_numpy(state[f"parameters.{name}"].copy()))
        for part, restore in (("optimizer.", self.optimizer.restore), ("watchers.", self.watchers.restore)):
            restore({name.removeprefix(part): each for name, each in state.items() if name.startswith(part)})
