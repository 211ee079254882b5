"""The work that every contestant of a benchmark does: rows, widths, batches, and each network's own numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Problem"]


@dataclass(frozen=True)
class Problem:
    """Networks of one shape, trained by AdamW on one table.

    Attributes:
        widths: Inputs, hidden layers (ReLU), outputs. One output: BCE with logits; several: cross-entropy.
        rows: Training rows.
        batch_size: Rows per step; the last batch of an epoch may be smaller.
        epochs: Passes over the rows.
        members: Networks; each has its own seed, order of rows, learning rate and weight decay.
    """

    widths: tuple[int, ...]
    rows: int
    batch_size: int
    epochs: int
    members: int = 1

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> "Problem":
        """A problem from its fields as they come out of JSON."""
        return cls(**{**fields, "widths": tuple(fields["widths"])})

    @property
    def steps(self) -> int:
        """Steps of one network."""
        return self.epochs * -(-self.rows // self.batch_size)

    @property
    def binary(self) -> bool:
        """Whether one output tells class 1 from class 0."""
        return self.widths[-1] == 1

    def data(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Random inputs ``[n, i]`` and a class number ``[n]`` that depends on them."""
        generator = np.random.default_rng(0)
        X = generator.normal(size=(self.rows, self.widths[0])).astype(np.float32)
        scores = X @ generator.normal(size=(self.widths[0], max(self.widths[-1], 2)))
        return X, scores.argmax(axis=1).astype(np.int64)

    def learning_rates(self) -> NDArray[np.float64]:
        """``[m]``, from 3e-4 to 3e-2 in equal ratios; 1e-3 for one network."""
        return np.geomspace(3e-4, 3e-2, self.members) if self.members > 1 else np.array([1e-3])

    def weight_decays(self) -> NDArray[np.float64]:
        """``[m]``, from 1e-4 to 1e-1 in equal ratios, in an order that has nothing to do with the learning rates."""
        if self.members == 1:
            return np.array([1e-2])
        return np.random.default_rng(1).permutation(np.geomspace(1e-4, 1e-1, self.members))

    def some(self, count: int) -> list[int]:
        """Members spread evenly over all, for contestants that train one network after the other."""
        return [int(member) for member in np.linspace(0, self.members - 1, min(count, self.members)).round()]
