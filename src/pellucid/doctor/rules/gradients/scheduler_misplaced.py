"""G210: a schedule meant for epochs that is stepped for every batch."""

from collections.abc import Iterator

from pellucid.doctor.facts import OptimizerSeen, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_FADED = 1e-2
# Schedules whose numbers people give in epochs, and which only ever fall.
_BY_EPOCH = {"StepLR", "MultiStepLR", "ExponentialLR"}


def see(session: Session) -> Iterator[Suspicion]:
    """Learning rates that fell below a hundredth early in the run under a schedule stepped with every update."""
    for optimizer in session.optimizers:
        for kind, place, steps in optimizer.schedulers:
            if kind not in _BY_EPOCH or optimizer.steps < 50 or steps < 0.5 * optimizer.steps:
                continue
            faded = _faded(optimizer)
            if faded is None:
                continue
            first, last = optimizer.rates[0][1], optimizer.rates[-1][1]
            yield Suspicion(
                f"{kind} is stepped for every batch: the learning rate fell from {first:g} to a hundredth of it by "
                f"step {faded} of {optimizer.steps}, and nothing is learned after that.",
                seen=f"{steps} steps of the schedule in {optimizer.steps} updates; learning rate {last:.3g} in the end",
                fix="scheduler.step()  # once an epoch, behind the loop over batches",
                place=place or optimizer.step_place,
                evidence={"faded_at": faded, "updates": optimizer.steps, "first": first, "last": last},
            )


def _faded(optimizer: OptimizerSeen) -> int | None:
    """The first measured step with less than a hundredth of the first rate, if it lies in the first half."""
    if not optimizer.rates or optimizer.rates[0][1] <= 0:
        return None
    limit = _FADED * optimizer.rates[0][1]
    found = next((step for step, rate in optimizer.rates if rate < limit), None)
    return found if found is not None and found <= 0.5 * optimizer.steps else None


RULE = Rule(
    code="G210",
    slug="scheduler-misplaced",
    severity=Severity.ERROR,
    stages="SD",
    summary="stepped per batch when meant per epoch, or before the optimiser",
    causes=("T607", "T608", "D415", "T611", "T603", "D409", "D411"),
    page=Page(
        what="StepLR, MultiStepLR and ExponentialLR count their own steps. Stepped with every batch they run through "
        "in one epoch what was meant for many.",
        wrong="scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10)\nfor epoch in range(100):\n    "
        "for x, y in loader:\n"
        "        train_step(x, y)\n        scheduler.step()",
        right="scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10)\nfor epoch in range(100):\n    "
        "for x, y in loader:\n"
        "        train_step(x, y)\n    scheduler.step()",
        hurts="The learning rate is next to 0 after a few epochs, and the network stays where it was then.",
        detection="A schedule of these kinds made at least half as many steps as the optimizer, and the learning rate "
        "fell below a hundredth of its first value in the first half of the run.",
        limits="A fast decay that is meant looks the same. Warm-up, cosine and one-cycle schedules are meant for "
        "batches as often as not, and are left alone.",
        sources=("ivadomed issue 55, pygoturn issue 16",),
    ),
    see=see,
)
