"""What a rule's account is: its formulas, in order, which are shown and worked out alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pellucid.catalogue import Value
from pellucid.shapes import Array

__all__ = ["Account", "Formula", "Formulas", "Now"]


class Formula(NamedTuple):
    """One line.

    Attributes:
        symbol: What it gives; state that is kept has the same symbol before and after.
        text: In linear notation. ``w`` is the weight, ``g`` its gradient, ``t`` the number of the step, ``lr`` the
            learning rate of the weight's group; state, shared quantities and lines before are known by their symbols.
        note: Beside the line; or what makes it of the whole parameter's values before the line, and its result.
    """

    symbol: str
    text: str
    note: str | Callable[[Mapping[str, Any], Any], str] = ""


@dataclass(frozen=True)
class Formulas:
    """The lines of one step.

    Attributes:
        each: Of every weight; among them ``Δw`` and, last of those that change it, ``w``.
        shared: What all weights share.
        sentence: What happens, in words.
    """

    each: tuple[Formula, ...]
    shared: tuple[Formula, ...] = ()
    sentence: str = ""


@dataclass(frozen=True)
class Now:
    """A step of one group of weights.

    Attributes:
        t: Its number, from 1.
        numbers: The rule's numbers, by the name of their parameter.
        structural: Its flags and words.
        decays: Whether weight decay applies to the group.
        factor: The group's factor on the learning rate.
        shape: Of the parameter, as in the model file.
        table: Whether it is a table of categories.
    """

    t: int
    numbers: Mapping[str, float]
    structural: Mapping[str, Value]
    decays: bool
    factor: float
    shape: tuple[int, ...]
    table: bool = False

    @property
    def decay(self) -> str:
        """`` − lr·λ·w`` where the group decays; the rate is that before the group's factor."""
        if not self.decays or not self.numbers.get("weight_decay"):
            return ""
        return f" − {'lr' if self.factor == 1.0 else 'lr_0'}·λ·w"

    def step(self, along: str) -> tuple[Formula, Formula]:
        """The last two lines: −lr times a direction, decay, and the new weight."""
        return Formula("Δw", f"−lr·{along}{self.decay}"), Formula("w", "w + Δw")


@dataclass(frozen=True)
class Account:
    """How one rule is told.

    Attributes:
        formulas: The lines of a step.
        symbols: Parameter of the rule → what it is called in the formulas; others are called by their own names.
        kept: State of every weight → what it begins with: a number, ``w``, or a parameter of the rule.
        own: Numbers kept from step to step → what they begin with.
        predicts: State that predictions are made with; empty: the weights.
        whole: Functions of a whole parameter at once, by name; a line that calls one is shown without numbers.
    """

    formulas: Callable[[Now], Formulas]
    symbols: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, float | str] = field(default_factory=dict)
    own: Mapping[str, float] = field(default_factory=dict)
    predicts: str = ""
    whole: Callable[[Now], Mapping[str, Callable[[Array], Array]]] = field(default=lambda now: {})
