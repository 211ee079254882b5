"""D402: a regression target far from unit scale."""

from collections.abc import Iterator

import torch

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_KINDS = {"mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"}
_LARGE, _SMALL, _FEWEST_ROWS = 100.0, 1e-2, 16


def see(session: Session) -> Iterator[Suspicion]:
    """Targets of regression losses by their largest size and spread."""
    for site in session.trained_losses():
        targets = [call.target.double().flatten() for call in site.training if call.target is not None]
        if site.kind not in _KINDS or not targets:
            continue
        values = torch.cat(targets)
        if len(values) < _FEWEST_ROWS or not bool(torch.isfinite(values).all()):
            continue
        size, spread = float(values.abs().median()), float(values.std())
        largest = max(size, spread)
        if _SMALL <= largest <= _LARGE or spread == 0:
            continue
        yield Suspicion(
            f"Targets are about {largest:.3g} large, and an untrained network gives about 1: "
            + (
                "gradients are as large, and it takes long to get there."
                if largest > 1
                else "its first outputs drown them."
            ),
            seen=f"targets from {values.min():.4g} to {values.max():.4g}, spread {spread:.3g}",
            fix="y_scaled = (y - y_train.mean()) / y_train.std()  # and scale predictions back",
            place=site.place,
            evidence={"median_size": size, "spread": spread},
        )


RULE = Rule(
    code="D402",
    slug="unscaled-target",
    severity=Severity.WARNING,
    stages="SP",
    summary="regression target far from unit scale",
    causes=("T604", "T605", "T606", "T608", "L117", "D415", "T601", "T611", "T607", "T603", "D409", "D411"),
    page=Page(
        what="First weights make outputs of about 1. A target of 50,000 makes errors and gradients of that size; one "
        "of 0.001 is smaller than the noise of the first outputs.",
        wrong="import torch\nfrom torch import nn\n\nprice = 50_000 + 20_000 * torch.randn(64, 1)\n"
        "loss = nn.MSELoss()(nn.Linear(4, 1)(torch.randn(64, 4)), price)",
        right="import torch\nfrom torch import nn\n\nprice = 50_000 + 20_000 * torch.randn(64, 1)\n"
        "scaled = (price - price.mean()) / price.std()\nloss = nn.MSELoss()(nn.Linear(4, 1)(torch.randn(64, 4)), "
        "scaled)",
        hurts="Training diverges at usual learning rates, or spends its steps on the mean.",
        detection="Median size or spread of the targets seen above 100, or both below 0.01.",
        limits="Losses of one's own are not looked at.",
        sources=("LeCun et al. (1998), Efficient BackProp",),
    ),
    see=see,
)
