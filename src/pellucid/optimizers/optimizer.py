"""What every update rule is: it changes a stack's parameters in place, each member by its own numbers."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol, Self, TypeAlias

import numpy as np
import torch
from torch import Tensor

from pellucid.catalogue import Value
from pellucid.optimizers.hyper import Hyper, Tables
from pellucid.shapes import Array, Codes, Floats

__all__ = [
    "AbstractOptimizer",
    "AbstractRule",
    "Again",
    "Piece",
    "Spec",
    "Stacked",
    "Steps",
    "array_of",
    "moving",
    "pieces",
]

Again: TypeAlias = Callable[[], Floats]
"""Overwrites the gradients with those at the parameters' present values and gives the losses there, ``[m]``."""


class Piece(Protocol):
    """A group of parameters that share their numbers."""

    @property
    def names(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def lr_factor(self) -> float: ...  # noqa: D102
    @property
    def decays(self) -> bool: ...  # noqa: D102
    @property
    def trained(self) -> bool: ...  # noqa: D102


class Spec(Protocol):
    """What one parameter is (``networks.ParameterSpec``)."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def true_shape(self) -> tuple[int, ...]: ...  # noqa: D102


class Stacked(Protocol):
    """A tensor per parameter, grouped (``networks.Tensors``); in flat buffers where it is whole."""

    @property
    def members(self) -> int: ...  # noqa: D102
    @property
    def specs(self) -> Sequence[Spec]: ...  # noqa: D102
    @property
    def flat(self) -> Sequence[Tensor]: ...  # noqa: D102
    @property
    def views(self) -> Mapping[str, Tensor]: ...  # noqa: D102
    @property
    def groups(self) -> Sequence[Piece]: ...  # noqa: D102
    @property
    def whole(self) -> bool: ...  # noqa: D102
    def like(self) -> Self: ...  # noqa: D102
    def take(self, members: Sequence[int]) -> Self: ...  # noqa: D102
    def slice(self, first: int, last: int) -> Self: ...  # noqa: D102
    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self: ...  # noqa: D102


class Steps(Protocol):
    """The updates of an epoch, with everything made ready that does not depend on gradients."""

    def step(self, number: int, again: Again | None = None) -> None:
        """The update of that number, counted from 0; one after the other, none left out, as far as the epoch goes.

        Args:
            number: Which row of the epoch's tables holds.
            again: Loss and gradients anew, for rules that look several times.
        """


class AbstractOptimizer(ABC):
    """One update rule with its state.

    Attributes:
        steps: Updates made so far, per member ``[m]``; bias corrections use a member's own count.
    """

    steps: Codes

    @abstractmethod
    def __init__(self, parameters: Stacked, structural: Mapping[str, Value]) -> None:
        """Fresh state.

        Args:
            parameters: The stack that it will change.
            structural: Flags and words of the rule in which all members agree.
        """

    @abstractmethod
    def update(self, parameters: Stacked, gradients: Stacked, hyper: Hyper, again: Again | None = None) -> None:
        """Change the parameters in place; gradients may be overwritten as scratch space.

        Args:
            parameters: The stack's.
            gradients: Same layout.
            hyper: Every number of the rule at this step.
            again: Loss and gradients anew, for rules that look several times.
        """

    @abstractmethod
    def begin(self, parameters: Stacked, gradients: Stacked, tables: Tables) -> Steps:
        """The updates of an epoch; the same bits as ``update`` with one row of the tables after the other.

        Args:
            parameters: The stack's; stays the same object for the whole epoch.
            gradients: Same layout; likewise. Every step finds them fresh and may overwrite them.
            tables: Every number of the rule, ``[steps, m]``.
        """

    @abstractmethod
    def take(self, members: Sequence[int]) -> Self:
        """The same rule with only these members' state, copied."""

    @classmethod
    @abstractmethod
    def join(cls, rules: Sequence[Self]) -> Self:
        """One rule with the members of several, in order, copied; all agree in structure."""

    @abstractmethod
    def arrays(self) -> dict[str, Array]:
        """Everything that it remembers as plain arrays, the member axis first, copied."""

    @abstractmethod
    def load(self, arrays: Mapping[str, Array]) -> None:
        """Take up what ``arrays`` gave, of the same structure and as many members."""

    @abstractmethod
    def evaluation(self, parameters: Stacked) -> Stacked | None:
        """The parameters to predict with, copied; None where they are the trained ones."""


class AbstractRule(AbstractOptimizer):
    """A rule whose state is tensors like the parameters and numbers per member.

    Attributes:
        structural: Flags and words in which all members agree.
        state: Name → tensors.
        own: Name → numbers ``[m]``.
    """

    def __init__(self, parameters: Stacked, structural: Mapping[str, Value]) -> None:
        self.structural = structural
        self.steps = np.zeros(parameters.members, dtype=np.int64)
        self.state: dict[str, Stacked] = {name: parameters.like() for name in self.kept()}
        self.own: dict[str, Array] = {}

    @abstractmethod
    def kept(self) -> tuple[str, ...]:
        """Names of the tensors that it keeps, zero at first."""

    def take(self, members: Sequence[int]) -> Self:
        """The same rule with only these members' state, copied."""
        chosen = list(members)
        taken = object.__new__(type(self))
        taken.structural, taken.steps = self.structural, self.steps[chosen]
        taken.state = {name: tensors.take(chosen) for name, tensors in self.state.items()}
        taken.own = {name: numbers[chosen] for name, numbers in self.own.items()}
        return taken

    @classmethod
    def join(cls, rules: Sequence[Self]) -> Self:
        """One rule with the members of several, in order, copied; all agree in structure."""
        first = rules[0]
        joined = object.__new__(cls)
        joined.structural = first.structural
        joined.steps = np.concatenate([rule.steps for rule in rules])
        joined.state = {
            name: tensors.join([rule.state[name] for rule in rules]) for name, tensors in first.state.items()
        }
        joined.own = {name: np.concatenate([rule.own[name] for rule in rules]) for name in first.own}
        return joined

    def arrays(self) -> dict[str, Array]:
        """``steps``, ``own.<name>`` and ``<tensors>.<parameter>``, padding included."""
        found: dict[str, Array] = {"steps": self.steps.copy()}
        found |= {f"own.{name}": numbers.copy() for name, numbers in self.own.items()}
        for name, tensors in self.state.items():
            found |= {f"{name}.{own}": array_of(view) for own, view in tensors.views.items()}
        return found

    def load(self, arrays: Mapping[str, Array]) -> None:
        """Take up what ``arrays`` gave."""
        self.steps = arrays["steps"].copy()
        self.own = {name: arrays[f"own.{name}"].copy() for name in self.own}
        for name, tensors in self.state.items():
            for own, view in tensors.views.items():
                view.copy_(torch.tensor(arrays[f"{name}.{own}"]))


def array_of(tensor: Tensor) -> Array:
    """A plain copy, wherever the tensor lives."""
    found: Array = tensor.detach().cpu().numpy().copy()
    return found


def moving(group: Piece) -> bool:
    """Whether a rule touches this group at all."""
    return group.trained and group.lr_factor != 0.0


def pieces(uniform: bool, *stacks: Stacked) -> Iterator[tuple[Piece, list[Tensor]]]:
    """Group by group the tensors that belong together: whole flat buffers if the numbers agree, else one parameter's.

    Element-wise arithmetic gives the same bits on either. Groups that are not to be touched are left out.
    """
    flat = uniform and all(stack.whole for stack in stacks)
    for number, group in enumerate(stacks[0].groups):
        if not moving(group):
            continue
        if flat:
            yield group, [stack.flat[number] for stack in stacks]
        else:
            for name in group.names:
                yield group, [stack.views[name] for stack in stacks]
