"""D408: inputs and targets shuffled apart."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.doctor.source.tree import scope_of
from pellucid.records import Severity

__all__ = ["RULE"]

_DRAWS = (
    "torch.randperm",
    "numpy.random.permutation",
    ".permutation",
    "random.sample",
    "sklearn.utils.shuffle",
    "torch.randint",
)


# What two draws need between them to be the same: the state of the random numbers put back.
_SEEDINGS = (
    *("torch.manual_seed", "numpy.random.seed", "random.seed", ".seed", ".manual_seed"),
    *("numpy.random.default_rng", "numpy.random.RandomState", "random.Random", "torch.Generator"),
    *("torch.set_rng_state", "numpy.random.set_state", "random.setstate", ".set_state"),
)
_SHUFFLES = ("numpy.random.shuffle", "random.shuffle", ".shuffle")
_SPLIT = "sklearn.model_selection.train_test_split"


@dataclass(frozen=True)
class _Draw:
    """Rows put in an order of their own.

    Attributes:
        node: The call or assignment.
        names: Whose rows.
        scope: The function that it stands in.
        state: The state that the draw is given; None without one.
    """

    node: ast.stmt
    names: frozenset[str]
    scope: ast.AST
    state: ast.expr | None = None


def see(session: Session) -> Iterator[Suspicion]:
    """The same as from source."""
    for source in session.sources:
        yield from read(source)


def read(source: Source) -> Iterator[Suspicion]:
    """A draw for inputs and one for targets: ``X = X[randperm(n)]``, ``shuffle(X)``, ``train_test_split(X)``."""
    for draws, what, fix in (
        (_taken(source), "shuffled", "order = torch.randperm(len(X)); X, y = X[order], y[order]"),
        (_shuffled(source), "shuffled", "order = np.random.permutation(len(X)); X, y = X[order], y[order]"),
        (_split(source), "split", "X_train, X_test, y_train, y_test = train_test_split(X, y)"),
    ):
        pair = next(_pairs(source, draws), None)
        if pair is None:
            continue
        named = sorted({name for draw in pair for name in draw.names}, key=lambda name: (_is_targets(name), name))
        yield Suspicion(
            f"{' and '.join(named)} are {what} by a draw each: rows and targets do not belong together any more.",
            seen=" · ".join(source.segment(draw.node).splitlines()[0] for draw in pair),
            fix=fix,
            place=source.place(pair[1].node),
            edits=(),
        )
        return


def _pairs(source: Source, draws: list[_Draw]) -> Iterator[tuple[_Draw, _Draw]]:
    """Two draws of one function, one of inputs alone and one of targets alone, no seed put back in between."""
    seeds = [call.node.lineno for call in source.calls(*_SEEDINGS)]
    for number, second in enumerate(draws):
        for first in draws[:number]:
            kinds = [
                {_is_targets(name) if _is_known(name) else None for name in draw.names} for draw in (first, second)
            ]
            between = any(first.node.lineno < line <= second.node.lineno for line in seeds)
            apart = kinds in ([{False}, {True}], [{True}, {False}]) and _differ(source, first.state, second.state)
            if apart and first.scope is second.scope and not between:
                yield first, second


def _differ(source: Source, first: ast.expr | None, second: ast.expr | None) -> bool:
    """Whether two draws are different: none or only one has a state, or theirs are different numbers."""
    if first is None or second is None:
        return True
    numbers = source.number(first), source.number(second)
    return None not in numbers and numbers[0] != numbers[1]


def _is_targets(name: str) -> bool:
    last = name.rpartition(".")[2].lower()
    return last[:1] == "y" or "target" in last or "label" in last


def _is_known(name: str) -> bool:
    last = name.rpartition(".")[2].lower()
    return _is_targets(name) or last[:1] == "x" or last in ("data", "inputs", "features", "images")


def _taken(source: Source) -> list[_Draw]:
    """``X = X[torch.randperm(n)]`` and ``X = np.random.permutation(X)``."""
    found = []
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
            continue
        name, value = node.targets[0].id, node.value
        draws = [call for call in source.calls(*_DRAWS) if any(each is call.node for each in ast.walk(value))]
        taken = isinstance(value, ast.Subscript) and ast.unparse(value.value) == name
        alone = (
            isinstance(value, ast.Call) and bool(draws) and len(value.args) == 1 and ast.unparse(value.args[0]) == name
        )
        if draws and (taken or alone) and "seed" not in ast.unparse(value) and "random_state" not in ast.unparse(value):
            found.append(_Draw(node, frozenset({name}), scope_of(node, source.parents)))
    return found


def _shuffled(source: Source) -> list[_Draw]:
    """``np.random.shuffle(X)``, which changes X."""
    return [
        _Draw(source.statement(call.node), frozenset({ast.unparse(call.args[0])}), scope_of(call.node, source.parents))
        for call in source.calls(*_SHUFFLES)
        if len(call.args) == 1 and isinstance(source.statement(call.node), ast.Expr)
    ]


def _split(source: Source) -> list[_Draw]:
    """``train_test_split(X)``, unless it keeps the order."""
    found = []
    for call in source.calls(_SPLIT):
        state, shuffle = call.keywords.get("random_state"), call.keywords.get("shuffle")
        if isinstance(state, ast.Constant) and state.value is None:
            state = None
        in_order = shuffle is not None and ast.unparse(shuffle) == "False"
        names = frozenset(ast.unparse(each) for each in call.args)
        if names and not in_order and not call.is_open:
            found.append(_Draw(source.statement(call.node), names, scope_of(call.node, source.parents), state))
    return found


RULE = Rule(
    code="D408",
    slug="misaligned-rows",
    severity=Severity.ERROR,
    stages="P",
    summary="inputs and targets shuffled apart; labels independent of inputs",
    causes=("T608", "T609", "T611", "D409", "D415", "D411", "T601"),
    page=Page(
        what="Each row's target has to stay with it. Two draws give two orders.",
        wrong="X = X[torch.randperm(len(X))]\ny = y[torch.randperm(len(y))]",
        right="order = torch.randperm(len(X))\nX, y = X[order], y[order]",
        hurts="There is nothing left to learn; the network remembers its training rows or predicts the mean.",
        detection="In the source: inputs and targets each taken, shuffled or split by a draw of their own, in one "
        "function and with no seed set in between. They are told apart by their names.",
        limits="Two splits with one and the same random_state draw the same rows, and are let pass. Rows that were "
        "mixed up elsewhere are not seen: labels that are pure noise look the same.",
        sources=("Karpathy: shuffled inputs but not labels",),
    ),
    see=see,
    read=read,
)
