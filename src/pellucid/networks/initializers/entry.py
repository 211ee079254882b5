"""Initializer: what an entry of the registry is, and what it becomes once its numbers are chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from pellucid.catalogue import Chosen, Entry, Value
from pellucid.errors import UsageError
from pellucid.shapes import Array

__all__ = ["ChosenInitializer", "Draw", "Initializer", "no_bias"]

Draw: TypeAlias = Callable[[int, int, np.random.Generator, Mapping[str, Value]], Array]
"""``(inputs, outputs, generator, numbers) → float64``: a weight ``[i, o]``, or a bias ``[o]``."""


def no_bias(inputs: int, outputs: int, generator: np.random.Generator, numbers: Mapping[str, Value]) -> Array:
    """Biases of 0; nothing is drawn."""
    return np.zeros(outputs)


@dataclass(frozen=True, kw_only=True)
class Initializer(Entry):
    """One way to draw a linear layer's first weights and biases; i are its inputs, o its outputs.

    Attributes:
        weight: Draws the weight ``[i, o]``, true widths, float64.
        bias: Draws the bias ``[o]`` after it.
        symmetric: Whether all units of a layer come out alike. Their gradients are then alike too, and the layer stays
            as good as one unit: N502.
        looks_at_data: Whether the values also depend on training rows, layer after layer.
    """

    weight: Draw
    bias: Draw = no_bias
    symmetric: bool = False
    looks_at_data: bool = False


class ChosenInitializer(Chosen[Initializer]):
    """An initializer with its numbers; calling it draws a weight."""

    def weight(self, inputs: int, outputs: int, generator: np.random.Generator) -> Array:
        """A weight ``[i, o]``, float64; the generator is the only source of chance."""
        return self.entry.weight(inputs, outputs, generator, self.numbers)

    def bias(self, inputs: int, outputs: int, generator: np.random.Generator) -> Array:
        """A bias ``[o]`` of a layer with so many inputs, float64."""
        return self.entry.bias(inputs, outputs, generator, self.numbers)

    def __call__(self, shape: tuple[int, int], seed: int = 0) -> Array:
        """A weight ``[i, o]``, float32: the same shape and seed give the same bits.

        Args:
            shape: Inputs and outputs of the layer, both ≥ 1.
            seed: Where chance starts; ≥ 0.

        Raises:
            UsageError: If the shape is no such pair, or the initializer needs training rows to look at.
        """
        if self.entry.looks_at_data:
            raise UsageError(
                f"{self.name} rescales weights by training rows, so it cannot draw from a shape alone. Train with "
                f"pl.Recipe(initialisation={self.name!r}) and look at result.parameters(0)."
            )
        if len(shape) != 2 or min(shape) < 1:
            raise UsageError(f"An initializer needs (inputs, outputs), both at least 1, found {shape!r}.")
        drawn: Array = self.weight(int(shape[0]), int(shape[1]), np.random.default_rng(seed)).astype(np.float32)
        return drawn
