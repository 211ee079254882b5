"""The list of activations: name → value and derivative, side by side."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from pellucid.errors import UnknownNameError

__all__ = ["Activation", "Registry"]


@dataclass(frozen=True)
class Activation:
    """One activation.

    Attributes:
        name: Registered name.
        formula: As text.
        value: ``x [m, b, i] → y [m, b, i]``, element by element.
        pull: ``(dy, x, y) → dx``: carries a gradient back through it, dy · f′(x); same shapes.
        at_zero: f(0). Where it is not 0, padded units must be silenced after it.
    """

    name: str
    formula: str
    value: Callable[[Tensor], Tensor]
    pull: Callable[[Tensor, Tensor, Tensor], Tensor]
    at_zero: float = 0.0

    def derivative(self, x: Tensor) -> Tensor:
        """f′(x), element by element."""
        return self.pull(torch.ones_like(x), x, self.value(x))


class Registry:
    """Activations by name."""

    def __init__(self, entries: Iterable[Activation]) -> None:
        self._entries = {entry.name: entry for entry in entries}

    def names(self) -> tuple[str, ...]:
        """Registered names, in order of registration."""
        return tuple(self._entries)

    def __getitem__(self, name: str) -> Activation:
        """The activation of that name.

        Raises:
            UnknownNameError: If there is none; offers the nearest.
        """
        try:
            return self._entries[name]
        except KeyError:
            raise UnknownNameError("activation", name, self.names()) from None
