"""Classes that derive from ``nn.Module``: their layers, and what their ``forward`` does, in order."""

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pellucid.doctor.source.calls import SourceCall, Use
from pellucid.doctor.source.tree import ancestors, calls_in_order
from pellucid.doctor.source.values import SAME_OBJECT

if TYPE_CHECKING:
    from pellucid.doctor.source.source import Source

__all__ = ["ModuleClass", "Step", "last_step", "layers_of", "module_classes"]

_ROOTS = ("torch.nn.Module", "torch.nn.Sequential")
_DEEPEST = 8


@dataclass(frozen=True, eq=False)
class Step:
    """A call in ``forward``.

    Attributes:
        call: The call.
        name: Full name of the function or of the layer's class; ``.relu`` for a method of a tensor; empty if unknown.
        layer: The attribute of ``self`` that is called, such as ``fc1``; also for an element of a list of layers
            (``self.layers[0](x)``, ``for layer in self.layers``); None for functions.
    """

    call: SourceCall
    name: str
    layer: str | None = None


@dataclass(frozen=True, eq=False)
class ModuleClass:
    """A class of the file that derives from ``nn.Module``.

    Attributes:
        name: Its name.
        node: Its definition.
        layers: What its methods bind to attributes of ``self`` by a call, by attribute; the last one of each.
        forward: Its ``forward``; None if it has none of its own.
        steps: Calls in ``forward`` in the order in which they are made (both branches of an ``if``).
        results: What ``forward`` returns, expression by expression.
    """

    name: str
    node: ast.ClassDef
    layers: dict[str, SourceCall]
    forward: ast.FunctionDef | None
    steps: tuple[Step, ...]
    results: tuple[ast.expr, ...]


def module_classes(source: "Source") -> dict[str, ModuleClass]:
    """Classes that derive from ``nn.Module``, directly or through classes of the file, by name."""
    classes = [node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)]
    known: dict[str, ast.ClassDef] = {}
    grown = True
    while grown:  # once more for every step of inheritance
        before = len(known)
        for node in classes:
            bases = [source.name_of(base) or (base.id if isinstance(base, ast.Name) else "") for base in node.bases]
            if any(base in _ROOTS or base in known or base.endswith(".LightningModule") for base in bases):
                known.setdefault(node.name, node)
        grown = len(known) > before
    return {name: _read(source, node) for name, node in known.items()}


def _read(source: "Source", node: ast.ClassDef) -> ModuleClass:
    held = source.attributes_of(node)
    layers = {name: source.call(value) for name, value in held if isinstance(value, ast.Call)}
    forward = next((each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "forward"), None)
    if forward is None:
        return ModuleClass(node.name, node, layers, None, (), ())
    steps = tuple(
        _step(source, source.call(call), layers) for statement in forward.body for call in calls_in_order(statement)
    )
    results = tuple(each.value for each in ast.walk(forward) if isinstance(each, ast.Return) and each.value is not None)
    return ModuleClass(node.name, node, layers, forward, steps, results)


def _step(source: "Source", call: SourceCall, layers: dict[str, SourceCall]) -> Step:
    function = call.node.func
    held = function.value if isinstance(function, ast.Subscript) else function
    if isinstance(held, ast.Attribute) and isinstance(held.value, ast.Name) and held.value.id == "self":
        made = layers.get(held.attr)
        is_element = held is not function
        return Step(call, made.name if made is not None and not is_element else "", held.attr)
    if isinstance(function, ast.Name):
        attribute = _looped_over(function, source)
        if attribute is not None:
            return Step(call, "", attribute)
    return Step(call, call.name)


def _looped_over(name: ast.Name, source: "Source") -> str | None:
    """The attribute of ``self`` over whose elements a loop runs that gives the name."""
    for above in ancestors(name, source.parents):
        if isinstance(above, ast.For) and any(
            isinstance(each, ast.Name) and each.id == name.id for each in ast.walk(above.target)
        ):
            for each in ast.walk(above.iter):
                if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "self":
                    return each.attr
    return None


def layers_of(source: "Source", sequential: SourceCall) -> list[SourceCall | None]:
    """Layers of an ``nn.Sequential``, nested ones laid out; None where a layer cannot be read."""
    found: list[SourceCall | None] = []
    for argument in sequential.node.args:
        for element in _elements(source, argument):
            made = source.construction(element) if element is not None else None
            if made is not None and made.name == "torch.nn.Sequential":
                found += layers_of(source, made)
            else:
                found.append(made)
    return found


def _elements(source: "Source", argument: ast.expr) -> list[ast.expr | None]:
    """One layer, or those of ``*[…]`` and ``OrderedDict([(name, layer), …])``."""
    if isinstance(argument, ast.Starred):
        value = source.value_of(argument.value)
        if isinstance(value, (ast.List, ast.Tuple)) and not _grows(source, argument.value):
            return [None if isinstance(each, ast.Starred) else each for each in value.elts]
        return [None]
    value = source.value_of(argument)
    if isinstance(value, ast.Call) and source.call(value).name == "collections.OrderedDict" and value.args:
        pairs = source.value_of(value.args[0])
        if isinstance(pairs, (ast.List, ast.Tuple)):
            return [
                pair.elts[1] if isinstance(pair, (ast.Tuple, ast.List)) and len(pair.elts) == 2 else None
                for pair in pairs.elts
            ]
        if isinstance(pairs, ast.Dict):
            return list(pairs.values)
        return [None]
    return [argument]


def _grows(source: "Source", name: ast.expr) -> bool:
    """Whether somebody appends to a list, so that what it was made with is not all."""
    return isinstance(name, ast.Name) and any(
        isinstance(call.base, ast.Name) and call.base.id == name.id
        for call in source.calls(".append", ".extend", ".insert", ".pop", ".clear")
    )


def last_step(source: "Source", node: ast.expr, depth: int = _DEEPEST) -> Use | None:
    """The last call that made what ``node`` holds, inside models of this file too; None if it cannot be told."""
    value = source.value_of(node)
    if not isinstance(value, ast.Call) or depth == 0:
        return None
    use = source.use(source.call(value))
    return _inside(source, use, depth)


def _inside(source: "Source", use: Use, depth: int) -> Use | None:
    """The last step of a model that is called, the call itself for everything else."""
    if use.name in source.module_classes and use.made is not None:
        results = source.module_classes[use.name].results
        return last_step(source, results[0], depth - 1) if len(results) == 1 else None
    if use.name == "torch.nn.Sequential" and use.made is not None:
        layers = layers_of(source, use.made)
        last = layers[-1] if layers else None
        return _inside(source, Use(use.call, last.name, last), depth - 1) if last is not None and depth else None
    if use.call.name in SAME_OBJECT and use.call.base is not None:
        return last_step(source, use.call.base, depth - 1)
    return use
