"""Where a training loop keeps the best of its epochs, and which rows told it which one that is."""

import ast
import re
from collections.abc import Iterator

from pellucid.doctor.source import Source

__all__ = ["choices_on_test_rows"]

_ENDS = r"(set|loader|data|dl|ds|iter)?(_|$|[0-9])"
_TEST = re.compile(rf"(^|_|^[xy])test{_ENDS}", re.IGNORECASE)
_VALIDATION = re.compile(rf"(^|_|^[xy])(val|valid|validation|dev|holdout){_ENDS}", re.IGNORECASE)
_DEEPEST = 4


def choices_on_test_rows(source: Source) -> Iterator[tuple[ast.stmt, str]]:
    """Statements that keep the best score of all epochs where that score was worked out on test rows: (where, which).

    Rows are known by the names that people give them. A score that validation rows have a part in is let pass.
    """
    for outer in dict.fromkeys(loop.outer or loop.node for loop in source.training_loops):
        for statement, score in _choices(outer):
            names = _names(source, score, outer, statement.lineno)
            tests = sorted(name for name in names if _TEST.search(name))
            if tests and not any(_VALIDATION.search(name) for name in names):
                yield statement, tests[0]
                break


def _choices(outer: ast.AST) -> Iterator[tuple[ast.stmt, ast.expr]]:
    """``if score > best: best = score`` and ``best = max(best, score)``, with the score."""
    for node in ast.walk(outer):
        if isinstance(node, ast.If):
            compared = (part for part in ast.walk(node.test) if isinstance(part, ast.Compare) and len(part.ops) == 1)
            for part in compared:
                sides = (part.left, part.comparators[0])
                for best, score in (sides, sides[::-1]):
                    if isinstance(part.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) and _is_kept(node, best, score):
                        yield node, score
        elif (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Name)
            and node.value.func.id in ("max", "min")
            and len(node.value.args) == 2
        ):
            target = ast.unparse(node.targets[0])
            rest = [each for each in node.value.args if ast.unparse(each) != target]
            if len(rest) == 1:
                yield node, rest[0]


def _is_kept(node: ast.If, best: ast.expr, score: ast.expr) -> bool:
    """Whether the branch makes the score the best one."""
    return any(
        isinstance(each, ast.Assign)
        and ast.unparse(each.value) == ast.unparse(score)
        and ast.unparse(best) in [ast.unparse(target) for target in each.targets]
        for each in node.body
    )


def _names(source: Source, node: ast.AST, outer: ast.AST, line: int, depth: int = _DEEPEST) -> set[str]:
    """Names of all that an expression was made of within a loop, up to a line; of functions of the file, too."""
    called = {each.func for each in ast.walk(node) if isinstance(each, ast.Call)}
    plain = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and each not in called}
    found = plain | {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute) and each not in called}
    if depth == 0:
        return found
    for each in called:
        function = next(
            (made for made in source.tree.body if isinstance(made, ast.FunctionDef) and made.name == ast.unparse(each)),
            None,
        )
        if function is not None:
            inner = {part.func for part in ast.walk(function) if isinstance(part, ast.Call)}
            taken = {argument.arg for argument in ast.walk(function) if isinstance(argument, ast.arg)}
            loads = (part for part in ast.walk(function) if isinstance(part, ast.Name) and part not in inner)
            found |= {part.id for part in loads} - taken
    for bound in ast.walk(outer):
        if not isinstance(bound, (ast.Assign, ast.AugAssign)) or bound.lineno > line or bound.value is None:
            continue
        targets = bound.targets if isinstance(bound, ast.Assign) else [bound.target]
        if plain & {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}:
            found |= _names(source, bound.value, outer, bound.lineno, depth - 1)
            found |= _looped_over(source, bound, outer)
    return found


def _looped_over(source: Source, node: ast.AST, outer: ast.AST) -> set[str]:
    """Names of what the loops between a node and the outer one run over."""
    found: set[str] = set()
    while node in source.parents and node is not outer:
        node = source.parents[node]
        if isinstance(node, ast.For) and node is not outer:
            found |= {each.id for each in ast.walk(node.iter) if isinstance(each, ast.Name)}
    return found
