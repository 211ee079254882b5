"""L106: KLDivLoss whose input holds no log-probabilities, or whose target is no distribution."""

from collections.abc import Iterator

import torch

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import (
    edits_of,
    loss_call,
    other_loss,
    with_argument,
    with_last_activation,
)
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_TOLERANCE = 1e-3
_LOSS = ("torch.nn.KLDivLoss", "torch.nn.functional.kl_div")
_PLAIN = (
    "torch.nn.Softmax",
    "torch.softmax",
    "torch.nn.functional.softmax",
    ".softmax",
    "torch.nn.Linear",
    "torch.nn.ReLU",
)


def see(session: Session) -> Iterator[Suspicion]:
    """Rows whose exponentials do not add up to 1 on the side of the input, rows that do not on that of the target."""
    for site in session.losses:
        if site.kind != "kl_div" or not site.training:
            continue
        call = site.training[0]
        if call.output is None or call.target is None or call.output.dim() < 1:
            continue
        sums = call.output.double().exp().sum(-1)
        target = call.target.double()
        aims = (target.exp() if site.options.get("log_target") else target).sum(-1)
        bad_input = bool(((sums - 1).abs() > _TOLERANCE).any())
        bad_target = bool(((aims - 1).abs() > _TOLERANCE).any()) or bool(
            (target < 0).any() and not site.options.get("log_target")
        )
        if bad_input or bad_target:
            yield _suspicion(session, site, sums, aims, bad_input=bad_input, bad_target=bad_target)


def _suspicion(
    session: Session, site: LossSite, sums: torch.Tensor, aims: torch.Tensor, *, bad_input: bool, bad_target: bool
) -> Suspicion:
    call = site.training[0]
    parts = []
    if bad_input:
        parts.append(f"exponentials of the input's rows add up to {sums.min():.3g} to {sums.max():.3g}")
    if bad_target:
        parts.append(f"the target's rows add up to {aims.min():.3g} to {aims.max():.3g}")
    is_class = call.target_shape[-1:] == (1,) or len(call.target_shape) == 1
    return Suspicion(
        "KLDivLoss compares log-probabilities with a distribution, and "
        + (
            "neither is given"
            if bad_input and bad_target
            else "its input is not one"
            if bad_input
            else "its target is none"
        )
        + ": the loss is unbounded or means nothing.",
        seen=f"input {list(call.output_shape)}, target {list(call.target_shape)}: " + "; ".join(parts),
        fix="criterion = nn.CrossEntropyLoss()  # the targets are classes"
        if is_class or bad_target
        else "criterion(F.log_softmax(scores, dim=1), target)",
        place=site.place,
        evidence={
            "input_sums": [float(sums.min()), float(sums.max())],
            "target_sums": [float(aims.min()), float(aims.max())],
        },
        edits=_edits(session, site, is_class=is_class, bad_target=bad_target),
    )


def _edits(session: Session, site: LossSite, *, is_class: bool, bad_target: bool) -> tuple[Edit, ...]:
    """BCE for one score and labels of 0 and 1, else logarithms of what is given."""
    call = site.training[0]
    made_by = call.history[0] if call.history else ""
    if not bad_target and not is_class and call.output is not None:
        text = "{}.clamp_min(1e-12).log()" if made_by == "SoftmaxBackward0" else "torch.log_softmax({}, dim=1)"
        return with_argument(session, site, 0, "input", text)
    found = loss_call(session, site)
    loss = other_loss(found, "kl_div", "binary_cross_entropy_with_logits")
    target = call.target
    if found is None or not loss or target is None or not is_class or not bool(((target >= 0) & (target <= 1)).all()):
        return ()
    activation = with_last_activation(found[0], ("relu", "softmax", "log_softmax"))
    return edits_of(found[0], [*loss, *([activation] if activation is not None else [])])


def read(source: Source) -> Iterator[Suspicion]:
    """Uses behind a softmax or a plain layer."""
    for use in source.uses(*_LOSS):
        given = use.call.argument(0, "input")
        last = source.last_step(given) if given is not None else None
        if last is not None and last.name in _PLAIN:
            yield Suspicion(
                "KLDivLoss expects log-probabilities as its input, and gets the output of "
                f"{last.name.rpartition('.')[2]}.",
                seen=f"the last step before it is {last.name}",
                fix="F.log_softmax(scores, dim=1)",
                place=use.call.place,
            )


RULE = Rule(
    code="L106",
    slug="kl-without-log-probabilities",
    severity=Severity.ERROR,
    stages="SP",
    summary="KLDivLoss input not log-probabilities, or target not a distribution, so the loss is unbounded or "
    "meaningless",
    causes=("G202", "D409", "T611", "L119", "L107", "T608", "T606", "T604", "L117", "T601", "D415", "G207", "D411"),
    page=Page(
        what="nn.KLDivLoss computes Σ target·(log target − input). That is a divergence only if the input is the "
        "logarithm of a distribution and the target a distribution.",
        wrong="import torch\nfrom torch.nn import functional as F\n\nscores, target = torch.randn(8, 3), "
        "torch.eye(3)[[0] * 8]\n"
        "loss = F.kl_div(F.softmax(scores, dim=1), target, reduction='batchmean')",
        right="import torch\nfrom torch.nn import functional as F\n\nscores, target = torch.randn(8, 3), "
        "torch.eye(3)[[0] * 8]\n"
        "loss = F.kl_div(F.log_softmax(scores, dim=1), target, reduction='batchmean')",
        hurts="With relu outputs on the Titanic table the loss went to −17352 while accuracy fell to 39.16 %.",
        detection="Proof: exponentials of the input's rows, and the rows of the target, add up to 1 within 0.001, or "
        "they do not.",
        limits="Distributions over another axis than the last are not known.",
        sources=("PyTorch, documentation of KLDivLoss",),
    ),
    see=see,
    read=read,
)
