"""Formulas worked out: the very text that is shown, taken as arithmetic in float64."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.explain.notation.letters import FRACTIONS
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
    Root,
    Sequence,
    Signed,
    Text,
)

__all__ = ["Quantity", "work_out"]

Quantity: TypeAlias = "float | NDArray[np.float64]"

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sign": np.sign,
    "max": lambda *values: reduce(np.maximum, values),
    "min": lambda *values: reduce(np.minimum, values),
}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    ">": np.greater,
    "<": np.less,
    "≥": np.greater_equal,
    "≤": np.less_equal,
    "=": np.equal,
    "≠": np.not_equal,
}


def work_out(formula: str, values: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]] | None = None) -> Any:
    """The value of a formula.

    Args:
        formula: In linear notation; arithmetic, powers, roots, ``|x|``, ``max``, ``min``, ``exp``, ``log``, ``sign``
            and ``a if x > 0 else b``.
        values: Name → number or array of float64; element by element.
        functions: More functions, by name.

    Raises:
        ValueError: If it holds anything else, or a name without a value.
    """
    known = {}
    for name, value in values.items():
        key = read(name)
        assert isinstance(key, Name), name
        known[key] = value
    return _Working(known, {**_FUNCTIONS, **(functions or {})}).out(read(formula))


class _Working:
    """Knows what names and functions stand for."""

    def __init__(self, known: Mapping[Name, Any], functions: Mapping[str, Callable[..., Any]]) -> None:
        self._known, self._functions = known, functions

    def out(self, node: Node) -> Any:
        """The value of a part."""
        match node:
            case Number(text):
                if text in FRACTIONS:
                    above, below = FRACTIONS[text]
                    return above / below
                return float(text.replace("−", "-"))
            case Name():
                if node not in self._known:
                    raise ValueError(f"{node.base!r} has no value")
                return self._known[node]
            case Group(opening, body) if opening in "(|":
                value = self.out(body)
                return np.abs(value) if opening == "|" else value
            case Power(base, exponent, _):
                return self.out(base) ** self.out(exponent)
            case Root(body, _):
                return np.sqrt(self.out(body))
            case Call(Name(base), Group(_, body)) if base in self._functions:
                return self._functions[base](*(self.out(part) for part in _arguments(body)))
            case Applied(Name(base), body) if base in self._functions:
                return self._functions[base](self.out(body))
            case Signed("−", body):
                return -self.out(body)
            case Conditional(value, condition, otherwise) if otherwise is not None:
                chosen, other = self.out(value), self.out(otherwise)
                return np.where(self.out(condition), chosen, other)
            case Chain(operands, operators):
                return _chain([self.out(each) for each in operands], [each.strip() for each in operators])
        raise ValueError(f"no arithmetic: {node!r}")


def _arguments(body: Node) -> list[Node]:
    return [part for part in body.parts if part != Text(",")] if isinstance(body, Sequence) else [body]


def _chain(values: list[Any], signs: list[str]) -> Any:
    found, *rest = values
    for sign, value in zip(signs, rest, strict=True):
        match sign:
            case "+":
                found = found + value
            case "−" | "-":
                found = found - value
            case "·" | "×" | "":
                found = found * value
            case "/":
                found = found / value
            case _ if sign in _COMPARISONS and len(signs) == 1:
                return _COMPARISONS[sign](found, value)
            case _:
                raise ValueError(f"no arithmetic: {sign!r}")
    return found
