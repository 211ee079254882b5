"""Activation: what an entry of the registry is, and what it becomes once its numbers are chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor

from pellucid.catalogue import Chosen, Entry, Value
from pellucid.records.activations import check_together

__all__ = ["Activation", "ChosenActivation", "Learned", "Numbers", "Pull", "Rule"]

Numbers: TypeAlias = Mapping[str, Any]
"""Parameter → a float where all members agree, else a tensor ``[m, 1, 1]``; structural numbers as they are; learned
numbers as tensors ``[m, 1, i]``; drawn ones as ``[m, b, i]``. All broadcast with x ``[m, b, i]``.

A float is one that x's type can hold exactly: both forms then give the same bits."""
Rule: TypeAlias = Callable[[Tensor, Numbers], Tensor]
Pull: TypeAlias = Callable[[Tensor, Tensor, Tensor, Numbers], Tensor]
Learn: TypeAlias = Callable[[Tensor, Tensor, Tensor, Numbers], dict[str, Tensor]]
Widths: TypeAlias = Callable[[int, Mapping[str, Value]], int]


@dataclass(frozen=True)
class Learned:
    """A number that is learned, one per unit and member.

    Attributes:
        name: Under which value and pull find it; also its name in the model file.
        start: Parameter that holds its first value.
    """

    name: str
    start: str


@dataclass(frozen=True, kw_only=True)
class Activation(Entry):
    """One activation.

    Attributes:
        derivative: Of the value, as text.
        range: Of its values, as text: ``[0, ∞)``.
        zero_centred: Whether its values lie on both sides of 0.
        saturates: Where its derivative goes to 0: ``at both ends``, ``below 0``, ``nowhere``.
        trainable: Whether gradients can train a network through it; False for step, sign and round (N507).
        value: ``(x, numbers) → y``, element by element unless ``rowwise`` or the width changes.
        pull: ``(dy, x, y, numbers) → dx``: carries a gradient back, dy · f′(x).
        at_zero: ``numbers → f(0)``, for the padding, which must stay silent; None: f(0) = 0 whatever the numbers, where
            learned numbers are 0, as they are in the padding.
        learned: Numbers that are learned.
        learn: ``(dy, x, y, numbers) → {name: [m, b, i]}``: the gradient of each learned number, row by row.
        draws: Name under which value and pull find a number drawn anew for each value while training, uniform between
            the parameters ``low`` and ``high`` of ``draw_between`` and their mean when predicting; empty for none.
        draw_between: Names of those two parameters.
        takes: ``(width of the layer in a recipe, numbers) → values that it takes``; None: as many.
        gives: ``(values that it takes, numbers) → values that it gives``; None: as many. Such an activation, and a
            ``rowwise`` one, works on true widths: padding is cut off before and laid on after.
        rowwise: Whether a value depends on all values of its row (softmax).
        output_only: Whether it belongs at the output of a network alone.
    """

    derivative: str
    range: str
    zero_centred: bool
    saturates: str
    trainable: bool = True
    value: Rule
    pull: Pull
    at_zero: Callable[[Mapping[str, Value]], float] | None = None
    learned: tuple[Learned, ...] = ()
    learn: Learn | None = None
    draws: str = ""
    draw_between: tuple[str, str] = ("", "")
    takes: Widths | None = None
    gives: Widths | None = None
    rowwise: bool = False
    output_only: bool = False


# Equal and hashable as every chosen entry is; decorated so that what it adds is called.
@dataclass(frozen=True, eq=False)
class ChosenActivation(Chosen[Activation]):
    """An activation with its numbers; calling it applies it.

    Raises:
        UsageError: If a lower bound lies above its upper one.
    """

    def __post_init__(self) -> None:
        check_together(self.name, self.numbers)

    @property
    def own_numbers(self) -> dict[str, Any]:
        """All numbers as value and pull want them: learned ones at their start, drawn ones at their mean."""
        numbers: dict[str, Any] = dict(self.numbers)
        for each in self.entry.learned:
            numbers[each.name] = numbers[each.start]
        if self.entry.draws:
            low, high = (float(numbers[name]) for name in self.entry.draw_between)
            numbers[self.entry.draws] = 0.5 * (low + high)
        return numbers

    def __call__(self, x: Any) -> Tensor:
        """f(x) for values ``[…, i]``: a tensor, an array or a number."""
        return self.entry.value(_real(x), self.own_numbers)

    def derivative(self, x: Any) -> Tensor:
        """f′(x), element by element: what a gradient of 1 becomes on its way back; 1 for each output of x's shape.

        For activations whose values depend on several inputs this is the sum over the outputs.
        """
        values = _real(x)
        numbers = self.own_numbers
        y = self.entry.value(values, numbers)
        return self.entry.pull(torch.ones_like(y), values, y, numbers)


def _real(x: Any) -> Tensor:
    values = x if isinstance(x, Tensor) else torch.as_tensor(x, dtype=torch.float64)
    return values if values.is_floating_point() else values.double()
