"""Objects that gather a metric batch by batch, as they are made, fed, read and emptied in a program's text."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from pellucid.doctor.source import Source, SourceCall

__all__ = ["Meter", "meters_never_emptied"]

_LIBRARIES = ("torchmetrics.", "torcheval.metrics.", "ignite.metrics.")
_CLOCKS = ("time", "perf_counter", "process_time", "monotonic")


@dataclass(frozen=True)
class _Kind:
    """What a class does to its own sums.

    Attributes:
        feeds: Methods that add to them.
        reads: Methods and properties that divide one by another.
        empties: Methods that set all of them anew.
    """

    feeds: frozenset[str]
    reads: frozenset[str]
    empties: frozenset[str]


_OF_LIBRARIES = _Kind(frozenset({"update"}), frozenset({"compute"}), frozenset({"reset"}))


@dataclass(frozen=True)
class Meter:
    """A meter that is fed in every round of a loop over epochs and emptied in none.

    Attributes:
        name: What it is called.
        made: The call that made it, before the loop.
        fed: The call that adds to it.
        read: Where the loop reads its average.
        reset: The method that empties it; None if it has none without arguments.
    """

    name: str
    made: SourceCall
    fed: SourceCall
    read: ast.Attribute
    reset: str | None


def meters_never_emptied(source: Source, outer: ast.For | ast.AsyncFor | ast.While) -> Iterator[Meter]:
    """Meters made before a loop, fed in a loop within it, read in it once a round, and never emptied.

    Only averages are told, since a sum may well be meant to go on, and none that is given times: how long a batch takes
    is well averaged over the whole run.
    """
    inside = set(ast.walk(outer))
    found: set[str] = set()
    for fed in source.all_calls:
        base = fed.base
        if fed.node not in inside or not isinstance(base, ast.Name) or base.id in found:
            continue
        made = source.construction(base)
        kind = _kind(source, made) if made is not None else None
        if made is None or kind is None or made.node in inside or fed.name.lstrip(".") not in kind.feeds:
            continue
        if not _in_inner_loop(source, fed.node, outer) or _takes_time(fed.node):
            continue
        uses = [
            each
            for each in ast.walk(source.tree)
            if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == base.id
        ]
        if any(each.attr in kind.empties or isinstance(each.ctx, ast.Store) for each in uses):
            continue
        # Given away, it may be emptied elsewhere.
        if any(
            isinstance(each, ast.Name)
            and each.id == base.id
            and isinstance(each.ctx, ast.Load)
            and not isinstance(source.parents[each], ast.Attribute)
            for each in ast.walk(source.tree)
        ):
            continue
        read = next(
            (
                each
                for each in uses
                if each in inside and each.attr in kind.reads and not _in_inner_loop(source, each, outer)
            ),
            None,
        )
        if read is not None:
            found.add(base.id)
            yield Meter(base.id, made, fed, read, min(kind.empties, default=None))


def _kind(source: Source, made: SourceCall) -> _Kind | None:
    if made.name.startswith(_LIBRARIES):
        return _OF_LIBRARIES
    holder = next(
        (node for node in source.tree.body if isinstance(node, ast.ClassDef) and node.name == made.name), None
    )
    if holder is None or made.name in source.module_classes:
        return None
    methods = [each for each in holder.body if isinstance(each, ast.FunctionDef)]
    added = {each.name: _added(each) for each in methods}
    sums = frozenset().union(*added.values()) if added else frozenset()
    reads = {each.name for each in methods if _divides(each, sums)}
    reads |= {
        target.attr
        for each in methods
        for node in ast.walk(each)
        if isinstance(node, ast.Assign) and _divides(node.value, sums)
        for target in node.targets
        if isinstance(target, ast.Attribute)
    }
    empties = {
        each.name
        for each in methods
        if each.name != "__init__" and len(each.args.args) == 1 and sums and sums <= _set(each)
    }
    feeds = {name for name, attributes in added.items() if attributes}
    return _Kind(frozenset(feeds), frozenset(reads - feeds), frozenset(empties)) if reads - feeds else None


def _added(function: ast.FunctionDef) -> frozenset[str]:
    """Attributes that a method adds to."""
    return frozenset(
        node.target.attr
        for node in ast.walk(function)
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add) and isinstance(node.target, ast.Attribute)
    )


def _set(function: ast.FunctionDef) -> frozenset[str]:
    """Attributes that a method gives a new value."""
    return frozenset(
        node.attr
        for statement in ast.walk(function)
        if isinstance(statement, (ast.Assign, ast.AnnAssign))
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        for node in ast.walk(target)
        if isinstance(node, ast.Attribute)
    )


def _divides(node: ast.AST, sums: frozenset[str]) -> bool:
    """Whether one of the sums is divided by another within a node."""
    for each in ast.walk(node):
        if isinstance(each, ast.BinOp) and isinstance(each.op, ast.Div):
            above, below = (
                {n.attr for n in ast.walk(s) if isinstance(n, ast.Attribute)} for s in (each.left, each.right)
            )
            if above & sums and below & sums:
                return True
    return False


def _in_inner_loop(source: Source, node: ast.AST, outer: ast.AST) -> bool:
    while node is not outer and node in source.parents:
        node = source.parents[node]
        if node is not outer and isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            return True
    return False


def _takes_time(call: ast.Call) -> bool:
    names = {
        n.id if isinstance(n, ast.Name) else n.attr for n in ast.walk(call) if isinstance(n, (ast.Name, ast.Attribute))
    }
    return bool(names & set(_CLOCKS))
