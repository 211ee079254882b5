"""L105: NLLLoss given something that is not the logarithm of probabilities."""

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
_LOSS = ("torch.nn.NLLLoss", "torch.nn.functional.nll_loss")
_PLAIN = (
    "torch.nn.Linear",
    "torch.nn.Softmax",
    "torch.nn.ReLU",
    "torch.softmax",
    "torch.nn.functional.softmax",
    "torch.relu",
)


def see(session: Session) -> Iterator[Suspicion]:
    """Inputs of NLL whose exponentials do not add up to 1, row by row; also in a crash about the target."""
    for site in session.losses:
        if site.kind != "nll_loss" or not site.training:
            continue
        call = site.training[0]
        if call.output is None or call.output.dim() != 2:
            continue
        sums = call.output.double().exp().sum(1)
        made_by = call.history[0] if call.history else ""
        # Units that are all dead give 0, the logarithm of 1: a sum that is right by accident.
        if bool(((sums - 1).abs() < _TOLERANCE).all()) and made_by != "ReluBackward0":
            continue
        yield _suspicion(session, site, sums, made_by)


def _suspicion(session: Session, site: LossSite, sums: torch.Tensor, made_by: str) -> Suspicion:
    call = site.training[0]
    crash = f"; it stopped with: {str(session.error).splitlines()[0]}" if session.error is not None else ""
    one = len(call.output_shape) == 2 and call.output_shape[1] == 1
    return Suspicion(
        "NLLLoss only picks the target's entry and changes its sign; it expects log-probabilities, and these are "
        "none: the loss has no lower bound or no meaning.",
        seen=f"exponentials of output {list(call.output_shape)} add up to {sums.min():.3g} to {sums.max():.3g} a row, "
        "not to 1" + (f"; made by {made_by}" if made_by else "") + crash,
        fix="criterion = nn.BCEWithLogitsLoss()  # one output"
        if one
        else "criterion = nn.CrossEntropyLoss()  # on raw scores",
        place=site.place,
        evidence={"row_sums": [float(sums.min()), float(sums.max())], "made_by": made_by},
        edits=_edits(session, site, made_by, one=one),
    )


def _edits(session: Session, site: LossSite, made_by: str, *, one: bool) -> tuple[Edit, ...]:
    """Logarithms behind a softmax, BCE on the score of one output, else cross-entropy."""
    if made_by == "SoftmaxBackward0":
        return with_argument(session, site, 0, "input", "{}.clamp_min(1e-12).log()")
    found = loss_call(session, site)
    loss = other_loss(found, "nll_loss", "binary_cross_entropy_with_logits" if one else "cross_entropy")
    if found is None or not loss:
        return ()
    source, use = found
    activation = with_last_activation(source, ("relu",))
    pairs = [*loss, *([activation] if activation is not None else [])]
    target = use.call.argument(1, "target")
    if one and target is not None:
        pairs.append((target, f"({source.segment(target)}).float().view(-1, 1)"))
    return edits_of(source, pairs)


def read(source: Source) -> Iterator[Suspicion]:
    """Uses of NLL behind a layer that gives no logarithms."""
    for use in source.uses(*_LOSS):
        given = use.call.argument(0, "input")
        last = source.last_step(given) if given is not None else None
        if last is not None and last.name in _PLAIN:
            yield Suspicion(
                f"NLLLoss expects log-probabilities, and gets the output of {last.name.rpartition('.')[2]}.",
                seen=f"the last step before it is {last.name}",
                fix="nn.CrossEntropyLoss() on raw scores, or nn.LogSoftmax(dim=1) before nn.NLLLoss().",
                place=use.call.place,
            )


RULE = Rule(
    code="L105",
    slug="nll-without-log-probabilities",
    severity=Severity.ERROR,
    stages="SP",
    summary="NLLLoss fed something that is not log-probabilities (relu, softmax, raw)",
    causes=(
        "L119",
        "T605",
        "T606",
        "T604",
        "T608",
        "L117",
        "L113",
        "L101",
        "G207",
        "T601",
        "D415",
        "T611",
        "D409",
        "D411",
    ),
    page=Page(
        what="nn.NLLLoss does not compute a logarithm, whatever its name says: it returns minus the entry of the "
        "target's class. Only behind log-softmax is that the negative log-likelihood.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 3)\n"
        "loss = nn.NLLLoss()(model(torch.randn(8, 4)), torch.randint(0, 3, (8,)))",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 3)\n"
        "loss = nn.CrossEntropyLoss()(model(torch.randn(8, 4)), torch.randint(0, 3, (8,)))",
        hurts="The loss falls to minus infinity by making every score larger; behind a softmax it is the mean "
        "probability, whose gradient vanishes where the network is wrong.",
        detection="Proof: log-probabilities have exponentials that add up to 1 in every row; here they do not (within "
        "0.001).",
        limits="None known.",
        sources=("PyTorch, documentation of NLLLoss: the input is expected to contain log-probabilities",),
    ),
    see=see,
    read=read,
)
