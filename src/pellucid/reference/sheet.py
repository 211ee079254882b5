"""A sheet: all that a registry says about one entry, as plain data for screen, JSON and documentation."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from pellucid.catalogue import Chosen, Entry, Parameter, Value

__all__ = ["ParameterSheet", "Property", "Sheet", "property_label", "sheet_of"]

Property = bool | int | float | str | None
"""What a property can be; a list of words is joined into one text."""

_LABELS = {
    "zero_centred": "zero-centred",
    "default_lr": "learning rate where none is given",
    "default_decay": "weight decay where none is given",
    "full_batch": "all rows at every step",
    "looks_again": "line search",
    "output_only": "at the output only",
    "rowwise": "over a whole row",
    "recipe": "in a recipe",
}
# What every entry has; the sheet shows it in places of its own.
_BASE = frozenset(each.name for each in fields(Entry))


def property_label(name: str) -> str:
    """A property's name as people read it."""
    return _LABELS.get(name, name.replace("_", " "))


@dataclass(frozen=True)
class ParameterSheet:
    """One parameter with the value that it has.

    Attributes:
        name: As written in a choice.
        kind: number, whole, flag, word, numbers or choice.
        default: Used where nothing is given.
        value: In this choice.
        range: Allowed values in words.
        low: Least value, None where there is none.
        high: Largest value, None where there is none.
        words: Allowed words.
        structural: Whether members of one stack must agree in it.
        meaning: What it does.
    """

    name: str
    kind: str
    default: Value
    value: Value
    range: str
    low: float | None
    high: float | None
    words: tuple[str, ...]
    structural: bool
    meaning: str


@dataclass(frozen=True)
class Sheet:
    """One entry.

    Attributes:
        kind: activation, loss …
        name: Registered name.
        choice: With what differs from the defaults: ``leaky_relu(slope=0.2)``.
        formula: As text.
        purpose: What it is for.
        source: Paper, or "common".
        aliases: Other names.
        presets: Aliases that also fix numbers, with the choice that they mean.
        parameters: Its parameters.
        properties: What else its registry says, by name.
        twin: The same in PyTorch, empty where there is none.
    """

    kind: str
    name: str
    choice: str
    formula: str
    purpose: str
    source: str
    aliases: tuple[str, ...]
    presets: Mapping[str, str]
    parameters: tuple[ParameterSheet, ...]
    properties: Mapping[str, Property] = field(default_factory=dict)
    twin: str = ""


def sheet_of(kind: str, chosen: Chosen[Any], hidden: frozenset[str] = frozenset()) -> Sheet:
    """The sheet of a chosen entry.

    Args:
        kind: What it is.
        chosen: The entry with its numbers.
        hidden: Fields of the entry that are no property of the thing itself.
    """
    entry: Entry = chosen.entry
    return Sheet(
        kind=kind,
        name=entry.name,
        choice=str(chosen),
        formula=entry.formula,
        purpose=entry.purpose,
        source=entry.source,
        aliases=entry.aliases,
        presets={
            alias: str(type(chosen)(entry, {**entry.defaults, **numbers})) for alias, numbers in entry.presets.items()
        },
        parameters=tuple(_parameter(each, chosen.numbers[each.name]) for each in entry.parameters),
        properties=_properties(entry, hidden),
        twin=entry.twin,
    )


def _parameter(parameter: Parameter, value: Value) -> ParameterSheet:
    return ParameterSheet(
        name=parameter.name,
        kind=parameter.kind,
        default=parameter.default,
        value=value,
        range=parameter.range,
        low=parameter.low if math.isfinite(parameter.low) else None,
        high=parameter.high if math.isfinite(parameter.high) else None,
        words=parameter.words,
        structural=parameter.structural,
        meaning=parameter.meaning,
    )


def _properties(entry: Entry, hidden: frozenset[str]) -> dict[str, Property]:
    """Every field that the kind of entry adds and that is no function: a new one joins by being declared."""
    found: dict[str, Property] = {}
    for each in fields(entry):
        if each.name in _BASE or each.name in hidden or each.name.startswith("_"):
            continue
        value = getattr(entry, each.name)
        if callable(value):
            continue
        found[each.name] = _plain(value)
    return found


def _plain(value: Any) -> Property:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, tuple | frozenset | list):
        items = sorted(value) if isinstance(value, frozenset) else value
        return ", ".join(str(getattr(item, "name", item)) for item in items)
    return str(value)
