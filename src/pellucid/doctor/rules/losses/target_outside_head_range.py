"""L109: targets that the last activation cannot reach."""

from collections.abc import Iterator

import torch

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.rules.losses.changes_of_losses import edits_of, with_last_activation
from pellucid.records import Severity

__all__ = ["RULE"]

_RANGES = {
    "SigmoidBackward0": ("sigmoid", 0.0, 1.0),
    "TanhBackward0": ("tanh", -1.0, 1.0),
    "ReluBackward0": ("relu", 0.0, float("inf")),
    "SoftmaxBackward0": ("softmax", 0.0, 1.0),
    "HardtanhBackward0": ("hardtanh", -1.0, 1.0),
    "SoftplusBackward0": ("softplus", 0.0, float("inf")),
}
_NOTHING = {"SqueezeBackward0", "SqueezeBackward1", "ViewBackward0", "UnsqueezeBackward0", "ReshapeAliasBackward0"}
_KINDS = {"mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "by_hand"}
_SHARE = 0.01


def see(session: Session) -> Iterator[Suspicion]:
    """Regression losses behind a bounded activation with more than 1 % of the targets outside its range."""
    for site in session.trained_losses():
        calls = [call for call in site.training if call.target is not None]
        output = calls[0].output if calls else None
        if site.kind not in _KINDS or output is None:
            continue
        made_by = next((name for name in calls[0].history if name not in _NOTHING), "")
        if made_by not in _RANGES or calls[0].output_shape[:1] != calls[0].target_shape[:1]:
            continue
        name, low, high = _RANGES[made_by]
        target = torch.cat([call.target.double().flatten() for call in calls if call.target is not None])
        outside = ((target < low) | (target > high)).double().mean()
        if float(outside) <= _SHARE:
            continue
        yield Suspicion(
            f"The network ends with {name}, which gives {_shown(low, high)}, and {float(outside):.0%} of the targets "
            "lie outside: it can never reach them.",
            seen=f"targets from {target.min():.4g} to {target.max():.4g}, outputs from {output.min():.3g} to "
            f"{output.max():.3g}",
            fix=f"Take the {name} at the end away, or scale the targets into its range and the predictions back.",
            place=site.place,
            evidence={"share_outside": float(outside), "lowest": float(target.min()), "highest": float(target.max())},
            edits=_edits(session, site, name),
        )


def _shown(low: float, high: float) -> str:
    return f"{low:g} to {high:g}" if high < float("inf") else "no negative numbers"


def _edits(session: Session, site: LossSite, name: str) -> tuple[Edit, ...]:
    """The last activation, taken away."""
    source = session.source_of(site.place.file)
    pair = with_last_activation(source, (name,)) if source is not None else None
    return edits_of(source, [pair]) if source is not None and pair is not None else ()


RULE = Rule(
    code="L109",
    slug="target-outside-head-range",
    severity=Severity.ERROR,
    stages="SP",
    summary="relu, tanh, sigmoid or softmax head cannot reach the targets",
    causes=("T603", "T608", "T602", "T601", "T611", "D402", "L117", "D415", "T607", "G207", "D409", "D411"),
    page=Page(
        what="A sigmoid gives numbers between 0 and 1, tanh between −1 and 1, relu none below 0. A network that ends "
        "with one of them cannot predict anything else, however long it trains.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Sequential(nn.Linear(1, 5), nn.Sigmoid())\n"
        "loss = nn.MSELoss()(model(torch.randn(8, 1)), 50 * torch.randn(8, 5))",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Linear(1, 5)\n"
        "loss = nn.MSELoss()(model(torch.randn(8, 1)), 50 * torch.randn(8, 5))",
        hurts="Predictions stick at the end of the range; Stack Overflow 48221692: loss 2311 against 122 without the "
        "sigmoid.",
        detection="The autograd node that made the output, and more than 1 % of the targets seen outside of its range.",
        limits="An output scaled after the activation is not the activation's and is let pass.",
        sources=("Stack Overflow 48221692, 33969059", "DeepDiagnosis (2022)"),
    ),
    see=see,
)
