"""L104: BCELoss given values outside of 0 to 1, or raw scores."""

from collections.abc import Iterator

from torch import Tensor

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import edits_of, last_made, with_last_activation
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_PROBABLE = {"SigmoidBackward0", "SoftmaxBackward0", "HardsigmoidBackward0", "ExpBackward0"}
_CUT = {"ClampBackward1", "ClampMinBackward0", "ClampMaxBackward0", "HardtanhBackward0"}
_RAW = {"AddmmBackward0", "MmBackward0", "AddBackward0", "ReluBackward0", "TanhBackward0", "LeakyReluBackward0"}
_COUNTER = {"RsubBackward0", "RsubBackward1", "SubBackward0"}
_BELOW = 0.05
_NOTHING = {"SqueezeBackward0", "SqueezeBackward1", "ViewBackward0", "UnsqueezeBackward0", "ReshapeAliasBackward0"}


def see(session: Session) -> Iterator[Suspicion]:
    """Inputs of BCE that no sigmoid made; and the crash that PyTorch answers them with."""
    for site in session.losses:
        if site.kind != "binary_cross_entropy" or not site.training:
            continue
        call = site.training[0]
        made_by = next((name for name in call.history if name not in _NOTHING and name not in _CUT), "")
        is_cut = any(name in _CUT for name in call.history[: call.history.index(made_by)]) if made_by else False
        outside = call.output is not None and bool(((call.output < 0) | (call.output > 1)).any())
        if outside or made_by in _RAW:
            if is_cut and not outside:
                yield _cut(session, site, made_by)
                return
            yield _suspicion(session, site, made_by, outside=outside)
            return
    yield from _by_hand(session)
    if session.error is not None and "between 0 and 1" in str(session.error) and "input" in str(session.error):
        yield Suspicion(
            "BCELoss got values outside of 0 to 1: it expects probabilities, and the network gives raw scores.",
            seen=str(session.error).splitlines()[0],
            fix="criterion = nn.BCEWithLogitsLoss()",
            place=next((site.place for site in session.losses if site.kind == "binary_cross_entropy"), None),
            edits=_edits(session),
        )


def _by_hand(session: Session) -> Iterator[Suspicion]:
    """Logarithms of p and of 1 − p, where p is a raw score that was only cut off."""
    logs = [
        (site, [name for name in call.history if name not in _NOTHING])
        for site in session.calls
        if site.function.rpartition(".")[2] == "log"
        for call in site.calls
        if call.phase.grad
    ]
    counter = any(len(way) > 2 and way[0] in _COUNTER and way[1] in _CUT and way[2] in _RAW for _, way in logs)
    if not counter:
        yield from _cut_by_hand(session, [way for _, way in logs])
    for site, way in logs if counter else []:
        if len(way) > 1 and way[0] in _CUT and way[1] in _RAW:
            yield Suspicion(
                "A likelihood by hand takes the logarithm of raw scores that were only cut off at 0 and 1: what lies "
                "beyond gets no gradient, and what is left is no probability.",
                seen=f"log of what {way[1]} made, then clamp; log of 1 minus the same",
                fix="torch.sigmoid(scores) first; or nn.BCEWithLogitsLoss() on the scores.",
                place=site.place,
                layer=site.layer,
                evidence={"made_by": way[1]},
            )
            return


def _cut_by_hand(session: Session, ways: list[list[str]]) -> Iterator[Suspicion]:
    """The same where each logarithm cuts for itself, and what is cut lies below 0 in good part."""
    cut = [[name for name in way if name not in _CUT] for way in ways if any(name in _CUT for name in way[:2])]
    if not any(way[0] in _COUNTER for way in cut if way) or not any(way[0] not in _COUNTER for way in cut if way):
        return
    for site in session.calls:
        if site.function.rpartition(".")[2] not in ("clamp", "clamp_min", "clip"):
            continue
        for call in site.calls:
            value = call.arguments.get(0, call.arguments.get("input"))
            if call.phase.grad and isinstance(value, Tensor) and call.history and call.history[0] not in _COUNTER:
                below = float((value < 0).double().mean())
                if below < _BELOW or call.history[0] in _PROBABLE:
                    continue
                yield Suspicion(
                    "A likelihood by hand takes the logarithm of raw scores that were only cut off: what lies beyond "
                    "gets no gradient, and what is left is no probability.",
                    seen=f"{below:.0%} of what is cut off lie below 0; made by {call.history[0]}",
                    fix="torch.sigmoid(scores) first; or nn.BCEWithLogitsLoss() on the scores.",
                    place=site.place,
                    layer=site.layer,
                    evidence={"below_0": below, "made_by": call.history[0]},
                )
                return


def _suspicion(session: Session, site: LossSite, made_by: str, *, outside: bool) -> Suspicion:
    call = site.training[0]
    assert call.output is not None
    low, high = float(call.output.min()), float(call.output.max())
    how = "some lie outside of 0 to 1" if outside else "nothing keeps them between 0 and 1"
    return Suspicion(
        f"BCELoss expects probabilities and gets raw scores: {how}.",
        seen=f"output {list(call.output_shape)} from {low:.3g} to {high:.3g}"
        + (f", made by {made_by}" if made_by else ""),
        fix="criterion = nn.BCEWithLogitsLoss()  # or a sigmoid at the end of the model",
        place=site.place,
        evidence={"lowest": low, "highest": high, "made_by": made_by},
        edits=_edits(session),
    )


def _cut(session: Session, site: LossSite, made_by: str) -> Suspicion:
    call = site.training[0]
    assert call.output is not None
    flat = float(((call.output <= 0) | (call.output >= 1)).double().mean())
    return Suspicion(
        "Raw scores are cut off at 0 and 1 so that BCELoss accepts them: what lies beyond gets no gradient, and what "
        "is left is no probability.",
        seen=f"{flat:.0%} of output {list(call.output_shape)} lie at the ends; made by {made_by}, then clamp",
        fix="torch.sigmoid(scores) in place of clamp; or the raw scores with nn.BCEWithLogitsLoss().",
        place=site.place,
        evidence={"share_at_the_ends": flat, "made_by": made_by},
        edits=_sigmoid_for_clamp(session, site),
    )


def _sigmoid_for_clamp(session: Session, site: LossSite) -> tuple[Edit, ...]:
    source = session.source_of(site.place.file)
    pair = with_last_activation(source, ("clamp",), "sigmoid") if source is not None else None
    return edits_of(source, [pair]) if source is not None and pair is not None else ()


def _edits(session: Session) -> tuple[Edit, ...]:
    for source in session.sources:
        calls = source.calls("torch.nn.BCELoss")
        if len(calls) == 1:
            return (
                source.replace(calls[0].node, source.segment(calls[0].node).replace("BCELoss", "BCEWithLogitsLoss")),
            )
        functions = source.calls("torch.nn.functional.binary_cross_entropy")
        if len(functions) == 1:
            text = source.segment(functions[0].node)
            return (
                source.replace(
                    functions[0].node, text.replace("binary_cross_entropy", "binary_cross_entropy_with_logits")
                ),
            )
    return ()


def read(source: Source) -> Iterator[Suspicion]:
    """BCELoss right behind a linear layer."""
    for use in source.uses("torch.nn.BCELoss", "torch.nn.functional.binary_cross_entropy"):
        last = last_made(source, use)
        if last is not None and last.name == "torch.nn.Linear":
            yield Suspicion(
                "BCELoss expects probabilities and gets the raw scores of a linear layer.",
                seen="the last step before it is torch.nn.Linear",
                fix="criterion = nn.BCEWithLogitsLoss()  # or a sigmoid at the end of the model",
                place=use.call.place,
            )


RULE = Rule(
    code="L104",
    slug="logits-into-probability-loss",
    severity=Severity.ERROR,
    stages="P",
    summary="BCELoss fed values outside [0,1] or raw logits",
    causes=("T605", "T608", "E308", "T601", "L109", "L117", "D409", "D411"),
    page=Page(
        what="nn.BCELoss takes the logarithm of its input and of 1 minus it, so the input has to be a probability.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Sequential(nn.Linear(4, 1), nn.ReLU())\n"
        "loss = nn.BCELoss()(model(torch.randn(8, 4)).clamp(max=1), torch.ones(8, 1))",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 1)\n"
        "loss = nn.BCEWithLogitsLoss()(model(torch.randn(8, 4)), torch.ones(8, 1))",
        hurts="PyTorch stops with an error as soon as a value leaves 0 to 1; until then logarithms are cut off at "
        "−100 and gradients of cut-off values are wrong.",
        detection="Values outside of 0 to 1, or an input made by a linear layer, relu or tanh; by hand, logarithms of "
        "p and of 1 − p, where p was made like that and cut off.",
        limits="Products and other functions of probabilities are let pass.",
        sources=("PyTorch, documentation of BCELoss",),
    ),
    see=see,
    read=read,
)
