"""T608: after all its training, the network is no better than a constant. The master symptom."""

from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.outcome import outcome_of
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_FEWEST_STEPS = 100


def see(session: Session) -> Iterator[Suspicion]:
    """Runs whose loss in the end is that of the best constant, or worse."""
    if session.updates < _FEWEST_STEPS:
        return
    outcome = outcome_of(session)
    if not outcome.is_stuck or outcome.trivial is None or outcome.last is None or outcome.is_diverged:
        return
    site = next((each for each in session.trained_losses()), None)
    yield Suspicion(
        f"After {session.updates} updates the training loss is {outcome.last:.4g}; always predicting the same would "
        f"give {outcome.trivial:.4g}. The network has learned nothing from its inputs.",
        seen=f"loss {outcome.last:.4g} over the last tenth of the run, best constant {outcome.trivial:.4g}",
        fix="Look at the other findings first. Without any: overfit one batch of 16 rows, raise the learning rate, "
        "check that inputs and targets belong together.",
        place=site.place if site else None,
        step=session.updates,
        evidence={"last_loss": outcome.last, "constant_loss": outcome.trivial, "updates": session.updates},
    )


RULE = Rule(
    code="T608",
    slug="stuck-at-baseline",
    severity=Severity.WARNING,
    stages="D",
    summary="no better than predicting the mean or the majority: the master symptom",
    page=Page(
        what="A network that ends at the loss of the best constant (the entropy of the class shares, the variance of "
        "the targets) has not used its inputs.",
        wrong="import torch\nfrom torch import nn\n\nx, y = torch.randn(200, 4), torch.randint(0, 2, (200, "
        "1)).float()\n"
        "model = nn.Linear(4, 1)\nprint(nn.functional.binary_cross_entropy_with_logits(model(x), y))",
        right="import torch\nfrom torch import nn\n\nx = torch.randn(200, 4)\ny = (x[:, :1] > 0).float()\n"
        "model = nn.Linear(4, 1)\nprint(nn.functional.binary_cross_entropy_with_logits(model(x), y))",
        hurts="Whatever accuracy is reported is the share of the larger class.",
        detection="After 100 updates and more, the mean training loss of the last tenth is at least 98 % of the best "
        "constant's on the targets that were seen.",
        limits="Targets that really do not depend on the inputs give the same picture. Losses whose best constant is "
        "not known are not judged.",
        sources=("Karpathy (2019), A Recipe for Training Neural Networks: input-independent baseline",),
    ),
    see=see,
)
