"""Factor: one field of a recipe with the values that it takes in a plan."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Factor", "Level", "level_texts"]

Level: TypeAlias = bool | int | float | str | tuple[int, ...] | None
"""A value of a factor, as a recipe holds it."""


@dataclass(frozen=True)
class Factor:
    """What ``factor`` and ``read_factor`` make: checked, each value once.

    Attributes:
        name: Field of the recipe, or ``width`` or ``depth``.
        values: In the order in which they were given; of an open range its two ends, the smaller one first.
        scale: ``linear`` or ``log`` for numbers, how a range is spaced or an axis best drawn; ``named`` for all else.
        open: A range without points, ``1e-4:1e-1:log``, which random draws alone can take.
    """

    name: str
    values: tuple[Level, ...]
    scale: Literal["named", "linear", "log"] = "named"
    open: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """The values for people, each different; ``values`` hold what is trained with."""
        return level_texts(self.values)

    def __str__(self) -> str:
        """In the notation, numbers as short as ``texts``."""
        if self.open:
            return f"{self.name}={':'.join(self.texts)}:{self.scale}"
        return f"{self.name}={','.join(self.texts)}"


def level_texts(values: Sequence[Level]) -> tuple[str, ...]:
    """Values of one factor for people; different values have different texts.

    Numbers of up to six digits stand as they are, longer ones with three digits or as many as tell them apart.
    """
    different = len({_identity(value) for value in values})
    for digits in range(3, 18):
        texts = tuple(_text(value, digits) for value in values)
        if len(set(texts)) == different:
            break
    return texts


def _identity(value: Level) -> tuple[str, Level]:
    # True equals 1, and is another value.
    return type(value).__name__, value


def _text(value: Level, digits: int) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case tuple():
            return "-".join(map(str, value)) or "linear"
        case float():
            short = f"{value:.6g}"
            text = short if float(short) == value else f"{value:.{digits}g}"
            return re.sub(r"e([+-])0*", lambda found: "e-" if found[1] == "-" else "e", text)
    return str(value) or "none"
