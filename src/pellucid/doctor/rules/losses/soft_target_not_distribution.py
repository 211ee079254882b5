"""L114: soft targets whose rows do not add up to 1."""

from collections.abc import Iterator

import torch
from torch import Tensor

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import with_argument
from pellucid.records import Severity

__all__ = ["RULE"]

_TOLERANCE, _SHARE = 1e-3, 0.01


def see(session: Session) -> Iterator[Suspicion]:
    """Cross-entropy on floating-point targets, row by row."""
    for site in session.trained_losses():
        if site.kind != "cross_entropy":
            continue
        targets = [
            call.target.double()
            for call in site.training
            if call.target is not None and call.target.is_floating_point() and call.target.dim() == 2
        ]
        if not targets:
            continue
        rows = torch.cat(targets)
        sums = rows.sum(1)
        wrong = (sums - 1).abs() > _TOLERANCE
        if float(wrong.double().mean()) <= _SHARE and not bool((rows < 0).any()):
            continue
        yield Suspicion(
            "Cross-entropy takes rows of numbers for distributions, and these do not add up to 1: rows with larger "
            "sums count for more.",
            seen=f"{int(wrong.sum())} of {len(rows)} target rows add up to something else, from {sums.min():.3g} to "
            f"{sums.max():.3g}",
            fix="target = target / target.sum(dim=1, keepdim=True)",
            place=site.place,
            evidence={"lowest": float(sums.min()), "highest": float(sums.max()), "rows": len(rows)},
            edits=_edits(session, site, rows),
        )


def _edits(session: Session, site: LossSite, rows: Tensor) -> tuple[Edit, ...]:
    """Rows divided by their sums; smoothing by hand that forgot to share out what it takes is put right itself."""
    values, sums = torch.unique(rows), rows.sum(1)
    if bool((rows < 0).any()) or bool((sums <= 0).any()):
        return ()
    low, classes = float(values[0]), rows.shape[1]
    if len(values) == 2 and low > 0 and abs(float(values[1]) - 1) < _TOLERANCE:
        return with_argument(session, site, 1, "target", f"{{}} - {low:g} + {low:g} / {classes}")
    return with_argument(session, site, 1, "target", "{0} / {0}.sum(dim=1, keepdim=True)")


RULE = Rule(
    code="L114",
    slug="soft-target-not-distribution",
    severity=Severity.ERROR,
    stages="P",
    summary="soft or one-hot target rows do not sum to 1",
    causes=("T608", "L117", "D415", "T606", "D409", "D411"),
    page=Page(
        what="With probabilities as targets, cross-entropy is −Σ target·log p. It is a cross-entropy only if each row "
        "adds up to 1.",
        wrong="import torch\nfrom torch import nn\n\ntarget = torch.rand(64, 3)\nloss = "
        "nn.CrossEntropyLoss()(torch.randn(64, 3), target)",
        right="import torch\nfrom torch import nn\n\ntarget = torch.rand(64, 3)\ntarget = target / target.sum(dim=1, "
        "keepdim=True)\n"
        "loss = nn.CrossEntropyLoss()(torch.randn(64, 3), target)",
        hurts="Rows are weighted by their sums, and a row of zeros is not learned at all.",
        detection="Proof: sums of the target's rows, within 0.001.",
        limits="Rows of 0 that are meant to be left out are flagged too.",
        sources=("PyTorch, documentation of CrossEntropyLoss: class probabilities",),
    ),
    see=see,
)
