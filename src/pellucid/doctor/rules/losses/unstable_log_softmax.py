"""L118: log(softmax(x)), log(sigmoid(x)) and log(0) by hand."""

import ast
from collections.abc import Iterator

from pellucid.doctor.facts import CallSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import edits_of
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_STABLE = {"SoftmaxBackward0": "F.log_softmax(x, dim=1)", "SigmoidBackward0": "F.logsigmoid(x)"}
_SOFT = ("torch.softmax", "torch.nn.functional.softmax", ".softmax", "torch.nn.Softmax")
_SIGMOID = ("torch.sigmoid", "torch.nn.functional.sigmoid", ".sigmoid", "torch.nn.Sigmoid")


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


def _suspicion(session: Session, site: CallSite, made_by: str) -> Suspicion:
    infinite = session.error is not None or any(
        not bool(line.values[-1].isfinite().all()) for line in session.backwards if line.values
    )
    name = "softmax" if "Soft" in made_by else "sigmoid"
    return Suspicion(
        f"log of a {name} is −∞ as soon as a score is sure enough: {name} rounds to 0 in float32 beyond "
        f"±{'104' if name == 'softmax' else '88'}.",
        seen=f"log's argument was made by {made_by}" + ("; the loss ended in no number" if infinite else ""),
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


def read(source: Source) -> Iterator[Suspicion]:
    """``torch.log(torch.softmax(x))`` and its like."""
    for call in source.calls("torch.log", ".log"):
        given = call.argument(0, "input") if call.name == "torch.log" else call.base
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
        detection="The autograd node that made log's argument is a softmax or sigmoid. An error where the loss ended "
        "in no number.",
        limits="Sums with a small number (log(p + 1e-8)) hide the node and are let pass.",
        sources=("PyTorch, documentation of log_softmax: faster and numerically stable",),
    ),
    see=see,
    read=read,
)
