"""The notation of a choice: a name, and in parentheses what differs from the defaults: ``huber(delta=0.5)``.

Values are numbers (``0.5``, ``1e-3``), ``true`` and ``false``, words (``epoch``), lists of numbers (``[0.1, 0.9]``) and
further choices (``warm_up(then=cosine_restarts(first=5))``).
"""

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from pellucid.errors import UsageError

__all__ = ["Choice", "Value", "read_choice", "split_list", "write_choice"]

Value: TypeAlias = bool | int | float | str | tuple[float, ...]
"""What a parameter can hold; a word or a further choice is text."""

_NAME = re.compile(r"[A-Za-z][\w \-]*")
_OPENING, _CLOSING = "([", ")]"


class Choice(NamedTuple):
    """A name and the numbers that were given with it.

    Attributes:
        name: As written.
        given: Parameter → value, in the order of writing.
    """

    name: str
    given: dict[str, Value]


def read_choice(text: str) -> Choice:
    """Take ``name`` or ``name(parameter=value, …)`` apart.

    Raises:
        UsageError: If the text is neither.
    """
    bare = text.strip()
    name, opened, rest = bare.partition("(")
    name = name.strip()
    if not _NAME.fullmatch(name) or (opened and not rest.endswith(")")):
        raise _unreadable(text)
    given: dict[str, Value] = {}
    for part in split_list(rest[:-1], text) if opened else ():
        key, equals, value = part.partition("=")
        key = key.strip()
        if not equals or not key.isidentifier() or not value.strip():
            raise _unreadable(text)
        if key in given:
            raise UsageError(f"{text!r} gives {key} twice. Keep one of them.")
        given[key] = _read_value(value.strip(), text)
    return Choice(name, given)


def write_choice(name: str, given: Mapping[str, Value]) -> str:
    """The text of a choice; ``read_choice`` gives the same back."""
    if not given:
        return name
    return f"{name}({', '.join(f'{key}={_write_value(value)}' for key, value in given.items())})"


def split_list(text: str, whole: str) -> list[str]:
    """Parts between the commas that stand outside of brackets.

    Args:
        text: The list.
        whole: What it is part of, for the message.

    Raises:
        UsageError: If a bracket is not closed, or closed before it is opened.
    """
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in _OPENING) - (letter in _CLOSING)
        if depth < 0:
            raise _unreadable(whole)
        if letter == "," and not depth:
            parts.append(text[start:place])
            start = place + 1
    if depth:
        raise _unreadable(whole)
    last = text[start:]
    return [*parts, last] if last.strip() or parts else []


def _read_value(text: str, whole: str) -> Value:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if text.startswith("["):
        try:
            return tuple(float(part) for part in split_list(text[1:-1], whole))
        except ValueError:
            raise _unreadable(whole) from None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text.strip("'\"")


def _write_value(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(_write_value(each) for each in value)}]"
    return repr(float(value)).removesuffix(".0") if isinstance(value, float) else str(value)


def _unreadable(text: str) -> UsageError:
    return UsageError(
        f"{text!r} cannot be read. Write a name, and in parentheses what differs from its defaults, such as "
        "huber(delta=0.5)."
    )
