"""From a recipe's text to its penalties."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from pellucid.errors import UsageError
from pellucid.objectives.penalties.entry import ChosenPenalty
from pellucid.objectives.penalties.registry import PENALTIES

__all__ = ["Penalised", "activity_layers", "penalties_of", "read_penalties"]


class Penalised(Protocol):
    """The part of a recipe that is about penalties."""

    @property
    def penalty(self) -> str: ...  # noqa: D102
    @property
    def l1(self) -> float: ...  # noqa: D102
    @property
    def l2(self) -> float: ...  # noqa: D102
    @property
    def decay_biases(self) -> bool: ...  # noqa: D102


def read_penalties(text: str) -> tuple[ChosenPenalty, ...]:
    """Choices of penalties joined by ``+``: ``l1(strength=0.1) + max_norm(limit=3)``; none for an empty text.

    Raises:
        UnknownNameError: If a name or a parameter is not known; offers the nearest.
        UsageError: If a value is out of range, or another field of a recipe sets what is named here.
    """
    parts = _parts(text) if text.strip() else []
    if not all(part.strip() for part in parts):
        raise UsageError(f"{text!r} has a + with nothing beside it. Write penalties like l1(strength=0.1) + l2.")
    found = [PENALTIES(part) for part in parts]
    for penalty in found:
        if not penalty.entry.is_penalty:
            raise UsageError(
                f"{penalty.name} is no penalty that is added up, found penalty={text!r}. "
                f"A recipe sets it by itself: pl.Recipe({penalty.entry.recipe})."
            )
    return tuple(found)


def penalties_of(recipe: Penalised) -> tuple[ChosenPenalty, ...]:
    """All penalties of a recipe: those of its fields l1 and l2, then those of ``penalty``.

    Raises:
        UnknownNameError: If a name or a parameter is not known; offers the nearest.
        UsageError: If a value is out of range, or another field of a recipe sets what is named here.
    """
    where = "all" if recipe.decay_biases else "weights"
    own = [_of_a_field(name, strength, where) for name, strength in (("l1", recipe.l1), ("l2", recipe.l2)) if strength]
    return (*own, *read_penalties(recipe.penalty))


@lru_cache(maxsize=1024, typed=True)
def _of_a_field(name: str, strength: float, where: str) -> ChosenPenalty:
    """Hundreds of recipes ask for the same few strengths, and each is asked about several times."""
    return PENALTIES(name, strength=strength, on=where)


def activity_layers(penalties: Sequence[ChosenPenalty], hidden: Sequence[int]) -> tuple[int, ...]:
    """Which hidden layers, counted from 0, penalties on hidden values look at.

    Args:
        penalties: Of one recipe.
        hidden: Widths of its hidden layers.

    Raises:
        UsageError: If there is such a penalty and no hidden layer, or two that look at different layers.
    """
    active = [penalty for penalty in penalties if penalty.entry.activity]
    if not active:
        return ()
    if not hidden:
        raise UsageError(f"{active[0]} looks at hidden values, and this network has none. Leave it out.")
    if len({penalty.numbers["on"] for penalty in active}) > 1:
        raise UsageError("Two activity penalties look at different layers. Keep one of them.")
    if active[0].numbers["on"] == "narrowest":
        return (min(range(len(hidden)), key=lambda layer: hidden[layer]),)
    return tuple(range(len(hidden)))


def _parts(text: str) -> list[str]:
    """Parts between the plus signs that stand outside of brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == "+" and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
