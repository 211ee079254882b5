"""Formulas with numbers put in."""

from collections.abc import Mapping
from collections.abc import Sequence as Many
from typing import TypeAlias

from pellucid.explain.notation.reading import read
from pellucid.explain.notation.tree import (
    Applied,
    Call,
    Chain,
    Conditional,
    Group,
    Name,
    Node,
    Number,
    Power,
    Prefix,
    Root,
    Sequence,
    Signed,
    Subscripted,
    Text,
)
from pellucid.explain.notation.unicode import linear_of
from pellucid.explain.numbers import written

__all__ = ["Put", "put_in"]

Put: TypeAlias = "float | str | Many[float]"
"""What can stand for a name: a number, a text as it shall stand there, or several numbers."""


def put_in(formula: str, values: Mapping[str, Put], digits: int = 4) -> str:
    """The same formula with numbers in the place of names; names without a value stay.

    Args:
        formula: In linear notation.
        values: By name as it stands in the formula: ``w_12``, ``β_1`` or ``β₁``, ``m̂``.
        digits: Significant digits of every number.

    Returns:
        In linear notation; negative numbers in parentheses where they are not the first of a sum.
    """
    known = {key: value for name, value in values.items() if (key := _key(read(name))) is not None}
    return linear_of(_Putting(known, digits).into(read(formula), first=True))


def _key(node: Node) -> tuple[str, str, int, str] | None:
    return (node.base, node.sub, node.primes, node.level) if isinstance(node, Name) else None


class _Putting:
    """Walks a tree.

    ``first``: nothing stands before a part that its minus sign could be mistaken with; ``tight``: what stands around
    it binds more closely than a product.
    """

    def __init__(self, known: Mapping[tuple[str, str, int, str], Put], digits: int) -> None:
        self._known, self._digits = known, digits

    def into(self, node: Node, *, first: bool = False, tight: bool = False) -> Node:
        """The same tree with numbers."""
        match node:
            case Name():
                return self._named(node, first=first, tight=tight)
            case Group(opening, body):
                return Group(opening, self.into(body, first=True))
            case Power(base, exponent, above):
                put = self.into(exponent)
                return Power(self.into(base, tight=True), put, raised=above and put == exponent)
            case Root(body, gap):
                return Root(self.into(body, tight=True), gap)
            case Subscripted(body, sub):
                return Subscripted(self.into(body, tight=True), sub)
            case Call(function, arguments):
                return Call(function, Group(arguments.opening, self.into(arguments.body, first=True)))
            case Applied(function, body):
                return Applied(function, self.into(body, tight=True))
            case Prefix(sign, sub, gap, body):
                return Prefix(sign, sub, gap or " ", self.into(body))
            case Signed(sign, body):
                return Signed(sign, self.into(body))
            case Chain(operands, operators):
                return self._chain(operands, operators, first=first)
            case Conditional(value, condition, otherwise):
                end = None if otherwise is None else self.into(otherwise, first=True)
                return Conditional(self.into(value, first=first), self.into(condition, first=True), end)
            case Sequence(parts, gaps):
                return Sequence(tuple(self.into(part, first=True) for part in parts), gaps)
            case _:
                return node

    def _named(self, node: Name, *, first: bool, tight: bool) -> Node:
        value = self._known.get((node.base, node.sub, node.primes, node.level))
        if value is None:
            return node
        if isinstance(value, str):
            return Text(value)
        if isinstance(value, Many):
            return Text(f"({', '.join(written(float(each), self._digits) for each in value)})")
        text = written(float(value), self._digits)
        loose = (text.startswith("−") and not first) or ("^" in text and tight)
        return Group("(", Number(text)) if loose else Number(text)

    def _chain(self, operands: tuple[Node, ...], operators: tuple[str, ...], *, first: bool) -> Node:
        relation = any(sign.strip() and sign.strip() in "=←→<>≤≥≠≈~∈|" for sign in operators)
        put = [self.into(operands[0], first=first)]
        put += [
            self.into(operand, first=relation, tight=sign.strip() in ("/", ""))
            for sign, operand in zip(operators, operands[1:], strict=True)
        ]
        # What needs no sign between letters needs one between numbers: 2x, but 2·0.5.
        signs = [
            "·" if not sign and new != old else sign
            for sign, new, old in zip(operators, put[1:], operands[1:], strict=True)
        ]
        return Chain(tuple(put), tuple(signs))
