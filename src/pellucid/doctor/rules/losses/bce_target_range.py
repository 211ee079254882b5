"""L112: targets of a binary loss outside of 0 to 1."""

from collections.abc import Iterator

import torch

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import with_argument
from pellucid.records import Severity

__all__ = ["RULE"]


def see(session: Session) -> Iterator[Suspicion]:
    """Binary losses with a target below 0 or above 1; PyTorch's own error about them."""
    for site in session.losses:
        targets = [call.target.double().flatten() for call in site.training if call.target is not None]
        if not site.kind.startswith("binary_cross_entropy") or not targets:
            continue
        values = torch.cat(targets)
        low, high = float(values.min()), float(values.max())
        if low >= 0 and high <= 1:
            continue
        distinct = [f"{each:g}" for each in torch.unique(values)[:6].tolist()]
        signs = set(torch.unique(values).tolist()) <= {-1.0, 1.0}
        yield Suspicion(
            f"BCE takes its targets for probabilities, and these reach from {low:g} to {high:g}: the loss has no "
            "lower bound.",
            seen=f"targets {', '.join(distinct)}" + ("…" if len(torch.unique(values)) > 6 else ""),
            fix="y = (y + 1) / 2"
            if signs
            else f"y = (y - {low:g}) / {high - low:g}"
            if len(distinct) == 2
            else "criterion = nn.CrossEntropyLoss()  # one output a class",
            place=site.place,
            evidence={"lowest": low, "highest": high},
            # Two values are two classes, whatever they are called; more may mean anything.
            edits=with_argument(session, site, 1, "target", f"({{}} - {low:g}) / {high - low:g}")
            if len(torch.unique(values)) == 2
            else (),
        )


RULE = Rule(
    code="L112",
    slug="bce-target-range",
    severity=Severity.ERROR,
    stages="SP",
    summary="BCE targets outside [0,1] (−1/+1, 1..K)",
    causes=("L119", "T606", "T604", "T605", "E308", "T608", "T602", "T601", "L117", "D409", "D411"),
    page=Page(
        what="Binary cross-entropy weighs log p by the target and log(1 − p) by 1 minus the target. With a target of "
        "−1 or 2 one of the two is rewarded without end.",
        wrong="import torch\nfrom torch import nn\n\ny = torch.randint(0, 2, (64, 1)).float() * 2 - 1\n"
        "loss = nn.BCEWithLogitsLoss()(torch.randn(64, 1), y)",
        right="import torch\nfrom torch import nn\n\ny = torch.randint(0, 2, (64, 1)).float()\n"
        "loss = nn.BCEWithLogitsLoss()(torch.randn(64, 1), y)",
        hurts="The loss falls to minus infinity while scores grow without bound.",
        detection="Proof: a target below 0 or above 1.",
        limits="None known. nn.BCELoss refuses such targets; nn.BCEWithLogitsLoss does not.",
        sources=("PyTorch, documentation of BCEWithLogitsLoss: targets are numbers between 0 and 1",),
    ),
    see=see,
)
