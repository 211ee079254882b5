"""E308: 0.5 applied to scores that are no probabilities."""

import ast
from collections.abc import Iterator

from torch import Tensor

from pellucid.doctor.facts import Call, CallSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_COMPARISONS = {"__gt__", "__ge__", "__lt__", "__le__", "gt", "ge", "lt", "le"}
_ROUNDS = {"round"}
_LOGITS = {"binary_cross_entropy_with_logits"}
# Losses that expect log-probabilities or make probabilities themselves: what they are given is none.
_LOGARITHMS = {"cross_entropy", "nll_loss", "kl_div"}


def see(session: Session) -> Iterator[Suspicion]:
    """Comparisons of a model's outputs with 0.5 where the loss takes them for scores, and argmax over one output."""
    kinds = {site.kind for site in session.trained_losses()}
    for site in session.calls:
        if site.layer is not None:
            continue
        name = site.function.rpartition(".")[2]
        for call in site.calls:
            value = call.arguments.get(0, call.arguments.get("input"))
            if isinstance(value, Tensor) and name in _COMPARISONS and "nll_loss" in kinds:
                border = call.arguments.get(1, call.arguments.get("other"))
                if border == 0.5 and call.of_output and len(value) > 1 and bool((value <= 0).all()):
                    yield _logarithms(site, value)
                    break
            if not isinstance(value, Tensor) or not _is_output(session, call):
                continue
            if name == "argmax" and (call.result_shape or ()) != () and _is_over_one(call):
                yield _over_one(site, call)
                break
            border = call.arguments.get(1, call.arguments.get("other"))
            half = name in _COMPARISONS and isinstance(border, float) and border == 0.5
            outside = value.is_floating_point() and bool(((value < 0) | (value > 1)).any())
            if (half or name in _ROUNDS) and outside and kinds & _LOGITS:
                yield _half(session, site, value, name)
                break
            if half and outside and kinds & _LOGARITHMS and _is_one_a_row(value):
                yield _no_probability(site, value, *sorted(kinds & _LOGARITHMS))
                break


def _logarithms(site: CallSite, value: Tensor) -> Suspicion:
    return Suspicion(
        "Log-probabilities are compared with 0.5 as if they were probabilities: they are never above 0, so that the "
        "answer is the same for every row.",
        seen=f"values from {float(value.min()):.3g} to {float(value.max()):.3g}",
        fix="output.argmax(1), or output.exp() > 0.5",
        place=site.place,
        evidence={"lowest": float(value.min()), "highest": float(value.max())},
    )


def _is_output(session: Session, call: Call) -> bool:
    """Whether it has the shape of what a model gives: the same but for the rows, and perhaps squeezed."""
    shape = call.shapes.get(0, call.shapes.get("input"))
    if shape is None:
        return False
    outputs = {each.output_shape[1:] for site in session.losses for each in site.calls}
    return shape[1:] in outputs or (len(shape) == 1 and (1,) in outputs) or (shape[1:] == (1,) and () in outputs)


def _is_one_a_row(value: Tensor) -> bool:
    return value.dim() == 1 or (value.dim() == 2 and value.shape[1] == 1)


def _is_over_one(call: Call) -> bool:
    shape = call.shapes.get(0, call.shapes.get("input"))
    axis = call.arguments.get(1, call.arguments.get("dim"))
    return shape is not None and len(shape) == 2 and shape[1] == 1 and axis in (1, -1)


def _over_one(site: CallSite, call: Call) -> Suspicion:
    return Suspicion(
        "argmax over one output is 0 for every row.",
        seen=f"input {list(call.shapes.get(0, ()))}",
        fix="(output.squeeze(1) > 0).long()",
        place=site.place,
    )


def _half(session: Session, site: CallSite, value: Tensor, name: str) -> Suspicion:
    between = float(((value > 0) & (value < 0.5)).double().mean())
    return Suspicion(
        "Scores are compared with 0.5 as if they were probabilities; for scores (logits) the border is 0."
        if name not in _ROUNDS
        else "Scores are rounded as if they were probabilities: they are 0 and 1 between −0.5 and 1.5 only.",
        seen=f"values from {float(value.min()):.3g} to {float(value.max()):.3g}; {between:.0%} of them lie between 0 "
        "and 0.5",
        fix="(logits > 0)  # or torch.sigmoid(logits) > 0.5",
        place=site.place,
        evidence={"lowest": float(value.min()), "highest": float(value.max()), "share_between": between},
        edits=_edits(session, site),
    )


def _no_probability(site: CallSite, value: Tensor, *losses: str) -> Suspicion:
    return Suspicion(
        f"Outputs are compared with 0.5 as if they were probabilities, but {losses[0]} does not make them any.",
        seen=f"values from {float(value.min()):.3g} to {float(value.max()):.3g}",
        fix="torch.sigmoid(output) > 0.5  # of a network of one output that nn.BCEWithLogitsLoss has trained",
        place=site.place,
        evidence={"lowest": float(value.min()), "highest": float(value.max())},
    )


def _edits(session: Session, site: CallSite) -> tuple[Edit, ...]:
    source = session.source_of(site.place.file)
    if source is None:
        return ()
    for node in ast.walk(source.tree):
        here = isinstance(node, ast.Compare) and node.lineno <= site.place.line <= (node.end_lineno or 0)
        if here and isinstance(node, ast.Compare) and source.number(node.comparators[0]) == 0.5:
            return (source.replace(node.comparators[0], "0"),)
    return ()


RULE = Rule(
    code="E308",
    slug="wrong-decision-threshold",
    severity=Severity.WARNING,
    stages="SD",
    summary="0.5 applied to logits, log-probabilities or relu outputs; argmax on one output",
    page=Page(
        what="A network trained by BCE with logits gives scores from −∞ to ∞. A probability of one half is a score of "
        "0. Compared with 0.5, rows with probabilities of 0.50 to 0.62 are called 0.",
        wrong="logits = model(x)\npredictions = (logits > 0.5)",
        right="logits = model(x)\npredictions = (logits > 0)",
        hurts="Accuracy and recall are lower than those of the network.",
        detection="Outputs of a network trained by BCE with logits, some outside of 0 to 1, compared with 0.5 or "
        "rounded; the one output of a network trained by cross-entropy, NLL or KL divergence, compared with 0.5; "
        "argmax along an axis of length 1.",
        limits="Thresholds in NumPy are not seen.",
        sources=("TheDeepChecker, IPS_12: threshold on logits",),
    ),
    see=see,
)
