"""E307: [N, 1] == [N] compares every row with every row."""

import ast
from collections.abc import Iterator

from pellucid.doctor.facts import CallSite, Place, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_COMPARISONS = {"__eq__", "eq", "__ne__", "ne", "isclose"}
# What else sets predictions against targets: errors, agreements of sign, counts of hits.
_AGAINST = {
    "__sub__",
    "__rsub__",
    "sub",
    "subtract",
    "__mul__",
    "mul",
    "__truediv__",
    "div",
    "__and__",
    "__or__",
    "__xor__",
    "logical_and",
    "logical_or",
    "logical_xor",
    "minimum",
    "maximum",
}
_OF_TRUTHS = {"__and__", "__or__", "__xor__", "logical_and", "logical_or", "logical_xor"}
_LOSSES = {"mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"}
_OPERATORS: dict[str, type[ast.operator]] = {
    "__sub__": ast.Sub,
    "__rsub__": ast.Sub,
    "__mul__": ast.Mult,
    "__truediv__": ast.Div,
    "__and__": ast.BitAnd,
    "__or__": ast.BitOr,
    "__xor__": ast.BitXor,
}


def see(session: Session) -> Iterator[Suspicion]:
    """Comparisons, differences and losses outside of training whose result is larger than both sides."""
    for site in session.calls:
        found = _of_all_pairs(site)
        if found is None:
            continue
        first, second = found
        rows = max(*first, *second)
        name = site.function.rpartition(".")[2]
        said, what = ("Comparing", "answers") if name in _COMPARISONS else (f"{name.strip('_')} of", "numbers")
        yield Suspicion(
            f"{said} {list(first)} and {list(second)} compares every row with every row: {rows}×{rows} "
            f"{what} instead of {rows}, so that a metric made of them means nothing.",
            seen=f"{list(first)} with {list(second)} gives {[rows, rows]}",
            fix="Give both the same shape: predictions.squeeze(1), targets",
            place=site.place,
            evidence={"left": list(first), "right": list(second)},
            edits=() if name in _OF_TRUTHS else _edits(session, site.place, name),
        )
    for loss in session.losses:
        call = next((each for each in loss.calls if not each.phase.grad), None)
        if loss.kind not in _LOSSES or loss.trained or call is None:
            continue
        if _spreads(call.output_shape, call.target_shape):
            rows = max(*call.output_shape, *call.target_shape)
            yield Suspicion(
                f"{loss.kind} of {list(call.output_shape)} and {list(call.target_shape)} compares every row with "
                f"every row: {rows}×{rows} numbers instead of {rows}, so that what it measures means nothing.",
                seen=f"{list(call.output_shape)} with {list(call.target_shape)}, in an evaluation",
                fix="Give both the same shape: predictions.squeeze(1), targets",
                place=loss.place,
                evidence={"left": list(call.output_shape), "right": list(call.target_shape)},
            )


def _of_all_pairs(site: CallSite) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The two shapes of a comparison, or of a model's output and something else, that spread to all pairs of rows."""
    name = site.function.rpartition(".")[2]
    if site.layer is not None or name not in _COMPARISONS | _AGAINST:
        return None
    for call in site.calls:
        shapes = list(call.shapes.values())
        if len(shapes) < 2 or not _spreads(shapes[0], shapes[1]):
            continue
        # With gradients it is a loss, and L108's. Both of the output: pairs of rows are compared on purpose.
        is_metric = not call.phase.grad and len(call.of_output) == 1 and 1 not in (shapes[0][0], shapes[1][0])
        # A truth of a column and one of a row: whoever means pairs writes both as tables.
        is_of_truths = name in _OF_TRUTHS and min(map(len, shapes[:2])) == 1
        if name in _COMPARISONS or is_metric or is_of_truths:
            return shapes[0], shapes[1]
    return None


def _spreads(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    long, short = sorted((first, second), key=len, reverse=True)
    return len(long) == 2 and long[1] == 1 and long[0] > 1 and short in ((long[0],), (1, long[0]))


def _edits(session: Session, place: Place, name: str) -> tuple[Edit, ...]:
    """Both sides made flat; nothing where the line has several such operations."""
    source = session.source_of(place.file)
    if source is None:
        return ()
    pairs: list[tuple[ast.expr, ast.expr]] = []
    operator = _OPERATORS.get(name)
    for node in ast.walk(source.tree):
        if not getattr(node, "lineno", 0) <= place.line <= (getattr(node, "end_lineno", 0) or 0):
            continue
        if operator is not None:
            if isinstance(node, ast.BinOp) and isinstance(node.op, operator):
                pairs.append((node.left, node.right))
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            pairs.append((node.left, node.comparators[0]))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("eq") and len(node.args) == 2:
            pairs.append((node.args[0], node.args[1]))
    if not pairs or (operator is not None and len(pairs) > 1):
        return ()
    return (source.rewrite([(side, f"({source.segment(side)}).flatten()") for side in pairs[0]]),)


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
        detection="Proof: [N, 1] and [N] (or [1, N]) with N > 1 meet in ==, != or isclose outside of the model; or, "
        "without gradients, a model's output and something that is not made of it meet so in a difference, a product, "
        "a logical operation or a loss.",
        limits="Masks of equal pairs are made like this on purpose, mostly with unsqueeze: silence it there. What "
        "NumPy works out is not seen.",
        sources=("A course's exercise, accuracy before training 50.20 %: tests/exercises/ex02a_circles_linear.py",),
    ),
    see=see,
)
