"""L103: cross-entropy over one output, which is always 0."""

import ast
import math
from collections.abc import Iterator

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import (
    edits_of,
    last_made,
    loss_call,
    other_loss,
    with_last_activation,
)
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_KINDS = {
    "nll_loss",
    "kl_div",
    "by_hand",
    "binary_cross_entropy",
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
}
_AMOUNTS = {"mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"}
_SHAPES = (".shape", ".size(", "out_features", "num_classes", "n_classes")


def see(session: Session) -> Iterator[Suspicion]:
    """Losses over classes that get one score a row, and softmaxes over one number."""
    for site in session.losses:
        calls = site.training
        if not calls:
            continue
        call = calls[0]
        if site.kind == "cross_entropy" and len(call.output_shape) >= 2 and call.output_shape[1] == 1:
            yield _suspicion(
                session, site, "CrossEntropyLoss gets one score a row, so softmax is always 1 and the loss always 0."
            )
        elif site.kind in _KINDS and _is_softmax_over_one(session, site):
            yield _suspicion(
                session,
                site,
                "A softmax over one output is always 1 (its logarithm always 0), whatever the network computes.",
            )


def _is_softmax_over_one(session: Session, site: LossSite) -> bool:
    call = site.training[0]
    if not call.history or call.history[0] not in ("SoftmaxBackward0", "LogSoftmaxBackward0"):
        return False
    if len(call.output_shape) < 1 or call.output is None or call.output.numel() < 2:
        return False
    constant = 1.0 if call.history[0] == "SoftmaxBackward0" else 0.0
    return call.output_shape[-1] == 1 and bool((call.output == constant).all())


def _suspicion(session: Session, site: LossSite, message: str) -> Suspicion:
    call = site.training[0]
    values = [value for each in site.training if math.isfinite(value := float(each.value.mean()))]
    losses = (
        f"loss {min(values):g} to {max(values):g} in the first {len(values)} steps"
        if values
        else "the loss raised an error"
    )
    return Suspicion(
        message,
        seen=f"output {list(call.output_shape)}, target {list(call.target_shape)}; {losses}",
        fix="criterion = nn.BCEWithLogitsLoss()  # on output.squeeze(1) and target.float(), without an activation at "
        "the end",
        place=site.place,
        evidence={"output": list(call.output_shape), "losses": values},
        edits=_edits(session, site),
    )


def _edits(session: Session, site: LossSite) -> tuple[Edit, ...]:
    """A sigmoid for the softmax where the loss takes probabilities, else BCE on raw scores."""
    found = loss_call(session, site)
    call = site.training[0]
    if found is None or call.target is None:
        return ()
    source, use = found
    if site.kind == "binary_cross_entropy" or site.kind in _AMOUNTS:
        is_share = bool(((call.target >= 0) & (call.target <= 1)).all())
        pair = with_last_activation(source, ("softmax",), "sigmoid" if is_share else "")
        return edits_of(source, [pair]) if pair is not None else ()
    loss = other_loss(found, site.kind, "binary_cross_entropy_with_logits")
    target = use.call.argument(1, "target")
    if loss is None or target is None:
        return ()
    pairs = [*loss, (target, f"({source.segment(target)}).float().view(-1, 1)")]
    activation = with_last_activation(source, ("softmax", "log_softmax", "relu"))
    return edits_of(source, [*pairs, *([activation] if activation is not None else [])])


def read(source: Source) -> Iterator[Suspicion]:
    """Cross-entropy behind a layer that is written with one output."""
    for use in source.uses("torch.nn.CrossEntropyLoss", "torch.nn.functional.cross_entropy"):
        last = last_made(source, use)
        width = last.made.argument(1, "out_features") if last is not None and last.made is not None else None
        is_one = last is not None and last.name == "torch.nn.Linear" and source.number(width) == 1
        if is_one and not _depends_on_a_shape(source, use.call.node):
            yield Suspicion(
                "CrossEntropyLoss gets one score a row, so softmax is always 1 and the loss always 0.",
                seen="the last layer before it has 1 output",
                fix="criterion = nn.BCEWithLogitsLoss()  # on output.squeeze(1) and target.float()",
                place=use.call.place,
            )


def _depends_on_a_shape(source: Source, node: ast.AST) -> bool:
    """Whether it stands in a branch that asks how many outputs there are, and is not taken for one."""
    above: ast.AST | None = node
    while above is not None:
        above = source.parents.get(above)
        if isinstance(above, ast.If | ast.IfExp) and any(word in ast.unparse(above.test) for word in _SHAPES):
            return True
    return False


RULE = Rule(
    code="L103",
    slug="single-output-cross-entropy",
    severity=Severity.ERROR,
    stages="SP",
    summary="cross-entropy, softmax or log-softmax over one output: loss is constant 0 and no gradient flows",
    causes=(
        "G207",
        "T608",
        "L117",
        "T603",
        "E308",
        "D411",
        "L115",
        "G206",
        "L106",
        "L107",
        "L110",
        "T607",
        "L113",
        "L114",
        "L109",
        "G202",
        "D409",
        "T611",
        "D415",
        "T601",
        "L119",
    ),
    page=Page(
        what="Softmax divides each score by the sum of all. With one score that is 1, always; its logarithm is 0, and "
        "so are the loss and every gradient.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 1)\n"
        "loss = nn.CrossEntropyLoss()(model(torch.randn(8, 4)), torch.zeros(8, dtype=torch.long))\nprint(loss)",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 1)\n"
        "loss = nn.BCEWithLogitsLoss()(model(torch.randn(8, 4)).squeeze(1), torch.zeros(8))\nprint(loss)",
        hurts="Training does nothing, and a loss of 0.0000 looks perfect. On the Titanic table: accuracy 60.84 %, the "
        "share of the larger class.",
        detection="Proof: the class axis of the loss's input has length 1; or the input comes from a softmax over an "
        "axis of length 1.",
        limits="None known.",
        sources=("PyTorch forum and dcgp issue 86, yolov3 issue 191: loss stays 0 with one class",),
    ),
    see=see,
    read=read,
)
