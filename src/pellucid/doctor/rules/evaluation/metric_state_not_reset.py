"""E309: counts of right rows that go on from epoch to epoch."""

import ast
from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.rules.evaluation.meters import Meter, meters_never_emptied
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_COUNTS = (
    "correct",
    "right",
    "hits",
    "total_loss",
    "running_loss",
    "epoch_loss",
    "train_loss",
    "val_loss",
    "running_correct",
)


def see(session: Session) -> Iterator[Suspicion]:
    """The same as from source: a count in the loop over epochs that nobody sets back."""
    for source in session.sources:
        yield from read(source)


def read(source: Source) -> Iterator[Suspicion]:
    """Sums of right rows or losses in an inner loop, set to 0 outside of the loop over epochs and divided within it."""
    for loop in source.training_loops:
        outer = loop.outer
        if outer is None:
            continue
        for addition in (
            node for node in ast.walk(outer) if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add)
        ):
            name = ast.unparse(addition.target)
            if name not in _COUNTS or not _is_shown(outer, name):
                continue
            inside = [node for node in ast.walk(outer) if isinstance(node, ast.Assign) and _sets(node, name)]
            before = [node for node in ast.walk(source.tree) if isinstance(node, ast.Assign) and _sets(node, name)]
            if before and not inside and _divisor_is_fixed(outer, name):
                yield Suspicion(
                    f"{name} is set to 0 before the loop over epochs and never again: from the second epoch on it "
                    "holds the rows of all epochs so far.",
                    seen=f"{source.segment(before[0])}, then {source.segment(addition)}",
                    fix=f"{name} = 0  # at the beginning of every epoch",
                    place=source.place(addition),
                    edits=(source.insert_before(outer.body[0], f"{name} = 0"),),
                )
                break
    for outer in dict.fromkeys(loop.outer for loop in source.training_loops if loop.outer is not None):
        for meter in meters_never_emptied(source, outer):
            yield _of_meter(source, outer, meter)


def _of_meter(source: Source, outer: ast.For | ast.AsyncFor | ast.While, meter: Meter) -> Suspicion:
    emptied = f"{meter.name}.{meter.reset}()" if meter.reset else f"{meter.name} = {source.segment(meter.made.node)}"
    return Suspicion(
        f"{meter.name} is made before the loop over epochs and never emptied in it: what every epoch reads there is "
        "the average over all epochs so far.",
        seen=f"{source.segment(meter.made.node)} before the loop, {source.segment(meter.fed.node)} for every batch, "
        f"{source.segment(meter.read)} for every epoch",
        fix=f"{emptied}  # at the beginning of every epoch",
        place=meter.fed.place,
        edits=(source.insert_before(outer.body[0], emptied),),
    )


def _sets(node: ast.Assign, name: str) -> bool:
    return any(ast.unparse(target) == name or name in ast.unparse(target).split(", ") for target in node.targets)


def _is_shown(outer: ast.AST, name: str) -> bool:
    return any(
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and ast.unparse(node.left) == name
        for node in ast.walk(outer)
    )


def _divisor_is_fixed(outer: ast.AST, name: str) -> bool:
    """Whether it is divided by a length, which does not grow along with it."""
    for node in ast.walk(outer):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and ast.unparse(node.left) == name:
            return isinstance(node.right, ast.Call) and ast.unparse(node.right.func) == "len"
    return False


RULE = Rule(
    code="E309",
    slug="metric-state-not-reset",
    severity=Severity.ERROR,
    stages="D",
    summary="counts exceed the rows; validation contains training rows",
    page=Page(
        what="A count of right rows has to begin at 0 in every epoch. Set to 0 once before all epochs, it grows from "
        "epoch to epoch, and the accuracy with it.",
        wrong="correct = 0\nfor epoch in range(10):\n    for x, y in loader:\n        train_step(x, y)\n"
        "        correct += (model(x).argmax(1) == y).sum().item()\n    print(correct / len(loader.dataset))",
        right="for epoch in range(10):\n    correct = 0\n    for x, y in loader:\n        train_step(x, y)\n"
        "        correct += (model(x).argmax(1) == y).sum().item()\n    print(correct / len(loader.dataset))",
        hurts="An accuracy that rises with every epoch, above 100 % in the end.",
        detection="In the source: a sum named like a count or a loss is added to within the loop over epochs, divided "
        "there by a length, and set to 0 only before it. Likewise an object that averages (a class of the file that "
        "adds to its sums and divides one by another, or a metric of torchmetrics, torcheval or ignite), made before "
        "the loop over epochs, fed for every batch, read once an epoch, and emptied nowhere.",
        limits="Sums of other names are not known; nor are objects that are handed to functions, or that are fed "
        "times, which are well averaged over a whole run.",
        sources=("torchmetrics, common pitfalls: reset",),
    ),
    see=see,
    read=read,
)
