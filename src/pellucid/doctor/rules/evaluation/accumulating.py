"""Averages of losses as programs write them: a sum over the rounds of a loop, divided by something."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from pellucid.doctor.source import Source

__all__ = ["Average", "averages"]

_ROWS = (".size", "len", ".shape", "batch_size", ".numel")
_WRAPPERS = ("enumerate", "tqdm", "tqdm.tqdm", "tqdm.auto.tqdm", "zip", "iter")


@dataclass(frozen=True)
class Average:
    """A sum over a loop's rounds, divided.

    Attributes:
        total: Name of the sum, as written.
        loop: Over whose rounds it is added up.
        addition: The statement that adds.
        division: Where it is divided.
        by_batches: Whether it is divided by the number of rounds: ``len(loader)``.
        by_rows: Whether it is divided by a number of rows: ``len(loader.dataset)``, ``len(X)``.
        by_index: Whether it is divided by the loop's own counter.
        weighted: Whether each term is multiplied by its number of rows.
    """

    total: str
    loop: ast.For
    addition: ast.AugAssign
    division: ast.BinOp | ast.AugAssign
    by_batches: bool
    by_rows: bool
    by_index: bool
    weighted: bool


def averages(source: Source) -> Iterator[Average]:
    """Every sum of losses in a ``for`` loop that is divided later in the same function."""
    for loop in (node for node in ast.walk(source.tree) if isinstance(node, ast.For)):
        for addition in (node for node in ast.walk(loop) if isinstance(node, ast.AugAssign)):
            if not isinstance(addition.op, ast.Add) or _innermost(source, addition) is not loop:
                continue
            total = ast.unparse(addition.target)
            if not _adds_a_loss(addition.value):
                continue
            for division in _divisions(source, loop, total):
                divisor = division.right if isinstance(division, ast.BinOp) else division.value
                yield Average(
                    total,
                    loop,
                    addition,
                    division,
                    by_batches=_is_length_of(divisor, _iterable(loop)),
                    by_rows=_is_rows(divisor, loop),
                    by_index=_is_index(divisor, loop),
                    weighted=_is_weighted(addition.value),
                )


def _innermost(source: Source, node: ast.AST) -> ast.AST | None:
    above = source.parents.get(node)
    while above is not None and not isinstance(above, (ast.For, ast.While)):
        above = source.parents.get(above)
    return above


def _adds_a_loss(value: ast.expr) -> bool:
    names = {node.id.lower() for node in ast.walk(value) if isinstance(node, ast.Name)}
    return any("loss" in name or "criterion" in name for name in names)


def _is_weighted(value: ast.expr) -> bool:
    return any(isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) for node in ast.walk(value)) or (
        "reduction" in ast.unparse(value)
    )


def _function(source: Source, node: ast.AST) -> ast.AST:
    above: ast.AST | None = node
    while above is not None and not isinstance(above, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Module)):
        above = source.parents.get(above)
    return above or source.tree


def _divisions(source: Source, loop: ast.For, total: str) -> Iterator[ast.BinOp | ast.AugAssign]:
    """Places behind the loop's beginning where the sum, or a float or item of it, is divided."""
    for node in ast.walk(_function(source, loop)):
        if getattr(node, "lineno", 0) < loop.lineno:
            continue
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            left = ast.unparse(node.left)
            if left in (total, f"{total}.item()", f"float({total})", f"{total}.cpu()"):
                yield node
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div) and ast.unparse(node.target) == total:
            yield node


def _iterable(loop: ast.For) -> ast.expr:
    """What is looped over, without enumerate and its like."""
    found = loop.iter
    while isinstance(found, ast.Call) and ast.unparse(found.func) in _WRAPPERS and found.args:
        found = found.args[0]
    return found


def _length(node: ast.expr) -> str | None:
    """What a ``len(…)`` is of, as written."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "len" and len(node.args) == 1:
        return ast.unparse(node.args[0])
    return None


def _is_length_of(node: ast.expr, iterable: ast.expr) -> bool:
    return _length(node) == ast.unparse(iterable)


def _is_rows(node: ast.expr, loop: ast.For) -> bool:
    of = _length(node)
    if of is None:
        return False
    iterable = ast.unparse(_iterable(loop))
    return of == f"{iterable}.dataset" or (of != iterable and f"len({of})" in iterable)


def _is_index(node: ast.expr, loop: ast.For) -> bool:
    """Whether it is the counter of ``enumerate`` or ``range``, which ends one short of the number of rounds or more."""
    if not isinstance(node, ast.Name) or not isinstance(loop.iter, ast.Call):
        return False
    name = ast.unparse(loop.iter.func)
    if name == "enumerate" and isinstance(loop.target, ast.Tuple) and isinstance(loop.target.elts[0], ast.Name):
        starts_at_one = any(keyword.arg == "start" for keyword in loop.iter.keywords) or len(loop.iter.args) > 1
        return loop.target.elts[0].id == node.id and not starts_at_one
    return name == "range" and isinstance(loop.target, ast.Name) and loop.target.id == node.id
