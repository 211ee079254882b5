"""What a formula consists of, once it has been read; plain values that know nothing of how they will be shown."""

from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = [
    "BRACKETS",
    "Applied",
    "Call",
    "Chain",
    "Conditional",
    "Group",
    "Name",
    "Node",
    "Number",
    "Power",
    "Prefix",
    "Root",
    "Sequence",
    "Signed",
    "Subscripted",
    "Text",
]

BRACKETS = {"(": ")", "[": "]", "|": "|", "‖": "‖", "⌊": "⌋", "⌈": "⌉"}
"""Opening sign → closing sign."""


@dataclass(frozen=True)
class Number:
    """Digits as they were written: ``0.5``, ``½``, ``2.04e−313``."""

    text: str


@dataclass(frozen=True)
class Name:
    """A quantity, or a function.

    Attributes:
        base: ``w``, ``m̂``, ``∂w``, ``weight_decay``.
        sub: Its index, without braces; empty for none.
        primes: How many.
        level: Number of the layer, which stands in brackets above; empty for none.
    """

    base: str
    sub: str = ""
    primes: int = 0
    level: str = ""


@dataclass(frozen=True)
class Text:
    """Words, and signs that mean nothing here."""

    text: str


@dataclass(frozen=True)
class Group:
    """Something in brackets, bars or floors."""

    opening: str
    body: "Node"


@dataclass(frozen=True)
class Power:
    """A power; ``raised`` where the exponent was written with small digits."""

    base: "Node"
    exponent: "Node"
    raised: bool = False


@dataclass(frozen=True)
class Root:
    """A square root."""

    body: "Node"
    gap: str = ""


@dataclass(frozen=True)
class Subscripted:
    """Something other than a name with an index: ``softmax(z)_c``."""

    body: "Node"
    sub: str


@dataclass(frozen=True)
class Call:
    """A function of what stands in brackets behind it."""

    function: "Node"
    arguments: Group


@dataclass(frozen=True)
class Applied:
    """A function of what follows without brackets: ``log z``."""

    function: Name
    body: "Node"


@dataclass(frozen=True)
class Prefix:
    """A sum or a product over what follows."""

    sign: str
    sub: str
    gap: str
    body: "Node"


@dataclass(frozen=True)
class Signed:
    """A sign before something."""

    sign: str
    body: "Node"


@dataclass(frozen=True)
class Chain:
    """Operands with operators of one rank between them, spaces and all: ``·``, `` + ``, `` ≤ ``; empty for ``2x``."""

    operands: tuple["Node", ...]
    operators: tuple[str, ...]


@dataclass(frozen=True)
class Conditional:
    """``value if condition else otherwise``; the last may be missing."""

    value: "Node"
    condition: "Node"
    otherwise: "Node | None" = None


@dataclass(frozen=True)
class Sequence:
    """Formulas, words and commas one after the other, each with the gap before it."""

    parts: tuple["Node", ...]
    gaps: tuple[str, ...] = field(default=())


Node: TypeAlias = (
    Number
    | Name
    | Text
    | Group
    | Power
    | Root
    | Subscripted
    | Call
    | Applied
    | Prefix
    | Signed
    | Chain
    | Conditional
    | Sequence
)
