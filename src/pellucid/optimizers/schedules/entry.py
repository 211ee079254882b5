"""Schedule: what an entry of the registry is, and what it becomes once its numbers are chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from pellucid.catalogue import Chosen, Entry, Parameter, Value
from pellucid.shapes import Floats

__all__ = ["PER", "ChosenSchedule", "Clock", "Moves", "Numbers", "Schedule", "final", "number"]

Moves: TypeAlias = Literal["lr", "momentum", "any"]
Numbers: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True)
class Clock:
    """Where in a run the steps are that values are wanted for.

    Attributes:
        step: Steps made before ``[n]``, counted from 0.
        steps_per_epoch: ≥ 1.
        steps: Length of the whole run.
    """

    step: Floats
    steps_per_epoch: int
    steps: int

    def at(self, per: Value) -> Floats:
        """Whole steps or whole epochs made before ``[n]``."""
        return self.step if per == "step" else np.floor(self.step / self.steps_per_epoch)

    def length(self, per: Value) -> float:
        """Steps or epochs of the whole run."""
        return float(self.steps) if per == "step" else self.steps / self.steps_per_epoch

    def share(self, per: Value) -> Floats:
        """Share of the run that is done, moving with every step or standing still within an epoch, 0 ≤ t ≤ 1."""
        done: Floats = np.minimum(self.at(per) / self.length(per), 1.0)
        return done

    def epochs(self, per: Value) -> Floats:
        """Epochs made before, with fractions if time moves with every step."""
        return self.step / self.steps_per_epoch if per == "step" else self.at(per)

    def after(self, steps: float) -> "Clock":
        """The clock of what begins after so many steps."""
        left = round(self.steps - steps)
        return Clock(self.step - steps, self.steps_per_epoch, left)


Values: TypeAlias = Callable[[float, Clock, Numbers], Floats]


@dataclass(frozen=True, kw_only=True)
class Schedule(Entry):
    """One schedule: what becomes of a base value during a run.

    In formulas t is the number of steps or epochs made before, T their number in the whole run.

    Attributes:
        moves: What it may move: ``lr``, ``momentum``, or ``any`` (also dropout and weight decay).
        watches: Whether it acts on validation values; its own values then stand still, and ``Plateau`` gives a factor.
        values: ``(base, clock, numbers) → [n]``.
        check: Refuses numbers that do not go together; None: all do.
        then: Parameter that holds a further schedule; empty for none.
    """

    moves: Moves = "any"
    watches: bool = False
    values: Values
    check: Callable[[Numbers], None] | None = None
    then: str = ""


class ChosenSchedule(Chosen[Schedule]):
    """A schedule with its numbers."""

    def __init__(self, entry: Schedule, numbers: Numbers) -> None:
        super().__init__(entry, numbers)
        if entry.check is not None:
            entry.check(numbers)

    def values(self, base: float, step: Floats, *, steps_per_epoch: int, epochs: int) -> Floats:
        """What the base value has become, float64 ``[n]``.

        Args:
            base: Learning rate (or momentum, or 1 for a factor) that the schedule starts from.
            step: Steps made before, counted from 0 over the whole run ``[n]``.
            steps_per_epoch: ≥ 1.
            epochs: Length of the run; ≥ 1.
        """
        counted = np.asarray(step, dtype=np.float64)
        clock = Clock(counted, steps_per_epoch, epochs * steps_per_epoch)
        return self.entry.values(float(base), clock, self.numbers)

    @property
    def watched(self) -> "ChosenSchedule | None":
        """The part that acts on validation values: itself, or what follows a warm-up; None where nothing does."""
        if self.entry.watches:
            return self
        if not self.entry.then:
            return None
        from pellucid.optimizers.schedules import SCHEDULES  # the registry holds this entry

        return SCHEDULES(str(self.numbers[self.entry.then])).watched


def number(numbers: Numbers, name: str) -> float:
    """One of the numbers as a float."""
    value = numbers[name]
    assert isinstance(value, int | float)
    return float(value)


PER = Parameter(
    name="per",
    default="step",
    meaning="step: the value moves with every step; epoch: it stands still within an epoch",
    kind="word",
    words=("step", "epoch"),
)


def final(default: float = 0.0) -> Parameter:
    """The share of the base value that is left in the end."""
    return Parameter(
        name="final", default=default, meaning="what is left in the end, as a share of the base value", low=0, high=1
    )
