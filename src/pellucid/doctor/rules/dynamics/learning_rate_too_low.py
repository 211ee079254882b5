"""T607: steps so small that nothing happens."""

import math
import statistics
from collections.abc import Iterator

from pellucid.doctor.facts import Session, StepSample
from pellucid.doctor.outcome import outcome_of
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_RATIO = 1e-5
_FEWEST_STEPS = 20
# The loss has fallen by less than this share over the whole run.
_FALLEN = 0.02


def see(session: Session) -> Iterator[Suspicion]:
    """Tiny steps together with a loss that has hardly fallen and is not at its end."""
    outcome = outcome_of(session)
    if session.updates < _FEWEST_STEPS or outcome.first is None or outcome.last is None or outcome.is_diverged:
        return
    if outcome.first <= 0 or outcome.last < (1 - _FALLEN) * outcome.first or outcome.first == outcome.last:
        return
    for optimizer in session.optimizers:
        ratios = [ratio for sample in optimizer.samples if (ratio := _ratio(sample)) is not None]
        if not ratios or not 0 < statistics.median(ratios) < _RATIO:
            continue
        ratio = statistics.median(ratios)
        rate = optimizer.rates[0][1] if optimizer.rates else math.nan
        yield Suspicion(
            f"The learning rate {rate:g} is too low: a step of {optimizer.kind} moves the weights by {ratio:.1e} of "
            f"their size, and after {session.updates} updates the loss has hardly moved.",
            seen=f"loss {outcome.first:.4g} at first, {outcome.last:.4g} in the end",
            fix=f"lr={_hundredfold(rate)}",
            place=optimizer.place or optimizer.step_place,
            evidence={"update_ratio": ratio, "lr": rate, "first_loss": outcome.first, "last_loss": outcome.last},
        )


def _ratio(sample: StepSample) -> float | None:
    moved = math.sqrt(sum(value**2 for value in sample.moved.values()))
    weight = math.sqrt(sum(value**2 for value in sample.weight.values()))
    return moved / weight if weight > 0 and math.isfinite(moved) else None


def _hundredfold(rate: float) -> str:
    return f"{rate * 100:g}"


RULE = Rule(
    code="T607",
    slug="learning-rate-too-low",
    severity=Severity.WARNING,
    stages="D",
    summary="update ratio < 1e-5 and loss not falling",
    causes=("T608", "D415", "T611", "D409", "D411"),
    page=Page(
        what="With steps of a hundred-thousandth of the weights' size, a network needs a hundred thousand of them to "
        "become another one.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 3)\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 3)\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.05)",
        hurts="Training ends where it began.",
        detection="In the median of the measured steps the weights move by less than 1e-5 of their norm, and the loss "
        "has fallen by less than 2 % over the run.",
        limits="Fine-tuning of a network that is already good is not told apart from this by its steps, but its loss "
        "is no better than at first then, too.",
        sources=("Karpathy (2019), A Recipe for Training Neural Networks",),
    ),
    see=see,
)
