"""D408: inputs and targets shuffled apart."""

import ast
from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
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


def see(session: Session) -> Iterator[Suspicion]:
    """The same as from source."""
    for source in session.sources:
        yield from read(source)


def read(source: Source) -> Iterator[Suspicion]:
    """``X = X[randperm(n)]`` and ``y = y[randperm(n)]`` with a draw each."""
    shuffled: list[tuple[ast.Assign, str]] = []
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
            shuffled.append((node, name))
    names = {name for _, name in shuffled}
    inputs, targets = (
        {n for n in names if n[:1] in "Xx"},
        {n for n in names if n[:1] in "yY" or "target" in n or "label" in n},
    )
    if not inputs or not targets:
        return
    second = shuffled[-1][0]
    yield Suspicion(
        f"{' and '.join(sorted(inputs | targets))} are shuffled by a draw each: rows and targets do not belong "
        "together any more.",
        seen=" · ".join(source.segment(node) for node, _ in shuffled[:2]),
        fix="order = torch.randperm(len(X)); X, y = X[order], y[order]",
        place=source.place(second),
        edits=(),
    )


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
        detection="In the source: inputs and targets each taken by a draw of their own.",
        limits="Rows that were mixed up elsewhere are not seen: labels that are pure noise look the same.",
        sources=("Karpathy: shuffled inputs but not labels",),
    ),
    see=see,
    read=read,
)
