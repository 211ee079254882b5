"""L118: log(softmax(x)), log(sigmoid(x)) and log(0) by hand."""

import ast
from collections.abc import Iterator

from torch import Tensor

from pellucid.doctor.facts import Call, CallSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import edits_of
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_STABLE = {"SoftmaxBackward0": "F.log_softmax(x, dim=1)", "SigmoidBackward0": "F.logsigmoid(x)"}
_SOFT = ("torch.softmax", "torch.nn.functional.softmax", ".softmax", "torch.nn.Softmax")
_SIGMOID = ("torch.sigmoid", "torch.nn.functional.sigmoid", ".sigmoid", "torch.nn.Sigmoid")
_EXP = ("torch.exp", ".exp")
_TOLERANCE = 1e-4


def see(session: Session) -> Iterator[Suspicion]:
    """Logarithms of what a softmax or sigmoid gave."""
    for site in session.calls:
        if site.function.rpartition(".")[2] not in ("log", "log2", "log10"):
            continue
        for call in site.calls:
            made_by = call.history[0] if call.history else ""
            if made_by in _STABLE:
                yield _suspicion(session, site, made_by)
                break
            if _is_softmax_by_hand(call):
                yield _suspicion(session, site, "SoftmaxBackward0", "exponentials divided by their sum")
                break


def _is_softmax_by_hand(call: Call) -> bool:
    """Whether the argument is a quotient of exponentials that adds up to 1 along an axis: a softmax, whoever wrote it.

    Only values tell that the divisor is the sum; those of the first axis count where all of its rows were kept.
    """
    given, shape = call.arguments.get(0, call.arguments.get("input")), call.shapes.get(0, call.shapes.get("input"))
    if call.history[:2] != ("DivBackward0", "ExpBackward0") or not isinstance(given, Tensor) or not given.dim():
        return False
    whole = [axis for axis in range(given.dim()) if shape is None or tuple(shape)[axis] == given.shape[axis]]
    exact = given.double()
    return any(
        given.shape[axis] > 1 and bool(((exact.sum(axis) - 1).abs() <= _TOLERANCE).all()) for axis in reversed(whole)
    )


def _suspicion(session: Session, site: CallSite, made_by: str, by_hand: str = "") -> Suspicion:
    infinite = session.error is not None or any(
        not bool(line.values[-1].isfinite().all()) for line in session.backwards if line.values
    )
    name = "softmax" if "Soft" in made_by else "sigmoid"
    return Suspicion(
        f"log of a {name} by hand is −∞ or no number as soon as a score is sure enough: exp is inf in float32 beyond "
        "88 and 0 below −104."
        if by_hand
        else f"log of a {name} is −∞ as soon as a score is sure enough: {name} rounds to 0 in float32 beyond "
        f"±{'104' if name == 'softmax' else '88'}.",
        seen=f"log's argument was made by {by_hand or made_by}" + ("; the loss ended in no number" if infinite else ""),
        fix=_STABLE[made_by],
        place=site.place,
        severity=Severity.ERROR if infinite else None,
        edits=_edits(session, site),
    )


def _edits(session: Session, site: CallSite) -> tuple[Edit, ...]:
    """log_softmax for both; a sigmoid is kept from 0 and 1, since its logarithm is taken of both sides."""
    source = session.source_of(site.place.file)
    for call in source.calls("torch.log", ".log") if source is not None else []:
        given = call.argument(0, "input") if call.name == "torch.log" else call.base
        if source is None or given is None or not call.node.lineno <= site.place.line <= (call.node.end_lineno or 0):
            continue
        made = source.value_of(given)
        divided = _divided_exponentials(source, made)
        if divided is not None and source.place(divided[0]).function == source.place(call.node).function:
            scores, axis = (source.segment(node) for node in divided)
            return edits_of(source, [(call.node, f"torch.log_softmax({scores}, dim={axis})")])
        soft = source.call(made) if isinstance(made, ast.Call) else None
        if soft is None or soft.name not in (*_SOFT[:-1], *_SIGMOID[:-1]):
            continue
        text = source.segment(soft.node)
        if soft.name in _SIGMOID:
            return edits_of(source, [(soft.node, f"{text}.clamp(1e-7, 1 - 1e-7)")])
        function = source.segment(soft.node.func)
        log_softmax = function[: -len("softmax")] + "log_softmax" + text[len(function) :]
        return edits_of(source, [(call.node, log_softmax)])
    return ()


def _divided_exponentials(source: Source, made: ast.expr | None) -> tuple[ast.expr, ast.expr] | None:
    """Scores and axis of ``exp(s) / exp(s).sum(dim=1)``; None for everything else."""
    if not isinstance(made, ast.BinOp) or not isinstance(made.op, ast.Div):
        return None
    scores = _exponent(source, made.left)
    below = source.value_of(made.right)
    total = source.call(below) if isinstance(below, ast.Call) else None
    if scores is None or total is None or total.name not in ("torch.sum", ".sum"):
        return None
    is_method = total.name == ".sum"
    summed = total.base if is_method else total.argument(0, "input")
    again = _exponent(source, summed) if summed is not None else None
    axis = total.argument(0 if is_method else 1, "dim") or total.keywords.get("axis")
    return (scores, axis) if axis is not None and again is not None and ast.dump(again) == ast.dump(scores) else None


def _exponent(source: Source, node: ast.expr) -> ast.expr | None:
    made = source.value_of(node)
    call = source.call(made) if isinstance(made, ast.Call) else None
    if call is None or call.name not in _EXP:
        return None
    return call.base if call.name == ".exp" else call.argument(0, "input")


def read(source: Source) -> Iterator[Suspicion]:
    """``torch.log(torch.softmax(x))`` and its like."""
    for call in source.calls("torch.log", ".log"):
        given = call.argument(0, "input") if call.name == "torch.log" else call.base
        made = source.value_of(given) if given is not None else None
        if _divided_exponentials(source, made) is not None:
            yield Suspicion(
                "log of exponentials divided by their sum is −∞ or no number as soon as a score is sure enough.",
                seen=source.segment(call.node),
                fix="torch.log_softmax(x, dim=1)",
                place=call.place,
            )
            continue
        last = source.last_step(given) if given is not None else None
        if last is None or last.name not in (*_SOFT, *_SIGMOID):
            continue
        name = "softmax" if last.name in _SOFT else "sigmoid"
        yield Suspicion(
            f"log of a {name} is −∞ as soon as a score is sure enough.",
            seen=source.segment(call.node),
            fix="F.log_softmax(x, dim=1)" if name == "softmax" else "F.logsigmoid(x)",
            place=call.place,
        )


RULE = Rule(
    code="L118",
    slug="unstable-log-softmax",
    severity=Severity.WARNING,
    stages="SP",
    summary="log(softmax(x)), log(sigmoid(x)) or log(0) by hand",
    causes=("T605", "T604", "T606", "T608", "T611", "D409", "D411"),
    page=Page(
        what="softmax of a score 104 below the largest is 0 in float32, and the logarithm of 0 is −∞. log_softmax "
        "works it out without the way over 0.",
        wrong="import torch\n\nscores = torch.tensor([[0.0, 200.0]])\nprint(torch.log(torch.softmax(scores, dim=1)))",
        right="import torch\n\nscores = torch.tensor([[0.0, 200.0]])\nprint(torch.log_softmax(scores, dim=1))",
        hurts="The loss is inf, then nan, in the middle of a run that went well.",
        detection="The autograd node that made log's argument is a softmax or sigmoid; or a quotient of exponentials "
        "whose values add up to 1 along an axis, which is a softmax by hand. An error where the loss ended in no "
        "number.",
        limits="Sums with a small number (log(p + 1e-8)) hide the node and are let pass; so is a sigmoid written with "
        "exp. The logarithm of a sum of exponentials is left alone: with scores of bounded size it does no harm.",
        sources=("PyTorch, documentation of log_softmax: faster and numerically stable",),
    ),
    see=see,
    read=read,
)
