"""Stretches of a program that evaluate: without gradients, or behind ``eval()``."""

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pellucid.doctor.source.calls import SourceCall
from pellucid.doctor.source.tree import block_of, calls_in_order

if TYPE_CHECKING:
    from pellucid.doctor.source.source import Source

__all__ = ["EvaluationBlock", "evaluation_blocks"]

_NO_GRADIENTS = ("torch.no_grad", "torch.inference_mode", "torch.set_grad_enabled")


@dataclass(frozen=True, eq=False)
class EvaluationBlock:
    """Statements that run without gradients, or behind ``model.eval()``.

    Attributes:
        node: The ``with``, the decorated function, or the statement with ``eval()``.
        statements: What runs.
        without_gradients: Whether gradients are switched off for it.
        behind_eval: The call of ``eval`` before it, in the same block or before the ``with`` that it stands in;
            None without one.
        calls: What it calls, in order.
    """

    node: ast.stmt
    statements: tuple[ast.stmt, ...]
    without_gradients: bool
    behind_eval: SourceCall | None
    calls: tuple[SourceCall, ...]


def evaluation_blocks(source: "Source") -> tuple[EvaluationBlock, ...]:
    """Every stretch that evaluates, in the order of the text."""
    found: list[EvaluationBlock] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.With) and any(_switches_off(source, item.context_expr) for item in node.items):
            found.append(_block(source, node, tuple(node.body), True, _eval_before(source, node)))
        elif isinstance(node, ast.FunctionDef) and any(_switches_off(source, each) for each in node.decorator_list):
            inner = [_mode(source, statement) for statement in node.body]
            behind = next((call for call in inner if call is not None and _is_eval(call)), None)
            found.append(_block(source, node, tuple(node.body), True, behind))
        elif isinstance(node, ast.Expr):
            call = _mode(source, node)
            if call is not None and _is_eval(call):
                statements = _until_train(source, node)
                found.append(_block(source, node, statements, False, call))
    return tuple(sorted(found, key=lambda block: (block.node.lineno, block.node.col_offset)))


def _block(
    source: "Source",
    node: ast.stmt,
    statements: tuple[ast.stmt, ...],
    without_gradients: bool,
    behind_eval: SourceCall | None,
) -> EvaluationBlock:
    calls = tuple(source.call(call) for statement in statements for call in calls_in_order(statement))
    return EvaluationBlock(node, statements, without_gradients, behind_eval, calls)


def _switches_off(source: "Source", node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):  # @torch.no_grad without brackets
        return source.name_of(node) in _NO_GRADIENTS[:2]
    name = source.name_of(node.func)
    if name == "torch.set_grad_enabled":
        return bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value is False
    return name in _NO_GRADIENTS


def _mode(source: "Source", statement: ast.stmt) -> SourceCall | None:
    """The call of ``eval`` or ``train`` that a statement is."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = source.call(statement.value)
        if call.name in (".eval", ".train") and isinstance(call.base, (ast.Name, ast.Attribute)):
            return call
    return None


def _is_eval(call: SourceCall) -> bool:
    mode = call.argument(0, "mode")
    return call.name == ".eval" or (isinstance(mode, ast.Constant) and mode.value is False)


def _until_train(source: "Source", statement: ast.stmt) -> tuple[ast.stmt, ...]:
    block = block_of(statement, source.parents)
    behind = block[block.index(statement) + 1 :]
    for position, each in enumerate(behind):
        call = _mode(source, each)
        if call is not None and not _is_eval(call):
            return tuple(behind[:position])
    return tuple(behind)


def _eval_before(source: "Source", node: ast.With) -> SourceCall | None:
    """``eval()`` among the statements before a ``with``, or among its first ones, with no ``train()`` between."""
    inner = _mode(source, node.body[0])
    if inner is not None and _is_eval(inner):
        return inner
    block = block_of(node, source.parents)
    for each in reversed(block[: block.index(node)]):
        call = _mode(source, each)
        if call is not None:
            return call if _is_eval(call) else None
    return None
