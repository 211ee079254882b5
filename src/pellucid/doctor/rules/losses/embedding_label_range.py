"""L122: embedding and ranking losses with labels other than −1 and +1."""

from collections.abc import Iterator

import torch

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import with_argument
from pellucid.records import Severity

__all__ = ["RULE"]

_KINDS = {"cosine_embedding_loss", "hinge_embedding_loss", "margin_ranking_loss", "soft_margin_loss"}


def see(session: Session) -> Iterator[Suspicion]:
    """Targets of these losses."""
    for site in session.trained_losses():
        targets = [call.target.double().flatten() for call in site.training if call.target is not None]
        if site.kind not in _KINDS or not targets:
            continue
        values = torch.unique(torch.cat(targets)).tolist()
        if set(values) <= {-1.0, 1.0}:
            continue
        shown = ", ".join(f"{value:g}" for value in values[:5])
        yield Suspicion(
            f"{site.kind} knows labels −1 and +1 only, and gets {shown}: rows with other labels add a constant or "
            "nothing.",
            seen=f"labels {shown}" + ("…" if len(values) > 5 else ""),
            fix="y = 2 * y - 1" if set(values) <= {0.0, 1.0} else "Labels of −1 and +1.",
            place=site.place,
            evidence={"labels": values[:20]},
            edits=_edits(session, site) if set(values) <= {0.0, 1.0} else (),
        )


def _edits(session: Session, site: LossSite) -> tuple[Edit, ...]:
    """0 and 1 as −1 and +1; these losses take the label last, behind one or two inputs."""
    position = 2 if site.kind in ("cosine_embedding_loss", "margin_ranking_loss") else 1
    return with_argument(session, site, position, "target", "2 * {} - 1")


RULE = Rule(
    code="L122",
    slug="embedding-label-range",
    severity=Severity.ERROR,
    stages="SP",
    summary="cosine/hinge embedding or ranking loss with labels other than −1/+1",
    causes=("T608", "T611", "D415", "L117", "D409", "D411"),
    page=Page(
        what="These losses pull together what is labelled +1 and push apart what is labelled −1. Any other label "
        "falls through both branches.",
        wrong="import torch\nfrom torch import nn\n\na, b, y = torch.randn(8, 4), torch.randn(8, 4), "
        "torch.randint(0, 2, (8,))\n"
        "loss = nn.CosineEmbeddingLoss()(a, b, y)",
        right="import torch\nfrom torch import nn\n\na, b, y = torch.randn(8, 4), torch.randn(8, 4), "
        "torch.randint(0, 2, (8,))\n"
        "loss = nn.CosineEmbeddingLoss()(a, b, 2 * y - 1)",
        hurts="Pairs that should be pushed apart are not.",
        detection="Proof: the labels that were given.",
        limits="None known.",
        sources=("PyTorch, documentation of CosineEmbeddingLoss and MarginRankingLoss",),
    ),
    see=see,
)
