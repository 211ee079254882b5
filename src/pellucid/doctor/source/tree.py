"""How the nodes of a parsed file hang together: parents, scopes, statements, the order in which calls are made."""

import ast
from collections.abc import Iterator
from typing import TypeAlias

__all__ = [
    "Function",
    "Scope",
    "ancestors",
    "block_of",
    "calls_in_order",
    "function_name",
    "parents_of",
    "scope_of",
    "statement_of",
]

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Scope: TypeAlias = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Parents: TypeAlias = dict[ast.AST, ast.AST]

BLOCKS = ("body", "orelse", "finalbody", "handlers")
"""Fields of a statement that hold statements."""


def parents_of(tree: ast.Module) -> Parents:
    """The node above every node."""
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def ancestors(node: ast.AST, parents: Parents) -> Iterator[ast.AST]:
    """The nodes above a node, nearest first."""
    while node in parents:
        node = parents[node]
        yield node


def scope_of(node: ast.AST, parents: Parents) -> Scope:
    """The function, class or module whose names a node uses; a function's own is the one that it stands in."""
    below = node
    for above in ancestors(node, parents):
        if isinstance(above, ast.Module):
            return above
        # Decorators, defaults, annotations and bases are worked out outside.
        if isinstance(above, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and below in above.body:
            return above
        if isinstance(above, ast.Lambda) and below is above.body:
            return above
        below = above
    raise ValueError("A node of another tree has no scope in this one. Ask the source that it came from.")


def statement_of(node: ast.AST, parents: Parents) -> ast.stmt:
    """The innermost statement that a node is part of."""
    if isinstance(node, ast.stmt):
        return node
    return next(above for above in ancestors(node, parents) if isinstance(above, ast.stmt))


def block_of(statement: ast.stmt, parents: Parents) -> list[ast.stmt]:
    """The list of statements that a statement stands in."""
    above = parents[statement]
    for name in BLOCKS:
        block = getattr(above, name, [])
        if isinstance(block, list) and statement in block:
            return block
    cases = getattr(above, "cases", [])
    return next(case.body for case in cases if statement in case.body)


def function_name(node: ast.AST, parents: Parents) -> str:
    """Name of the function that a node stands in, as a frame has it; ``<module>`` outside of all."""
    scope = scope_of(node, parents)
    if isinstance(scope, ast.Module):
        return "<module>"
    return "<lambda>" if isinstance(scope, ast.Lambda) else scope.name


def calls_in_order(node: ast.AST) -> Iterator[ast.Call]:
    """Calls within a node in the order in which Python makes them; bodies of functions and classes are left out."""
    for child in _evaluated(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield from calls_in_order(child)
    if isinstance(node, ast.Call):
        yield node


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):  # the value comes before the target
        if node.value is not None:
            yield node.value
        yield from node.targets if isinstance(node, ast.Assign) else (node.target,)
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        yield node.iter
        yield from (*node.body, *node.orelse)
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        yield from node.generators
        yield node.elt
    elif isinstance(node, ast.DictComp):
        yield from (*node.generators, node.key, node.value)
    elif isinstance(node, ast.IfExp):
        yield from (node.test, node.body, node.orelse)
    else:
        yield from ast.iter_child_nodes(node)
