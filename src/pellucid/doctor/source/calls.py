"""Calls in a file, by what they call."""

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # facts load torch
    from pellucid.doctor.facts.places import Place

__all__ = ["SourceCall", "Use", "matches"]


@dataclass(frozen=True, eq=False)
class SourceCall:
    """One call as it stands in the file.

    Attributes:
        node: The call.
        name: What is called: the full name of something imported (``torch.nn.functional.relu``), the plain name of
            something of this file (``Net``), ``.backward`` for a method of anything else; empty if none of these.
        args: Positional arguments, starred ones left out.
        keywords: Keyword arguments by name, ``**`` left out.
        place: Where.
        is_open: Whether there are ``*`` or ``**`` arguments, so that more may be given than can be read.
    """

    node: ast.Call
    name: str
    args: tuple[ast.expr, ...]
    keywords: dict[str, ast.expr]
    place: "Place"
    is_open: bool = False

    def argument(self, position: int, name: str) -> ast.expr | None:
        """The argument at a position or by name; None if it is not given or cannot be read."""
        if name in self.keywords:
            return self.keywords[name]
        return self.args[position] if position < len(self.args) else None

    @property
    def base(self) -> ast.expr | None:
        """What stands before the dot: ``loss`` in ``loss.backward()``; None without a dot."""
        return self.node.func.value if isinstance(self.node.func, ast.Attribute) else None


@dataclass(frozen=True, eq=False)
class Use:
    """A call of a function, or of an object that a class has made.

    Attributes:
        call: The call, such as ``criterion(outputs, labels)`` or ``F.cross_entropy(outputs, labels)``.
        name: Full name of the function or class.
        made: The call that made the object, such as ``nn.CrossEntropyLoss()``; None for a function.
    """

    call: SourceCall
    name: str
    made: SourceCall | None = None


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name is one of those wanted; ``torch.optim.*`` wants all that begin so."""
    return any(name.startswith(each[:-1]) if each.endswith(".*") else name == each for each in patterns)
