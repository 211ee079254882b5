"""Formulas as plain text with the small digits of Unicode."""

import re

from pellucid.explain.notation.letters import lowered, raised
from pellucid.explain.notation.reading import read
from pellucid.explain.notation.tree import (
    BRACKETS,
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

__all__ = ["linear_of", "to_text", "to_words"]

# What is certainly a symbol among words: an index of digits, the layer above, a power of ten.
_SYMBOL = re.compile(r"(?<!\w)(?:[∂Δ]?\w\u0302?(?:_\d+|_\{[\d,]+\})(?:\^\(\d+\))?|10\^[−-]?\d+)(?!\w)")


def to_text(formula: str) -> str:
    """The formula for a terminal: ``w₁₁·x₁ + b₁``; what Unicode has no small letter for keeps its ``_`` or ``^``."""
    return _written(read(formula), small=True)


def to_words(sentence: str) -> str:
    """A sentence with its symbols as ``to_text`` writes them; its words are left alone."""
    return _SYMBOL.sub(lambda found: to_text(found[0]), sentence)


def linear_of(node: Node) -> str:
    """A tree in linear notation again."""
    return _written(node, small=False)


def _written(node: Node, *, small: bool) -> str:
    def on(part: Node) -> str:
        return _written(part, small=small)

    match node:
        case Number(text) | Text(text):
            return text
        case Name(base, sub, primes, level):
            above = f"({level})" if level else ""
            return (
                base + "′" * primes + _index(sub, small=small) + ((small and raised(above)) or (above and f"^{above}"))
            )
        case Group(opening, body):
            return f"{opening}{on(body)}{BRACKETS[opening]}"
        case Power(base, exponent, above):
            # A layer's number and an exponent would run together.
            return (f"({on(base)})" if isinstance(base, Name) and base.level else on(base)) + _exponent(
                exponent, small=small or above
            )
        case Root(body, gap):
            return f"√{gap}{on(body)}"
        case Subscripted(body, sub):
            return on(body) + _index(sub, small=small)
        case Call(function, arguments):
            return on(function) + on(arguments)
        case Applied(function, body):
            return f"{on(function)} {on(body)}"
        case Prefix(sign, sub, gap, body):
            return f"{sign}{_index(sub, small=small)}{gap}{on(body)}"
        case Signed(sign, body):
            return sign + on(body)
        case Chain(operands, operators):
            return on(operands[0]) + "".join(
                operator + on(operand) for operator, operand in zip(operators, operands[1:], strict=True)
            )
        case Conditional(value, condition, otherwise):
            end = "" if otherwise is None else f" else {on(otherwise)}"
            return f"{on(value)} if {on(condition)}{end}"
        case Sequence(parts, gaps):
            return "".join(gap + on(part) for gap, part in zip(gaps, parts, strict=True))


def _index(sub: str, *, small: bool) -> str:
    if not sub:
        return ""
    low = lowered(sub) if small else None
    return low or (f"_{sub}" if sub.isalnum() else f"_{{{sub}}}")


def _exponent(exponent: Node, *, small: bool) -> str:
    plain = linear_of(exponent)
    # A whole word above the line is hard to read.
    fits = small and (len(plain) <= 3 or not any(letter.isalpha() for letter in plain))
    return (raised(plain) if fits else None) or f"^{_written(exponent, small=small)}"
