"""Registries: the only lists of names. An entry is what a name stands for; a chosen entry has its numbers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from pellucid.catalogue.notation import Value, read_choice, write_choice
from pellucid.catalogue.parameter import Parameter
from pellucid.errors import UnknownNameError, UsageError

__all__ = ["Chosen", "Entry", "Registry"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What every entry of a registry says about itself.

    Attributes:
        name: Registered name, lower_snake_case.
        formula: As text.
        purpose: What it is for and when to use it, one or two sentences.
        source: Paper (author, year, title, equation or page), or "common".
        aliases: Other names, such as PyTorch's class name; letter case, spaces and hyphens do not matter.
        presets: Aliases that also fix numbers: alias → parameter → value.
        parameters: Its parameters.
        twin: The same thing in PyTorch (``torch.nn.GELU``), empty where there is none.
    """

    name: str
    formula: str
    purpose: str
    source: str
    aliases: tuple[str, ...] = ()
    presets: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    twin: str = ""

    @property
    def defaults(self) -> dict[str, Value]:
        """Parameter → default."""
        return {parameter.name: parameter.default for parameter in self.parameters}


E = TypeVar("E", bound=Entry)
C = TypeVar("C", bound="Chosen[Any]")


@dataclass(frozen=True)
class Chosen(Generic[E]):
    """An entry with all of its numbers.

    Attributes:
        entry: What was chosen.
        numbers: Every parameter's value, defaults included.
    """

    entry: E
    numbers: Mapping[str, Value]

    @property
    def name(self) -> str:
        """The entry's registered name."""
        return self.entry.name

    def __str__(self) -> str:
        """The text of the choice: the name, and what differs from the defaults."""
        return self._text

    @cached_property
    def _text(self) -> str:
        defaults = self.entry.defaults
        return write_choice(self.name, {key: value for key, value in self.numbers.items() if value != defaults[key]})

    def __hash__(self) -> int:
        return hash(str(self))

    @property
    def structure(self) -> tuple[object, ...]:
        """What members of one stack must agree in: the structural parameters' values."""
        return tuple(self.numbers[parameter.name] for parameter in self.entry.parameters if parameter.structural)


# Texts of choices that a registry keeps what they mean of.
_REMEMBERED = 4096


class Registry(Generic[E, C]):
    """Entries by name; calling it chooses one.

    Attributes:
        kind: What the entries are, for messages: ``activation``.
    """

    def __init__(self, kind: str, entries: Iterable[E], chosen: type[C]) -> None:
        self.kind, self._chosen = kind, chosen
        self._entries: dict[str, E] = {}
        self._known: dict[str, tuple[E, Mapping[str, Value]]] = {}
        self._read: dict[str, C] = {}
        for entry in entries:
            if entry.name in self._entries:
                raise ValueError(f"two entries are named {entry.name!r}")
            self._entries[entry.name] = entry
            every = {entry.name: {}, **{alias: {} for alias in entry.aliases}, **entry.presets}
            for alias, preset in every.items():
                if self._known.setdefault(_folded(alias), (entry, preset))[0] is not entry:
                    raise ValueError(f"{alias!r} names two entries")

    def names(self) -> tuple[str, ...]:
        """Registered names, in order of registration; aliases left out."""
        return tuple(self._entries)

    def __iter__(self) -> Iterator[E]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _folded(name) in self._known

    def __getitem__(self, name: str) -> E:
        """The entry of that name or alias.

        Raises:
            UnknownNameError: If there is none; offers the nearest.
        """
        return self._find(name)[0]

    def __call__(self, name: "str | Chosen[Any]", **numbers: Any) -> C:
        """Choose an entry: ``pl.loss("huber", delta=0.5)`` or ``pl.loss("huber(delta=0.5)")``.

        Args:
            name: Name, alias, text of a choice, or something already chosen.
            numbers: Parameters; they win over those in the text.

        Raises:
            UnknownNameError: If the name or a parameter is not known; offers the nearest.
            UsageError: If a value is out of its range; says the range.
        """
        text = str(name)
        if not numbers:
            # Hundreds of recipes name the same few choices.
            if text not in self._read:
                if len(self._read) == _REMEMBERED:
                    self._read.clear()
                self._read[text] = self._choose(text, {})
            return self._read.get(text) or self._choose(text, {})
        return self._choose(text, numbers)

    def _choose(self, text: str, numbers: Mapping[str, Any]) -> C:
        choice = read_choice(text)
        entry, preset = self._find(choice.name)
        given = {**preset, **choice.given, **numbers}
        known = {parameter.name: parameter for parameter in entry.parameters}
        for key in given:
            if key not in known:
                if not known:
                    raise UsageError(f"{entry.name} has no parameters, found {key}={given[key]!r}.")
                raise UnknownNameError(f"parameter of {entry.name}", key, tuple(known))
        checked = {
            key: parameter.check(given[key], entry.name) if key in given else parameter.default
            for key, parameter in known.items()
        }
        return self._chosen(entry, checked)

    def _find(self, name: str) -> tuple[E, Mapping[str, Value]]:
        try:
            return self._known[_folded(name)]
        except KeyError:
            raise UnknownNameError(self.kind, name, self._every_name) from None

    @cached_property
    def _every_name(self) -> tuple[str, ...]:
        return self.names()


def _folded(name: str) -> str:
    return name.strip().casefold().replace("-", "").replace("_", "").replace(" ", "")
