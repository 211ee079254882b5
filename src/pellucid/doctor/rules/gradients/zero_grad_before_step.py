"""G202: gradients zeroed between backward and step."""

import ast
from collections.abc import Iterator

from pellucid.doctor.facts import OptimizerSeen, Session
from pellucid.doctor.rule import Edit, Page, Rule, Suspicion
from pellucid.doctor.source import LoopCall, Source, TrainingLoop
from pellucid.records import Severity

__all__ = ["RULE"]

_SHARE, _FEWEST = 0.9, 3


def see(session: Session) -> Iterator[Suspicion]:
    """Optimizers that zero and step, and find no gradient at nearly every step."""
    for optimizer in session.optimizers:
        if optimizer.steps < _FEWEST or optimizer.empty < _SHARE * optimizer.steps or not optimizer.zeroings:
            continue
        if not session.backwards or not any(line.reached & optimizer.held for line in session.backwards):
            continue
        if _is_in_order(session, optimizer):
            continue
        yield Suspicion(
            f"Gradients are zeroed between backward() and step(): {optimizer.kind} has nothing to step along, and no "
            "parameter moves.",
            seen=f"all gradients were None or 0 in {optimizer.empty} of {optimizer.steps} steps, though the loss "
            "leads to the parameters",
            fix="optimizer.zero_grad()  # before loss.backward(), or after optimizer.step()",
            place=optimizer.zero_places[0] if optimizer.zero_places else optimizer.step_place,
            evidence={"empty": optimizer.empty, "steps": optimizer.steps},
            edits=_edits(session, optimizer),
        )


def _is_in_order(session: Session, optimizer: OptimizerSeen) -> bool:
    """Whether the source shows all three calls in their places: gradients are 0 for another reason then."""
    source = session.source_of(optimizer.step_place.file) if optimizer.step_place else None
    loops = source.training_loops if source is not None else []
    whole = [loop for loop in loops if all(loop.named(name) for name in (".backward", ".zero_grad", ".step"))]
    return bool(whole) and not any(_misplaced(loop) for loop in whole)


def _misplaced(loop: TrainingLoop) -> tuple[LoopCall, LoopCall] | None:
    """The zeroing that stands between a backward pass and a step of one round, and that backward pass."""
    calls = [
        each for each in loop.calls if each.call.name in (".backward", ".zero_grad", ".step") and each.through is None
    ]
    for before, between, behind in zip(calls, calls[1:], calls[2:], strict=False):
        if (before.call.name, between.call.name, behind.call.name) == (".backward", ".zero_grad", ".step"):
            return between, before
    return None


def _edits(session: Session, optimizer: OptimizerSeen) -> tuple[Edit, ...]:
    source = session.source_of(optimizer.step_place.file) if optimizer.step_place else None
    for loop in source.training_loops if source else ():
        found = _misplaced(loop)
        if found is not None and source is not None:
            zeroing, backward = (source.statement(each.call.node) for each in found)
            return (source.delete(zeroing), source.insert_before(backward, source.segment(zeroing)))
    return ()


def _wiped(loop: TrainingLoop, source: Source) -> LoopCall | None:
    """Zeroing in every round of a loop that steps only in some: what the others have gathered is thrown away."""
    calls = [each for each in loop.calls if each.through is None]
    steps = [each for each in calls if each.call.name == ".step"]
    zeroings = [each for each in calls if each.call.name == ".zero_grad" and not each.is_conditional]
    backwards = [each for each in calls if each.call.name == ".backward" and not each.is_conditional]
    guards = [source.parents.get(source.statement(each.call.node)) for each in steps if each.is_conditional]
    by_count = any(isinstance(each, ast.If) and "%" in ast.unparse(each.test) for each in guards)
    if not by_count or len(guards) < len(steps) or not zeroings or not backwards:
        return None
    inside = [each for each in zeroings if source.parents.get(source.statement(each.call.node)) is loop.node]
    return inside[0] if inside else None


def read(source: Source) -> Iterator[Suspicion]:
    """zero_grad between backward and step in one round of a loop, on the same optimizer or model."""
    for loop in source.training_loops:
        wiped = _wiped(loop, source)
        if wiped is not None:
            yield Suspicion(
                "Gradients are zeroed in every round of a loop that steps only in some: what the other batches have "
                "added is thrown away, and each step goes along one batch alone.",
                seen="zero_grad and backward in every round, step behind a condition",
                fix="optimizer.zero_grad()  # only behind optimizer.step()",
                place=wiped.call.place,
                edits=(source.delete(source.statement(wiped.call.node)),),
            )
            continue
        found = _misplaced(loop)
        stepping = {source.segment(each.call.base) for each in loop.named(".step") if each.call.base is not None}
        if found is None or len([each for each in loop.calls if each.call.name == ".backward"]) > 1:
            continue
        base = found[0].call.base
        if base is not None and (source.segment(base) in stepping or len(stepping) == 1):
            yield Suspicion(
                "Gradients are zeroed between backward() and step(): the step has nothing to go along.",
                seen="backward, zero_grad and step follow one another in the loop",
                fix="optimizer.zero_grad()  # before loss.backward()",
                place=found[0].call.place,
            )


RULE = Rule(
    code="G202",
    slug="zero-grad-before-step",
    severity=Severity.ERROR,
    stages="SD",
    summary="gradients zeroed between backward and step",
    causes=("G207", "T608", "T607", "D415", "T611", "G204", "D409", "D411"),
    page=Page(
        what="backward() fills the gradients and step() uses them. Zeroed in between, they are gone when they are "
        "needed.",
        wrong="loss.backward()\noptimizer.zero_grad()\noptimizer.step()",
        right="optimizer.zero_grad()\nloss.backward()\noptimizer.step()",
        hurts="No parameter ever moves.",
        detection="Proof: nearly every step found all gradients None or exactly 0 although the loss's graph leads to "
        "the optimizer's parameters, and they were zeroed.",
        limits="Fewer than 3 steps are not judged.",
        sources=("TrainCheck (2025)",),
    ),
    see=see,
    read=read,
)
