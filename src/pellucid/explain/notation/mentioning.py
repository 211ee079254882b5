"""Which names a formula holds, and which are of one kind."""

from dataclasses import fields, is_dataclass

from pellucid.explain.notation.reading import read
from pellucid.explain.notation.tree import Name, Node

__all__ = ["kind_of", "mentions"]


def mentions(formula: str, symbol: str) -> bool:
    """Whether a quantity stands in a formula, so that the formula changes it rather than defines it."""
    return _holds(read(formula), read(symbol))


def kind_of(symbol: str) -> str:
    """What a quantity is called whatever its index: ``∂L/∂w`` of ``∂L/∂w_12^(2)``."""
    node = read(symbol)
    return node.base if isinstance(node, Name) else symbol


def _holds(node: Node | object, wanted: Node) -> bool:
    if node == wanted:
        return isinstance(wanted, Name)
    if isinstance(node, tuple):
        return any(_holds(each, wanted) for each in node)
    return is_dataclass(node) and any(_holds(getattr(node, field.name), wanted) for field in fields(node))
