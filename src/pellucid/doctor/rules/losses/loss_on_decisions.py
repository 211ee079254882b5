"""L121: a loss worked out on rounded, thresholded or argmax outputs."""

import ast
from collections.abc import Iterator

from pellucid.doctor.facts import BY_HAND, CallSite, LossSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import edits_of, loss_call
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_DECISIONS = {
    "round",
    "argmax",
    "sign",
    "__gt__",
    "__ge__",
    "__lt__",
    "__le__",
    "gt",
    "ge",
    "lt",
    "le",
    "where",
    "heaviside",
    "floor",
    "ceil",
}
_FLAT_NODES = ("RoundBackward0", "SignBackward0", "FloorBackward0", "CeilBackward0", "HeavisideBackward0")
_NOTHING = {"SqueezeBackward0", "SqueezeBackward1", "ViewBackward0", "UnsqueezeBackward0", "ReshapeAliasBackward0"}
_LOSSES = (
    "torch.nn.MSELoss",
    "torch.nn.L1Loss",
    "torch.nn.BCELoss",
    "torch.nn.BCEWithLogitsLoss",
    "torch.nn.CrossEntropyLoss",
    "torch.nn.functional.mse_loss",
    "torch.nn.functional.l1_loss",
    "torch.nn.functional.binary_cross_entropy",
)
_READ = ("torch.round", ".round", "torch.argmax", ".argmax", "torch.sign", ".sign")


def see(session: Session) -> Iterator[Suspicion]:
    """Inputs of losses that a flat function made, or that came from one and have lost their graph."""
    yield from _without_any_graph(session)
    for site in session.losses:
        call = next((each for each in site.calls if each.output is not None), None)
        if call is None or call.output is None:
            continue
        nearest = next((name for name in call.history if name not in _NOTHING), "")
        flat = nearest if nearest in _FLAT_NODES else ""
        lost = not call.history and _were_decided(session, call.output_shape) and _is_whole(call.output)
        # A program that makes no step at all works out a loss for what it says, and not to compare models by it.
        is_untrained = session.is_over and not session.backwards
        if not flat and not (lost and (session.error is not None or is_untrained or _is_trained(session, site))):
            continue
        yield Suspicion(
            "The loss is worked out on decisions, not on what they were made from: rounding and comparing have "
            "derivative 0, so no gradient comes back.",
            seen=f"the loss's input was made by {flat}"
            if flat
            else f"the loss's input {list(call.output_shape)} holds whole numbers and has no graph",
            fix="Give the loss the scores or probabilities, and round them for metrics only.",
            place=site.place,
            severity=Severity.WARNING if is_untrained and session.error is None else None,
            evidence={"made_by": flat},
            edits=_edits(session, site),
        )


def _without_any_graph(session: Session) -> Iterator[Suspicion]:
    """Backward passes from a number that no operation led to, after a decision on something with a graph."""
    for backward in session.backwards:
        if not backward.values or any(backward.nodes) or not backward.nodes:
            continue
        site = next((each for each in session.calls if _decides(each)), None)
        if site is None:
            continue
        name = site.function.rpartition(".")[2].strip("_")
        yield Suspicion(
            f"The loss is worked out on decisions: {name} has no derivative, and requires_grad_() on what came of it "
            "only hides that no gradient comes back.",
            seen=f"in {len(backward.values)} backward passes the loss had no operation before it; {name} was called on "
            "something that had",
            fix="Make the loss of the scores or probabilities, and decide for metrics only.",
            place=site.place,
            evidence={"made_by": name, "passes": len(backward.values)},
        )
        return


def _is_trained(session: Session, site: LossSite) -> bool:
    """Whether training uses it, also where requires_grad_() has hidden that no graph led to it."""
    others = any(each.trained and each.kind != BY_HAND for each in session.losses if each is not site)
    return site.trained or (not others and bool(session.backwards))


def _edits(session: Session, site: LossSite) -> tuple[Edit, ...]:
    """What was rounded in place of the rounding."""
    found = loss_call(session, site)
    given = found[1].call.argument(0, "input") if found is not None else None
    value = found[0].value_of(given) if found is not None and given is not None else None
    if found is None or given is None or not isinstance(value, ast.Call):
        return ()
    source, call = found[0], found[0].call(value)
    if call.name == ".float" and isinstance(call.base, ast.Compare):  # (probability > 0.5).float()
        return edits_of(source, [(value, source.segment(call.base.left))])
    if call.name not in ("torch.round", ".round"):
        return ()
    inner = call.base if call.name == ".round" else call.argument(0, "input")
    return edits_of(source, [(value, source.segment(inner))]) if inner is not None else ()


def _were_decided(session: Session, shape: tuple[int, ...]) -> bool:
    """Whether a decision of that shape was made from something with a graph."""
    return any(_decides(site, shape) for site in session.calls)


def _decides(site: CallSite, shape: tuple[int, ...] | None = None) -> bool:
    name = site.function.rpartition(".")[2]
    return name in _DECISIONS and any(
        call.history and call.phase.grad and shape in (None, call.result_shape) for call in site.calls
    )


def _is_whole(output: object) -> bool:
    from torch import Tensor

    return isinstance(output, Tensor) and bool((output == output.round()).all())


def read(source: Source) -> Iterator[Suspicion]:
    """Losses whose first argument ends with rounding or argmax."""
    for use in source.uses(*_LOSSES):
        given = use.call.argument(0, "input")
        last = source.last_step(given) if given is not None else None
        if last is not None and last.name in _READ and _is_passed_back(source, use.call.node):
            yield Suspicion(
                "The loss is worked out on decisions: rounding and argmax have no derivative, so no gradient comes "
                "back.",
                seen=source.segment(use.call.node),
                fix="Give the loss the scores, and decide for metrics only.",
                place=use.call.place,
            )


def _is_passed_back(source: Source, node: object) -> bool:
    return bool(source.calls(".backward"))


RULE = Rule(
    code="L121",
    slug="loss-on-decisions",
    severity=Severity.ERROR,
    stages="SP",
    summary="loss computed on rounded, thresholded or argmax output: no gradient",
    causes=("G204", "G202", "L117", "G207", "T608", "T611", "N507", "D415", "L110", "L109", "D409", "D411"),
    page=Page(
        what="round, argmax and comparisons jump: between the jumps their derivative is 0. A loss on top of them "
        "tells the network nothing about the way to go.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())\n"
        "loss = nn.MSELoss()(torch.round(model(torch.randn(8, 4))), torch.ones(8, "
        "1))\nloss.backward()\nprint(model[0].weight.grad)",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())\n"
        "loss = nn.MSELoss()(model(torch.randn(8, 4)), torch.ones(8, 1))\nloss.backward()\nprint(model[0].weight.grad)",
        hurts="Gradients are exactly 0, or backward() stops for want of a graph.",
        detection="The autograd node right before the loss is round, sign, floor or ceil; or the loss's input has no "
        "graph, holds whole numbers only, and a decision of that shape was made from something that had one; or "
        "backward() starts from a number that no operation led to, after such a decision.",
        limits="Straight-through estimators add the difference back and are not seen as flat.",
        sources=("A course's exercise, squared error of thresholded outputs: tests/exercises/ex06_one_pass_binary.py",),
    ),
    see=see,
    read=read,
)
