"""What an expression holds, followed back through names, attributes of ``self``, and parameters."""

import ast
from typing import TYPE_CHECKING, TypeAlias

from pellucid.doctor.source.bindings import Binding, Parameter, reaching
from pellucid.doctor.source.tree import ancestors, scope_of

if TYPE_CHECKING:
    from pellucid.doctor.source.source import Source

__all__ = ["SAME_OBJECT", "Known", "attribute_values", "attributes_of", "value_of"]

_PLACED = {".to", ".cuda", ".cpu", ".float", ".double", ".half", ".bfloat16"}
_SET_UP = {".train", ".eval", ".requires_grad_", ".apply", ".share_memory", "torch.compile"}
SAME_OBJECT = frozenset(_PLACED | _SET_UP)
"""Calls that give back the module or tensor that they were called on, or the same behind a wrapper."""

Known: TypeAlias = dict[tuple[ast.expr, frozenset[str]], ast.expr | None]


def value_of(source: "Source", node: ast.expr, *, through: frozenset[str]) -> ast.expr | None:
    """The expression that made what ``node`` holds; None if it cannot be told.

    Args:
        source: The file.
        node: A name, an attribute of ``self``, or any other expression, which is its own value.
        through: Calls to look through, such as ``.to``.
    """
    key = (node, through)
    if key not in source.known_values:
        source.known_values[key] = None  # who comes here again on the way has gone round in a ring
        source.known_values[key] = _found(source, node, through)
    return source.known_values[key]


def _found(source: "Source", node: ast.expr, through: frozenset[str]) -> ast.expr | None:
    if isinstance(node, ast.Name):
        bindings = reaching(node, source.bindings, source.parents)
        return _agreed(source, node, bindings, through) if bindings else None
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and _is_self(source, node.value):
        values = attribute_values(source, node)
        return value_of(source, values[0], through=through) if len(values) == 1 else None
    if isinstance(node, ast.Call):
        call = source.call(node)
        if call.name in through:
            inner = node.args[0] if not call.name.startswith(".") and node.args else call.base
            if inner is not None:
                return value_of(source, inner, through=through)
    return node


def _agreed(source: "Source", name: ast.Name, bindings: list[Binding], through: frozenset[str]) -> ast.expr | None:
    """The one value of all that a name may hold; ``model = model.to(device)`` says nothing new."""
    values: list[ast.expr] = []
    for binding in bindings:
        if len(bindings) > 1 and _is_itself(source, name.id, binding.value, through):
            continue
        value = _bound(source, binding, through)
        if value is None:
            return None
        if value not in values:
            values.append(value)
    return values[0] if len(values) == 1 else None


def _bound(source: "Source", binding: Binding, through: frozenset[str]) -> ast.expr | None:
    if isinstance(binding.value, Parameter):
        given = _given(source, binding.value)
        return value_of(source, given, through=through) if given is not None else None
    if isinstance(binding.value, ast.expr):
        return value_of(source, binding.value, through=through)
    return None


def _is_itself(source: "Source", name: str, value: object, through: frozenset[str]) -> bool:
    while isinstance(value, ast.Call) and source.call(value).name in through:
        value = value.func.value if isinstance(value.func, ast.Attribute) else value.args[0] if value.args else None
    return isinstance(value, ast.Name) and value.id == name


def _given(source: "Source", parameter: Parameter) -> ast.expr | None:
    """What the only call in the file gives for a parameter, its default if it gives none; None if there are more."""
    function = parameter.function
    if isinstance(function, ast.Lambda):
        return None
    scope = scope_of(function, source.parents)
    is_method = isinstance(scope, ast.ClassDef)
    if is_method and function.name == "__init__":
        calls = source.calls(scope.name) if isinstance(scope, ast.ClassDef) else []
    else:
        calls = source.calls(f".{function.name}" if is_method else function.name)
    if len(calls) != 1 or calls[0].is_open:
        return None
    position = -1 if parameter.position is None else parameter.position - is_method
    if position < 0 and parameter.position is not None:
        return None  # self
    given = calls[0].keywords.get(parameter.name)
    if given is None and 0 <= position < len(calls[0].args):
        given = calls[0].args[position]
    return given if given is not None else parameter.default


def _is_self(source: "Source", name: ast.Name) -> bool:
    scope = scope_of(name, source.parents)
    while isinstance(scope, ast.Lambda):
        scope = scope_of(scope, source.parents)
    if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    first = [*scope.args.posonlyargs, *scope.args.args][:1]
    return bool(first) and first[0].arg == name.id and isinstance(scope_of(scope, source.parents), ast.ClassDef)


def attribute_values(source: "Source", node: ast.Attribute) -> list[ast.expr]:
    """Every value that the class gives ``self.x`` in any of its methods, in the order of the text."""
    holder = next((each for each in ancestors(node, source.parents) if isinstance(each, ast.ClassDef)), None)
    if holder is None:
        return []
    return [value for name, value in source.attributes_of(holder) if name == node.attr]


def attributes_of(source: "Source", holder: ast.ClassDef) -> list[tuple[str, ast.expr]]:
    """What the methods of a class bind to attributes of ``self``, as (attribute, value), in the order of the text."""
    found: list[tuple[str, ast.expr]] = []
    assignments = [node for node in ast.walk(holder) if isinstance(node, (ast.Assign, ast.AnnAssign))]
    for each in sorted(assignments, key=lambda node: node.lineno):
        value = each.value
        targets = each.targets if isinstance(each, ast.Assign) else [each.target]
        if value is not None:
            found += [
                (target.attr, value)
                for target in targets
                if isinstance(target, ast.Attribute)
                and isinstance(target.value, ast.Name)
                and _is_self(source, target.value)
            ]
    return found
