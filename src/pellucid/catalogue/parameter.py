"""One parameter of an entry: its default, its range in numbers and in words, and the check."""

from dataclasses import dataclass
from math import inf
from numbers import Integral, Real
from typing import Any, Literal

from pellucid.catalogue.notation import Value, write_choice
from pellucid.errors import UnknownNameError, UsageError

__all__ = ["Parameter"]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter.

    Attributes:
        name: As written in a choice.
        default: Used where nothing is given.
        meaning: What it does, with its unit.
        kind: ``number``, ``whole`` (number), ``flag``, ``word``, ``numbers`` (a list) or ``choice`` (a further choice).
        low: Least value; of every number of a list.
        high: Largest value.
        open_low: Whether ``low`` itself is excluded.
        open_high: Whether ``high`` itself is excluded.
        words: Allowed words.
        structural: Whether it changes the shape of a network or the kind of arithmetic, so that members of one stack
            must agree in it; every other parameter is a number per member.
    """

    name: str
    default: Value
    meaning: str
    kind: Literal["number", "whole", "flag", "word", "numbers", "choice"] = "number"
    low: float = -inf
    high: float = inf
    open_low: bool = False
    open_high: bool = False
    words: tuple[str, ...] = ()
    structural: bool = False

    @property
    def range(self) -> str:
        """The allowed values in words: ``delta > 0``, ``0 ≤ beta1 < 1``, ``true or false``."""
        if self.kind == "flag":
            return f"{self.name} true or false"
        if self.kind == "word":
            return f"{self.name} one of {', '.join(self.words)}"
        if self.kind == "choice":
            return f"{self.name} a further choice"
        noun = {"whole": f"{self.name} whole", "numbers": f"every one of {self.name}"}.get(self.kind, self.name)
        low = "" if self.low == -inf else f"{self.low:g} {'<' if self.open_low else '≤'} "
        high = "" if self.high == inf else f" {'<' if self.open_high else '≤'} {self.high:g}"
        if low and not high:
            return f"{noun} {'>' if self.open_low else '≥'} {self.low:g}"
        return f"{low}{noun}{high}" if low or high else f"{noun} any number"

    def check(self, value: Any, owner: str) -> Value:
        """The value in its own type.

        Raises:
            UsageError: If it is of another kind or out of range; says the range.
            UnknownNameError: If it is a word that is not known; offers the nearest.
        """
        match self.kind:
            case "flag":
                if isinstance(value, bool) or type(value).__name__ == "bool_":
                    return bool(value)
            case "word":
                if value in self.words:
                    return str(value)
                if isinstance(value, str):
                    raise UnknownNameError(f"{self.name} of {owner}", value, self.words)
            case "choice":
                if isinstance(value, str) or hasattr(value, "entry"):
                    return str(value)
            case "numbers":
                listed = (value,) if _is(value, Real) else tuple(value) if hasattr(value, "__iter__") else None
                if listed is not None and all(_is(each, Real) and self._fits(each) for each in listed):
                    return tuple(float(each) for each in listed)
            case "whole":
                if _is(value, Integral) and self._fits(value):
                    return int(value)
            case "number":
                if _is(value, Real) and self._fits(value):
                    return float(value)
        shown = write_choice(owner, {self.name: value}) if isinstance(value, bool | int | float | str) else repr(value)
        raise UsageError(f"{owner} needs {self.range}, found {shown}.")

    def _fits(self, value: Any) -> bool:
        above = value > self.low if self.open_low else value >= self.low
        below = value < self.high if self.open_high else value <= self.high
        return bool(above and below) and abs(value) != inf


def _is(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
