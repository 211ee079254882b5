"""G203: several backward passes to a step whose losses are not divided."""

import ast
from collections.abc import Iterator

from pellucid.doctor.facts import BY_HAND, Place, Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_SHARE = 0.8


def see(session: Session) -> Iterator[Suspicion]:
    """Steps behind k > 1 backward passes from one line, whose values are as large as the loss itself."""
    for optimizer in session.optimizers:
        steps = sum(optimizer.backwards.values())
        if steps < 3:
            continue
        passes, often = optimizer.backwards.most_common(1)[0]
        if passes < 2 or often < _SHARE * steps or optimizer.stale > 0.5 * max(1, optimizer.checked):
            continue
        undivided = _undivided(session)
        if undivided is None or len(session.optimizers) > 1:
            continue
        place, loss, value = undivided
        yield Suspicion(
            f"Gradients of {passes} backward passes are added up for every step, and the loss is not divided by "
            f"{passes}: steps are {passes} times as large as those of one batch of the same rows.",
            seen=f"{often} of {steps} steps followed {passes} backward passes; the loss {loss:.4g} is passed back as "
            f"{value:.4g}",
            fix=f"(loss / {passes}).backward()",
            place=place,
            evidence={"passes": passes, "steps": steps},
        )


def _undivided(session: Session) -> tuple[Place | None, float, float] | None:
    """The line of a backward pass that got the mean loss just as the loss function gave it."""
    for line in session.backwards:
        if not line.values:
            continue
        first = float(line.values[0].flatten()[0])
        for site in session.trained_losses():
            # What is put together by hand is whatever is passed back: then its last operation has to be the mean.
            if site.kind == BY_HAND and site.made_of[:1] != ("MeanBackward0",):
                continue
            calls = [call for call in site.training if call.step == 0 and call.value.numel() == 1]
            if calls and site.options.get("reduction", "mean") == "mean" and float(calls[0].value) == first:
                return line.place, float(calls[0].value), first
    return None


def read(source: Source) -> Iterator[Suspicion]:
    """``if (i + 1) % k == 0: optimizer.step()`` behind a loss that is passed back undivided."""
    for loop in source.training_loops:
        steps = [each for each in loop.named(".step") if each.is_conditional and each.through is None]
        backwards = [each for each in loop.named(".backward") if not each.is_conditional and each.through is None]
        if not steps or not backwards:
            continue
        guard = source.parents.get(source.statement(steps[0].call.node))
        if not isinstance(guard, ast.If) or "%" not in ast.unparse(guard.test):
            continue
        base = backwards[0].call.base
        made = source.value_of(base) if base is not None else None
        texts = [source.segment(each) for each in (base, made) if each is not None]
        divided = any("/" in text or "*" in text for text in texts) or any(
            isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Div, ast.Mult)) for node in ast.walk(loop.node)
        )
        if not divided:
            yield Suspicion(
                "Gradients of several batches are added up for every step, and the loss is not divided by their "
                "number.",
                seen=f"{ast.unparse(guard.test)} guards the step; {texts[0]} is passed back as it is",
                fix="(loss / number_of_batches).backward()",
                place=backwards[0].call.place,
                severity=Severity.INFO,
            )


RULE = Rule(
    code="G203",
    slug="unscaled-accumulation",
    severity=Severity.WARNING,
    stages="D",
    summary="k backward passes per step without dividing by k, or the last partial group dropped",
    causes=("T606", "T604", "T605", "T601", "T608", "D409", "D411"),
    page=Page(
        what="Gradients of k small batches added up are k times those of one large batch, unless each loss is divided "
        "by k.",
        wrong="for i, (x, y) in enumerate(loader):\n    loss = criterion(model(x), y)\n    loss.backward()\n"
        "    if (i + 1) % 8 == 0:\n        optimizer.step()\n        optimizer.zero_grad()",
        right="for i, (x, y) in enumerate(loader):\n    loss = criterion(model(x), y) / 8\n    loss.backward()\n"
        "    if (i + 1) % 8 == 0:\n        optimizer.step()\n        optimizer.zero_grad()",
        hurts="It acts like a learning rate k times as high with SGD; with Adam it changes little but clipping and "
        "decay.",
        detection="Most steps follow the same number k > 1 of backward passes, gradients are zeroed between steps, "
        "and the value that is passed back is the mean loss as the loss function gave it.",
        limits="Programs with several optimizers are not judged; sums of losses of different kinds are not "
        "accumulation.",
        sources=("Hugging Face, gradient accumulation fix (2024)",),
    ),
    see=see,
    read=read,
)
