"""G210: a schedule meant for epochs that is stepped for every batch."""

from collections.abc import Iterator

from pellucid.doctor.facts import OptimizerSeen, Place, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_FADED = 1e-2
# Of the steps that a schedule was made for: so few mean another unit, given that updates reach so many.
_HARDLY, _MOSTLY = 0.25, 0.8
# Schedules whose numbers people give in epochs, and which only ever fall.
_BY_EPOCH = {"StepLR", "MultiStepLR", "ExponentialLR"}


def see(session: Session) -> Iterator[Suspicion]:
    """Learning rates that fell below a hundredth early in the run under a schedule stepped with every update."""
    for optimizer in session.optimizers:
        for kind, place, steps, planned in optimizer.schedulers:
            if planned is not None and steps < _HARDLY * planned and optimizer.steps >= _MOSTLY * planned:
                yield _hardly_begun(optimizer, kind, place, steps, planned)
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


def _hardly_begun(optimizer: OptimizerSeen, kind: str, place: Place | None, steps: int, planned: int) -> Suspicion:
    return Suspicion(
        f"{kind} was made for {planned} steps and made {steps}, though there were {optimizer.steps} updates: it is "
        "stepped once an epoch where it counts batches, and the learning rate never gets through its course.",
        seen=f"{steps} steps of the schedule in {optimizer.steps} updates; it was made for {planned}",
        fix="scheduler.step()  # behind every optimizer.step()",
        place=place or optimizer.step_place,
        evidence={"planned": planned, "steps": steps, "updates": optimizer.steps},
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
        "fell below a hundredth of its first value in the first half of the run. Or a schedule that was made for "
        "a number of steps made less than a quarter of them, while the optimizer made at least 80 % of as many.",
        limits="A fast decay that is meant looks the same. Warm-up, cosine and one-cycle schedules are meant for "
        "batches as often as not, and are left alone.",
        sources=("ivadomed issue 55, pygoturn issue 16",),
    ),
    see=see,
)
