"""Plain values in source: numbers, texts, tuples."""

import ast
import math
import operator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pellucid.doctor.source.source import Source

__all__ = ["UNKNOWN", "literal", "number"]

UNKNOWN: Final = object()
"""What is no plain value, or cannot be told; None would be a value."""

_FARTHEST = 12
"""Steps to follow at most: a recursive function's ``n - 1`` is an ``n - 1`` again."""

_OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: math.pow,
}


def number(source: "Source", node: ast.expr | None, depth: int = _FARTHEST) -> float | int | None:
    """The number that an expression is, names followed and arithmetic done; None otherwise."""
    value = source.value_of(node) if node is not None and depth else None
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, (int, float)) and not isinstance(value.value, bool) else None
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, (ast.USub, ast.UAdd)):
        inner = number(source, value.operand, depth - 1)
        return None if inner is None else -inner if isinstance(value.op, ast.USub) else inner
    if isinstance(value, ast.BinOp) and type(value.op) in _OPERATIONS:
        left, right = (number(source, side, depth - 1) for side in (value.left, value.right))
        if left is None or right is None:
            return None
        try:
            result = _OPERATIONS[type(value.op)](left, right)
        except (ArithmeticError, ValueError):
            return None
        return int(result) if isinstance(left, int) and isinstance(right, int) and result == int(result) else result
    return None


def literal(source: "Source", node: ast.expr | None, depth: int = _FARTHEST) -> Any:
    """The plain value that an expression is, names followed; ``UNKNOWN`` otherwise."""
    value = source.value_of(node) if node is not None and depth else None
    if value is None:
        return UNKNOWN
    counted = number(source, value, depth)
    if counted is not None:
        return counted
    if isinstance(value, (ast.Tuple, ast.List)):
        elements = [literal(source, each, depth - 1) for each in value.elts]
        if any(each is UNKNOWN for each in elements):
            return UNKNOWN
        return tuple(elements) if isinstance(value, ast.Tuple) else elements
    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN
