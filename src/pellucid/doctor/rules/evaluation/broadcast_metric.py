"""E307: [N, 1] == [N] compares every row with every row."""

import ast
from collections.abc import Iterator

from pellucid.doctor.facts import Place, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_COMPARISONS = {"__eq__", "eq", "__ne__", "ne", "isclose"}


def see(session: Session) -> Iterator[Suspicion]:
    """Comparisons outside of the model whose result is larger than both sides."""
    for site in session.calls:
        if site.layer is not None or site.function.rpartition(".")[2] not in _COMPARISONS:
            continue
        for call in site.calls:
            shapes = list(call.shapes.values())
            if len(shapes) < 2 or not _spreads(shapes[0], shapes[1]):
                continue
            rows = max(*shapes[0], *shapes[1])
            yield Suspicion(
                f"Comparing {list(shapes[0])} with {list(shapes[1])} compares every row with every row: {rows}×{rows} "
                f"answers instead of {rows}, so that an accuracy made of them means nothing.",
                seen=f"{list(shapes[0])} == {list(shapes[1])} gives {list(call.result_shape or ())}",
                fix="Give both the same shape: predictions.squeeze(1) == targets",
                place=site.place,
                evidence={"left": list(shapes[0]), "right": list(shapes[1])},
                edits=_edits(session, site.place),
            )
            break


def _spreads(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    long, short = sorted((first, second), key=len, reverse=True)
    return len(long) == 2 and long[1] == 1 and long[0] > 1 and short in ((long[0],), (1, long[0]))


def _edits(session: Session, place: Place) -> tuple[Edit, ...]:
    """Both sides made flat."""
    source = session.source_of(place.file)
    if source is None:
        return ()
    for node in ast.walk(source.tree):
        if not getattr(node, "lineno", 0) <= place.line <= (getattr(node, "end_lineno", 0) or 0):
            continue
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            sides = (node.left, node.comparators[0])
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("eq") and len(node.args) == 2:
            sides = (node.args[0], node.args[1])
        else:
            continue
        return (source.rewrite([(side, f"({source.segment(side)}).flatten()") for side in sides]),)
    return ()


RULE = Rule(
    code="E307",
    slug="broadcast-metric",
    severity=Severity.ERROR,
    stages="SPD",
    summary="[N,1] == [N] counts N×N comparisons: accuracy is meaningless",
    page=Page(
        what="PyTorch stretches [N, 1] and [N] to [N, N] before it compares. The share of equal pairs says how often "
        "two rows drawn at random agree.",
        wrong="import torch\n\nguess, y = torch.randint(0, 2, (400, 1)), torch.randint(0, 2, (400,))\n"
        "print((guess == y).float().mean())",
        right="import torch\n\nguess, y = torch.randint(0, 2, (400, 1)), torch.randint(0, 2, (400,))\n"
        "print((guess.squeeze(1) == y).float().mean())",
        hurts="An accuracy of 50.20 % for any predictions on balanced classes; or one above 100 % where the sum is "
        "divided by N.",
        detection="Proof: [N, 1] and [N] (or [1, N]) with N > 1 meet in ==, != or isclose outside of the model.",
        limits="Masks of equal pairs are made like this on purpose, mostly with unsqueeze: silence it there.",
        sources=("EXERCISES 2a: accuracy before training 50.20 %",),
    ),
    see=see,
)
