"""T606: steps so large that the loss jumps about or rises; momentum of 1 and more."""

import math
import statistics
from collections.abc import Iterator

from torch import Tensor

from pellucid.doctor.facts import OptimizerSeen, Session, StepSample
from pellucid.doctor.outcome import outcome_of
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

# Of the weights' norm, in one step; 0.001 is usual, and small networks with few weights move by some hundredths.
_RATIO = 0.1
_FEWEST_STEPS = 10


def see(session: Session) -> Iterator[Suspicion]:
    """Momentum without friction; large steps together with a loss that rose or ended no better than a constant."""
    for optimizer in session.optimizers:
        yield from _momentum(optimizer)
    if session.updates < _FEWEST_STEPS:
        return
    outcome = outcome_of(session)
    rose = outcome.first is not None and outcome.last is not None and outcome.last > 1.02 * abs(outcome.first)
    if not (outcome.is_bad or rose):
        return
    for optimizer in session.optimizers:
        ratios = [ratio for sample in optimizer.samples[1:] if (ratio := _ratio(sample)) is not None]
        early = [ratio for sample in optimizer.samples[:10] if (ratio := _ratio(sample)) is not None]
        if not ratios or max(statistics.median(ratios), statistics.median(early)) < _RATIO:
            continue
        ratio = max(statistics.median(ratios), statistics.median(early))
        rate = optimizer.rates[0][1] if optimizer.rates else math.nan
        yield Suspicion(
            f"The learning rate {rate:g} is too high: a step of {optimizer.kind} moves the weights by {ratio:.0%} of "
            "their size, and the loss does not fall.",
            seen=f"median update ratio {ratio:.2g} in {len(ratios)} measured steps (about 0.001 is usual); loss "
            f"{_shown(outcome.first)} at first, {_shown(outcome.last)} in the end",
            fix=f"lr={_tenth(rate)}",
            place=optimizer.place or optimizer.step_place,
            evidence={"update_ratio": ratio, "lr": rate, "first_loss": outcome.first, "last_loss": outcome.last},
        )


def _momentum(optimizer: OptimizerSeen) -> Iterator[Suspicion]:
    for group in optimizer.first:
        momentum = group.get("momentum", 0) or 0
        betas = group.get("betas") or (0,)
        largest = max(float(momentum), *(float(beta) for beta in betas)) if not isinstance(momentum, Tensor) else 0.0
        if largest >= 1:
            yield Suspicion(
                f"{optimizer.kind} has a momentum of {largest:g}: nothing of earlier gradients is ever forgotten, and "
                "steps grow without bound.",
                seen=f"momentum {momentum}, betas {tuple(betas)}",
                fix="momentum=0.9",
                place=optimizer.place or optimizer.step_place,
                evidence={"momentum": largest},
            )
            return


def _ratio(sample: StepSample) -> float | None:
    moved = math.sqrt(sum(value**2 for value in sample.moved.values()))
    weight = math.sqrt(sum(value**2 for value in sample.weight.values()))
    return moved / weight if weight > 0 and math.isfinite(moved) else (math.inf if weight > 0 else None)


def _tenth(rate: float) -> str:
    return f"{rate / 10:.0e}" if rate < 0.01 else f"{rate / 10:g}"


def _shown(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.4g}"


RULE = Rule(
    code="T606",
    slug="learning-rate-too-high",
    severity=Severity.ERROR,
    stages="D",
    summary="update ratio > 0.1, loss oscillates or rises; momentum ≥ 1",
    causes=("T604", "T605", "T601", "T602", "T608", "T611", "L119", "D409", "D411"),
    page=Page(
        what="A step that moves the weights by a tenth of their size and more jumps over what it should find. The "
        "loss swings, rises or ends in nan; rectified units die.",
        wrong="import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 3)\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=50.0)",
        right="import torch\nfrom torch import nn\n\nmodel = nn.Linear(4, 3)\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.5)",
        hurts="Training comes to nothing at a rate where a tenth of it would have learned everything.",
        detection="In the median of the measured steps the weights move by more than 10 % of their norm, and the loss "
        "rose, diverged or ended no better than a constant. Momentum (or a β) of 1 or more is a proof by itself.",
        limits="Where the loss falls all the same nothing is said.",
        sources=("Karpathy (2019), A Recipe for Training Neural Networks: update ratio of about 1e-3",),
    ),
    see=see,
)
