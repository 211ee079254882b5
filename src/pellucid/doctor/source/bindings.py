"""What names are bound to, by simple flow: nothing is run, and what is not certain is unknown.

A name holds what the last assignment before it gave it, if every way to the name leads through that assignment. Where a
branch or a loop may have given it something else, all that it may hold must be the same, or it is unknown.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pellucid.doctor.source.tree import Parents, Scope, ancestors, scope_of, statement_of

__all__ = ["Binding", "Bindings", "Parameter", "bindings_of", "reaching", "start_of"]

Point: TypeAlias = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Parameter:
    """A parameter of a function, as what a name is bound to.

    Attributes:
        function: The function.
        position: Among the positional ones, ``self`` included; None for one given by name only, ``*args``,
            ``**kwargs``.
        name: Its name.
        default: Its default; None without one.
    """

    function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    position: int | None
    name: str
    default: ast.expr | None


@dataclass(frozen=True, eq=False)
class Binding:
    """A name gets a value.

    Attributes:
        node: The statement or expression that does it; the function for a parameter.
        value: The value as an expression, the parameter, or a definition; None where it is no expression of the file
            (a loop's variable, an import, an updated value).
        since: From which point of the text on the name holds it.
    """

    node: ast.AST
    value: ast.expr | Parameter | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | None
    since: Point


Bindings: TypeAlias = dict[tuple[Scope, str], list[Binding]]


def start_of(node: ast.AST) -> Point:
    """Line and column of a node; functions and lambdas included, whose parameters have none."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _end_of(node: ast.AST) -> Point:
    return getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)


def bindings_of(tree: ast.Module, parents: Parents) -> Bindings:
    """Every binding of every plain name, by scope and name, in the order of the text."""
    found: Bindings = {}
    for node in ast.walk(tree):
        for scope, name, binding in _made_by(node, parents):
            found.setdefault((scope, name), []).append(binding)
    for bindings in found.values():
        bindings.sort(key=lambda binding: binding.since)
    return found


def _made_by(node: ast.AST, parents: Parents) -> Iterator[tuple[Scope, str, Binding]]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        for parameter in _parameters(node):
            yield node, parameter.name, Binding(node, parameter, start_of(node))
    if isinstance(node, ast.Module):
        return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield scope_of(node, parents), node.name, Binding(node, node, _end_of(node))
        return
    pairs: list[tuple[str, ast.expr | None]] = []
    since = _end_of(node)
    if isinstance(node, ast.Assign):
        pairs = [pair for target in node.targets for pair in _unpacked(target, node.value)]
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        pairs = list(_unpacked(node.target, node.value))
    elif isinstance(node, ast.AugAssign):
        pairs = list(_unpacked(node.target, None))
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        pairs, since = list(_unpacked(node.target, None)), _end_of(node.iter)
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        pairs, since = list(_unpacked(node.optional_vars, None)), _end_of(node.optional_vars)
        node = statement_of(node, parents)
    elif isinstance(node, ast.ExceptHandler) and node.name:
        pairs, since = [(node.name, None)], start_of(node)
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        pairs = [(alias.asname or alias.name.split(".")[0], None) for alias in node.names]
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        pairs, since = [(name, None) for name in node.names], start_of(node)
    if pairs:
        scope = scope_of(node, parents)
        for name, value in pairs:
            yield scope, name, Binding(node, value, since)


def _unpacked(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
    """Names of a target with their values; ``a, b = 1, 2`` gives two."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Starred):
        yield from _unpacked(target.value, None)
    elif isinstance(target, (ast.Tuple, ast.List)):
        plain = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
        starred = any(isinstance(each, ast.Starred) for each in target.elts)
        values = value.elts if isinstance(value, (ast.Tuple, ast.List)) and plain and not starred else None
        for position, element in enumerate(target.elts):
            yield from _unpacked(element, values[position] if values is not None else None)


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[Parameter]:
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(given.defaults)) + list(given.defaults)
    for position, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        yield Parameter(function, position, argument.arg, default)
    for argument, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        yield Parameter(function, None, argument.arg, default)
    for rest in (given.vararg, given.kwarg):
        if rest is not None:
            yield Parameter(function, None, rest.arg, None)


def reaching(name: ast.Name, bindings: Bindings, parents: Parents) -> list[Binding] | None:
    """The bindings that a name may hold where it stands; None if it may hold something that cannot be listed."""
    if any(_comprehension_binds(above, name.id) for above in ancestors(name, parents)):
        return None
    scope = scope_of(name, parents)
    own = bindings.get((scope, name.id))
    if own:
        return _in_own_scope(name, own, parents)
    while not isinstance(scope, ast.Module):
        scope = scope_of(scope, parents)
        # Names of a class body are not seen by the functions in it.
        if not isinstance(scope, ast.ClassDef) and (scope, name.id) in bindings:
            # The function may run at any time: any of them may hold.
            return bindings[scope, name.id]
    return None


def _in_own_scope(name: ast.Name, own: list[Binding], parents: Parents) -> list[Binding] | None:
    above = set(ancestors(name, parents))
    point = start_of(name)
    possible: list[Binding] = []
    for binding in reversed([each for each in own if each.since <= point and not _inside(name, each, parents)]):
        possible.append(binding)
        if _is_certain(binding, name, above, parents):
            break
    else:
        return None  # some way leads here without any of them
    # What a loop binds further down holds in its next round.
    loops = [each for each in above if isinstance(each, (ast.For, ast.AsyncFor, ast.While))]
    certain = possible[-1].node
    later = [
        each
        for each in own
        if each not in possible
        and (each.since > point or _inside(name, each, parents))
        and any(loop in ancestors(each.node, parents) and loop not in ancestors(certain, parents) for loop in loops)
        and each.node not in loops
    ]
    return possible + later


def _inside(name: ast.Name, binding: Binding, parents: Parents) -> bool:
    """Whether the name is part of the value that the binding works out."""
    return isinstance(binding.node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) and binding.node in set(
        ancestors(name, parents)
    )


def _is_certain(binding: Binding, name: ast.Name, above: set[ast.AST], parents: Parents) -> bool:
    """Whether every way to the name leads through the binding."""
    if isinstance(binding.value, Parameter):
        return True
    if binding.node in above:  # the variable of a loop or of a with, used within its body
        return True
    statement = statement_of(binding.node, parents)
    if statement is not binding.node:  # a walrus
        between = list(ancestors(binding.node, parents))
        if any(isinstance(each, (ast.IfExp, ast.BoolOp)) for each in between[: between.index(statement)]):
            return False
        if statement in above:
            return True
    holder = parents[statement]
    if holder not in above:
        return isinstance(holder, ast.With) and _with_is_certain(holder, above, parents)
    if isinstance(holder, (ast.If, ast.For, ast.While, ast.Try)):
        return _branch(holder, statement) is _branch_above(holder, above, name, parents)
    return True


def _with_is_certain(holder: ast.With, above: set[ast.AST], parents: Parents) -> bool:
    """A ``with`` runs its body once: what it binds holds behind it, as if it stood in the block around."""
    outer = parents[holder]
    if isinstance(outer, ast.With):
        return outer in above or _with_is_certain(outer, above, parents)
    return outer in above and not isinstance(outer, (ast.If, ast.For, ast.While, ast.Try))


def _branch(holder: ast.AST, statement: ast.AST) -> list[ast.stmt] | None:
    for field in ("body", "orelse", "finalbody"):
        block: list[ast.stmt] = getattr(holder, field, [])
        if statement in block:
            return block
    return None


def _branch_above(holder: ast.AST, above: set[ast.AST], name: ast.AST, parents: Parents) -> list[ast.stmt] | None:
    for node in (name, *above):
        if parents.get(node) is holder:
            return _branch(holder, node)
    return None


def _comprehension_binds(above: ast.AST, name: str) -> bool:
    if not isinstance(above, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return False
    return any(
        isinstance(node, ast.Name) and node.id == name
        for generator in above.generators
        for node in ast.walk(generator.target)
    )
