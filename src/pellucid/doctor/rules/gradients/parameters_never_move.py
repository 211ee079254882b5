"""G207: step is never called, or steps change nothing."""

from collections.abc import Iterator

from pellucid.doctor.facts import OptimizerSeen, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_FEWEST_BACKWARDS, _FEWEST_STEPS = 5, 3


def see(session: Session) -> Iterator[Suspicion]:
    """Optimizers that never step though there are backward passes, and steps of length 0."""
    passes = sum(len(line.values) for line in session.backwards)
    for optimizer in session.optimizers:
        if optimizer.steps == 0:
            reached = any(line.reached & optimizer.held for line in session.backwards)
            moved = any(other.steps and other.held & optimizer.held for other in session.optimizers)
            if passes >= _FEWEST_BACKWARDS and reached and not moved and session.is_over and not _by_hand(session):
                yield Suspicion(
                    f"{optimizer.kind} never steps: {passes} backward passes work out gradients, and nobody uses them.",
                    seen=f"0 calls of step, {passes} of backward",
                    fix="optimizer.step()  # after loss.backward()",
                    place=optimizer.place,
                    evidence={"backward_passes": passes},
                )
            continue
        if len(optimizer.samples) < _FEWEST_STEPS or any(any(each.moved.values()) for each in optimizer.samples):
            continue
        why, fix = _reason(optimizer)
        yield Suspicion(
            f"{optimizer.steps} steps of {optimizer.kind} have moved no parameter: {why}.",
            seen=f"every parameter is what it was, bit for bit, in {len(optimizer.samples)} measured steps",
            fix=fix,
            place=optimizer.place or optimizer.step_place,
            evidence={"steps": optimizer.steps},
        )


def _reason(optimizer: OptimizerSeen) -> tuple[str, str]:
    if all(rate == 0 for _, rate in optimizer.rates):
        return "the learning rate is 0", "lr=1e-3"
    if all(not any(each.gradient.values()) for each in optimizer.samples):
        return "all gradients are None or exactly 0", "Look at what the loss is made of."
    return (
        "the steps are smaller than float32 can add to the weights",
        "A learning rate some orders of magnitude higher.",
    )


def _by_hand(session: Session) -> bool:
    """Whether the program updates parameters itself: p -= lr * p.grad."""
    return any(
        ".grad" in source.text and ("-=" in source.text or ".sub_(" in source.text) for source in session.sources
    )


def read(source: Source) -> Iterator[Suspicion]:
    """Files that make an optimizer and call backward in a loop, and never step."""
    made = source.calls("torch.optim.*")
    made = [call for call in made if "lr_scheduler" not in call.name and "swa_utils" not in call.name]
    if (
        made
        and source.calls(".backward")
        and not source.calls(".step")
        and ".grad" not in source.text.replace(".zero_grad", "")
    ):
        yield Suspicion(
            "An optimizer is made and backward() is called, but step() never is: nothing is trained.",
            seen=f"{source.segment(made[0].node)}, and no .step( in the file",
            fix="optimizer.step()  # after loss.backward()",
            place=made[0].place,
            severity=Severity.WARNING,
        )


RULE = Rule(
    code="G207",
    slug="parameters-never-move",
    severity=Severity.ERROR,
    stages="D",
    summary="step never called, learning rate 0, scaler skipping for ever",
    causes=("T608", "T611", "D415", "D409", "D411"),
    page=Page(
        what="backward() only works out gradients; optimizer.step() moves the parameters. Without it, or with a "
        "learning rate of 0, the network stays as it was drawn.",
        wrong="for x, y in loader:\n    optimizer.zero_grad()\n    criterion(model(x), y).backward()",
        right="for x, y in loader:\n    optimizer.zero_grad()\n    criterion(model(x), y).backward()\n    "
        "optimizer.step()",
        hurts="Accuracy stays at chance, and the loss does not change.",
        detection="Proof: no step in five and more backward passes that lead to the optimizer's parameters; or no "
        "parameter changed by a single bit in any measured step.",
        limits="Programs that update parameters by hand are left alone.",
        sources=("torcheck, TheDeepChecker: parameters that never move",),
    ),
    see=see,
    read=read,
)
