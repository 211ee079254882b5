"""TrainResult: what a list of recipes became, member by member, in the order in which they were given."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from pellucid.networks import Network, Tensors
from pellucid.networks.to_torch import as_modules
from pellucid.objectives import Objective
from pellucid.records import EpochRecord, NetworkSpec, Recipe
from pellucid.shapes import Array, Codes, Floats
from pellucid.training.data import TrainingData
from pellucid.training.loop import BLOCK, StackOutcome

__all__ = ["TrainResult"]


@dataclass(frozen=True)
class TrainResult:
    """A trained list of recipes.

    Attributes:
        recipes: As given ``[m]``.
        objective: Loss and head of every member.
        classes: Class labels in the order of the outputs; empty for a regression.
        stacks: Positions of each stack's members among the recipes.
        outcomes: What became of each stack.
        history: One record per member and epoch, sorted by member.
    """

    recipes: tuple[Recipe, ...]
    objectives: tuple[Objective, ...]
    classes: tuple[object, ...]
    stacks: tuple[tuple[int, ...], ...]
    outcomes: tuple[StackOutcome, ...]
    history: tuple[EpochRecord, ...]

    def _curve(self, field: str) -> Floats:
        longest = max(record.epoch for record in self.history)
        curve = np.full((len(self.recipes), longest), np.nan)
        for record in self.history:
            value = getattr(record, field)
            if value is not None:
                curve[record.member, record.epoch - 1] = value
        return curve

    @property
    def loss(self) -> Floats:
        """Mean training loss ``[m, epoch]``; NaN after a member's last epoch."""
        return self._curve("loss")

    @property
    def val_loss(self) -> Floats:
        """Mean validation loss ``[m, epoch]``; NaN without validation rows."""
        return self._curve("val_loss")

    @property
    def metrics(self) -> dict[str, Floats]:
        """``val_error [m, epoch]``: share of wrong classes, or RMSE in the target's unit; and the learning rate."""
        return {"val_error": self._curve("val_error"), "lr": self._curve("lr")}

    def per_member(self, field: str) -> list[Any]:
        """One of an outcome's per-member values (``best``, ``best_epoch``, ``epochs``, ``ended``), recipe by recipe."""
        values: list[Any] = [None] * len(self.recipes)
        for positions, outcome in zip(self.stacks, self.outcomes, strict=True):
            for place, position in enumerate(positions):
                values[position] = getattr(outcome, field)[place]
        return values

    def _place(self, member: int) -> tuple[StackOutcome, int]:
        for positions, outcome in zip(self.stacks, self.outcomes, strict=True):
            if member in positions:
                return outcome, positions.index(member)
        raise IndexError(f"there is no member {member}; members are 0 to {len(self.recipes) - 1}")

    def network(self, member: int = 0) -> NetworkSpec:
        """The member's layers as plain data."""
        return self._place(member)[0].network.spec

    def parameters(self, member: int) -> dict[str, Array]:
        """The member's parameters at its best epoch: name → plain array of true shape."""
        outcome, place = self._place(member)
        return outcome.parameters.arrays(place)

    def to_torch(self, member: int) -> torch.nn.Sequential:
        """The member as plain PyTorch modules with the same outputs, in evaluation mode, for encoded columns alone."""
        return as_modules(self.network(member), self.parameters(member))

    def outputs(self, X: Floats, codes: Codes | None = None) -> Floats:
        """Raw outputs ``[m, n, o]`` for encoded rows ``[n, i]``, computed in blocks of fixed shape."""
        rows = len(X)
        width = max(objective.outputs for objective in self.objectives)
        found = np.full((len(self.recipes), rows, width), np.nan)
        for positions, outcome in zip(self.stacks, self.outcomes, strict=True):
            used = self.objectives[positions[0]].outputs
            found[list(positions), :, :used] = _stack_outputs(outcome.network, outcome.parameters, X, codes)[
                :, :, :used
            ]
        return found

    def predict_proba(self, X: Floats, codes: Codes | None = None) -> Floats:
        """Class probabilities ``[m, n, c]`` in the order of ``classes``; classification only."""
        if not self.classes:
            raise TypeError("A regression has no class probabilities; use predict.")
        outputs = self.outputs(X, codes)
        found = np.empty((len(self.recipes), len(X), len(self.classes)))
        for member, objective in enumerate(self.objectives):
            z = outputs[member, :, : objective.outputs]
            if objective.link == "sigmoid":
                # softmax over (0, z) is the sigmoid, without overflow at either end.
                z = np.concatenate([np.zeros_like(z), z], axis=1)
            e = np.exp(z - z.max(axis=1, keepdims=True))
            found[member] = e / e.sum(axis=1, keepdims=True)
        return found

    def predict(self, X: Floats, codes: Codes | None = None) -> Array:
        """Class labels ``[m, n]``, or numbers ``[m, n]`` (``[m, n, t]`` for several targets)."""
        if self.classes:
            labels: Array = np.asarray(self.classes)
            return labels[self.predict_proba(X, codes).argmax(axis=2)]  # type: ignore[no-any-return]
        outputs = self.outputs(X, codes)
        return outputs[:, :, 0] if outputs.shape[2] == 1 else outputs


def _stack_outputs(network: Network, parameters: Tensors, X: Floats, codes: Codes | None) -> Floats:
    spec = network.features.spec if network.features is not None else None
    data = TrainingData.of(
        np.asarray(X),
        np.zeros(len(X)),
        codes=codes,
        numeric=spec.numeric if spec else None,
        categories=spec.categories if spec else (),
        dtype=parameters.dtype,
    )
    m = parameters.members
    pieces: list[Floats] = []
    for start in range(0, len(X), BLOCK):
        rows = np.zeros(BLOCK, dtype=np.int64)
        real = min(BLOCK, len(X) - start)
        rows[:real] = np.arange(start, start + real)
        inputs, _, coded = data.gather(torch.from_numpy(rows).expand(m, BLOCK))
        outputs, _ = network.forward(parameters.views, inputs, None, coded)
        pieces.append(outputs[:, :real].double().numpy())
    return np.concatenate(pieces, axis=1) if pieces else np.zeros((m, 0, padded_outputs(network)))


def padded_outputs(network: Network) -> int:
    """Width of a stack's raw output."""
    return network.parameters[-1].shape[-1]
