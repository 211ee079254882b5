"""What every number of a pass is called: ``x_1``, ``w_12^(2)``, ``z_1^(1)``, ``∂L/∂w_12^(2)``.

A weight's first index is the unit that it leads to, the second the input that it comes from, as in torch's
``weight[o, i]``. The number of the linear layer stands in brackets above, where there is more than one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Level", "Shown", "Vector", "indexed", "slope"]


@dataclass(frozen=True)
class Shown:
    """A number of a parameter that is told one by one.

    Attributes:
        parameter: Its parameter: ``1.weight``.
        index: Its place there, in the parameter's shape in the model file.
        symbol: What it is called: ``w_12^(1)``.
    """

    parameter: str
    index: tuple[int, ...]
    symbol: str


@dataclass(frozen=True)
class Vector:
    """The values that run between two layers.

    Attributes:
        letter: ``x``, ``z``, ``a``.
        level: Number of the linear layer that they belong to; empty where there is one alone, and for inputs.
    """

    letter: str
    level: str = ""

    def __call__(self, place: int) -> str:
        """One of them, counted from 0."""
        return f"{self.letter}_{_index(place)}{self.level}"

    @property
    def whole(self) -> str:
        """All of them."""
        return f"{self.letter}{self.level}"


@dataclass(frozen=True)
class Level:
    """A linear layer's own names.

    Attributes:
        mark: ``^(2)``, or empty where there is one alone.
    """

    mark: str

    def named(self, letter: str, *places: int) -> str:
        """``w_12^(2)`` for the letter w and places 0 and 1."""
        return f"{letter}_{_index(*places)}{self.mark}"

    def vector(self, letter: str) -> Vector:
        """The values of that letter behind this layer."""
        return Vector(letter, self.mark)


def slope(symbol: str) -> str:
    """Derivative of the loss by something."""
    return f"∂L/∂{symbol}"


def indexed(letter: str, *places: int) -> str:
    """``f_3``, ``f_{12}`` for places counted from 0."""
    return f"{letter}_{_index(*places)}"


def _index(*places: int) -> str:
    numbers: Sequence[str] = [str(place + 1) for place in places]
    if all(len(number) == 1 for number in numbers):
        return "".join(numbers)
    return "{" + ",".join(numbers) + "}"
