"""What every update rule is: it changes a stack's parameters in place, each member by its own numbers."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, Self

import numpy as np
from torch import Tensor

from pellucid.optimizers.hyper import Hyper

__all__ = ["AbstractOptimizer", "Piece", "Stacked", "pieces"]


class Piece(Protocol):
    """A group of parameters that share their numbers."""

    @property
    def names(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def lr_factor(self) -> float: ...  # noqa: D102
    @property
    def decays(self) -> bool: ...  # noqa: D102


class Stacked(Protocol):
    """A tensor per parameter, grouped in flat buffers (``networks.Tensors``)."""

    @property
    def members(self) -> int: ...  # noqa: D102
    @property
    def flat(self) -> Sequence[Tensor]: ...  # noqa: D102
    @property
    def views(self) -> Mapping[str, Tensor]: ...  # noqa: D102
    @property
    def groups(self) -> Sequence[Piece]: ...  # noqa: D102
    def like(self) -> Self: ...  # noqa: D102
    def take(self, members: Sequence[int]) -> Self: ...  # noqa: D102


class AbstractOptimizer(ABC):
    """One update rule with its state.

    Attributes:
        steps: Updates made so far, per member ``[m]``; bias corrections use a member's own count.
    """

    steps: np.ndarray[tuple[int], np.dtype[np.int64]]

    @abstractmethod
    def update(self, parameters: Stacked, gradients: Stacked, hyper: Hyper) -> None:
        """Change the parameters in place; gradients may be overwritten as scratch space."""

    @abstractmethod
    def take(self, members: Sequence[int]) -> Self:
        """The same rule with only these members' state, copied."""


def pieces(uniform: bool, *stacks: Stacked) -> Iterator[tuple[Piece, list[Tensor]]]:
    """Group by group the tensors that belong together: whole flat buffers if the numbers agree, else one parameter's.

    Element-wise arithmetic gives the same bits on either.
    """
    for number, group in enumerate(stacks[0].groups):
        if uniform:
            yield group, [stack.flat[number] for stack in stacks]
        else:
            for name in group.names:
                yield group, [stack.views[name] for stack in stacks]
