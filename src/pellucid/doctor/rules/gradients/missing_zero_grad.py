"""G201: steps that use gradients which earlier steps have used already."""

from collections.abc import Iterator

from pellucid.doctor.facts import OptimizerSeen, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

# Of the steps that were looked at, and at least so many. Who zeroes once an epoch of two batches has half of them.
_SHARE, _FEWEST = 0.5, 3


def see(session: Session) -> Iterator[Suspicion]:
    """Optimizers most of whose steps met old gradients."""
    for optimizer in session.optimizers:
        if optimizer.checked < _FEWEST or optimizer.stale < _SHARE * optimizer.checked:
            continue
        always = optimizer.stale == optimizer.checked
        yield Suspicion(
            f"Nobody zeroes the gradients between {'' if always else 'most '}steps of {optimizer.kind}: "
            + (
                "every step uses the sum of all gradients since the beginning."
                if always
                else "a step uses the sum of all gradients since they were zeroed last."
            ),
            seen=f"old gradients were still there in {optimizer.stale} of {optimizer.checked} steps that were looked "
            f"at; {optimizer.zeroings} calls of zero_grad in {optimizer.steps} steps",
            fix="optimizer.zero_grad()  # before loss.backward(), in every step",
            place=optimizer.step_place,
            evidence={"stale": optimizer.stale, "checked": optimizer.checked, "steps": optimizer.steps},
            edits=_edits(session, optimizer),
        )


def _edits(session: Session, optimizer: OptimizerSeen) -> tuple[Edit, ...]:
    source = session.source_of(optimizer.step_place.file) if optimizer.step_place else None
    if source is None:
        return ()
    for loop in source.training_loops:
        step, backward = loop.named(".step"), loop.named(".backward")
        name = next((source.segment(each.call.base) for each in step if each.call.base is not None), None)
        direct = next((each.call for each in backward if each.through is None), None)
        if name and direct is not None:
            return (source.insert_before(source.statement(direct.node), f"{name}.zero_grad()"),)
    return ()


def read(source: Source) -> Iterator[Suspicion]:
    """Training loops whose rounds never zero anything."""
    if source.calls(".zero_grad") or "grad = None" in source.text or ".grad.zero_" in source.text:
        return
    for loop in source.training_loops:
        if not loop.named(".backward"):
            continue
        step = next((each.call for each in loop.named(".step")), None)
        if step is not None:
            yield Suspicion(
                "The loop works out gradients and steps, and nothing in the file zeroes them: they add up from step "
                "to step.",
                seen="no zero_grad, no grad = None in the file",
                fix="optimizer.zero_grad()  # before loss.backward()",
                place=step.place,
            )
            return


RULE = Rule(
    code="G201",
    slug="missing-zero-grad",
    severity=Severity.ERROR,
    stages="SD",
    summary="two optimiser steps with no zeroing in between",
    causes=("T606", "T604", "T605", "T608", "T601", "T602", "D415", "L119", "T611", "G209", "T609", "D409", "D411"),
    page=Page(
        what="backward() adds to the gradients that are there. Without zero_grad() each step uses the sum of all "
        "gradients so far, most of them of weights that are long gone.",
        wrong="for x, y in loader:\n    loss = criterion(model(x), y)\n    loss.backward()\n    optimizer.step()",
        right="for x, y in loader:\n    optimizer.zero_grad()\n    loss = criterion(model(x), y)\n    "
        "loss.backward()\n    optimizer.step()",
        hurts="It acts like momentum 1: the loss swings and often diverges.",
        detection="Proof: at a step the gradient tensors still hold what an earlier step had used (same tensor, "
        "written to by backward only). Accumulation over several backward passes before one step is not touched by "
        "this.",
        limits="Fewer than 3 steps are not judged.",
        sources=("PyTorch issue 47175: a warning for it, asked for since 2020", "Stack Overflow 60335387"),
    ),
    see=see,
    read=read,
)
