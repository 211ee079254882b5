"""G209: gradients clipped when it is too late, or always."""

import math
import statistics
from collections.abc import Iterator

from pellucid.doctor.facts import Session
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.doctor.source import Source
from pellucid.records import Severity

__all__ = ["RULE"]

_ALWAYS, _TIMES, _FEWEST = 0.95, 100.0, 20


def see(session: Session) -> Iterator[Suspicion]:
    """Clipping behind the step, and limits a hundred times below every norm."""
    for optimizer in session.optimizers:
        clipped = optimizer.clipped
        late = [each for each in clipped if each[4] == "after"]
        if clipped and len(late) > 0.9 * len(clipped):
            yield Suspicion(
                "Gradients are clipped after the step: the step has used them unclipped, and then they are thrown "
                "away.",
                seen=f"clip_grad follows step in {len(late)} of {len(clipped)} rounds",
                fix="torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)  # between backward() and step()",
                place=late[0][1],
                evidence={"late": len(late), "clippings": len(clipped)},
            )
            continue
        # Norms on a GPU are read at measured steps only, and are no numbers at the others.
        norms = [(norm, limit) for _, _, limit, norm, _ in clipped if limit > 0 and not math.isnan(norm)]
        if len(norms) < _FEWEST:
            continue
        active = sum(norm > limit for norm, limit in norms) / len(norms)
        ratio = statistics.median(norm / limit for norm, limit in norms)
        if active > _ALWAYS and ratio > _TIMES:
            yield Suspicion(
                f"The limit of clipping is {ratio:.0f} times below the usual gradient: every step is clipped, and its "
                "length has nothing to do with the gradient any more.",
                seen=f"active in {active:.0%} of {len(norms)} steps, median norm "
                f"{statistics.median(n for n, _ in norms):.3g}, limit {norms[0][1]:g}",
                fix=f"max_norm={statistics.median(norm for norm, _ in norms):.1g}",
                place=clipped[0][1],
                evidence={"active": active, "ratio": ratio},
            )


def read(source: Source) -> Iterator[Suspicion]:
    """Clipping behind the step in one round of a loop."""
    for loop in source.training_loops:
        names = [each.call.name.rpartition(".")[2] for each in loop.calls if each.through is None]
        clipping = [each for each in loop.calls if "clip_grad_" in each.call.name and each.through is None]
        if len(clipping) != 1 or "backward" not in names or names.count("step") != 1:
            continue
        order = [name for name in names if name in ("backward", "step") or "clip_grad_" in name]
        if (
            order.index("step") < next(number for number, name in enumerate(order) if "clip" in name)
            and order[0] == "backward"
        ):
            yield Suspicion(
                "Gradients are clipped after the step, which has used them unclipped.",
                seen="backward, step and clip_grad follow one another in the loop",
                fix="Put the clipping between backward() and step().",
                place=clipping[0].call.place,
            )


RULE = Rule(
    code="G209",
    slug="ineffective-clipping",
    severity=Severity.WARNING,
    stages="SD",
    summary="clipped after the step, before unscaling, or always",
    causes=("T604", "T605", "T607", "D415"),
    page=Page(
        what="Clipping has to stand between backward() and step(). After the step it changes gradients that nobody "
        "uses any more.",
        wrong="loss.backward()\noptimizer.step()\ntorch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)",
        right="loss.backward()\ntorch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)\noptimizer.step()",
        hurts="Gradients explode although they seem to be clipped.",
        detection="The order of the calls, round by round. Or the limit was exceeded in more than 95 % of the steps, "
        "by 100 times in the median.",
        limits="Clipping by own code is not seen.",
        sources=("mldoct", "PyTorch, automatic mixed precision examples: unscale before clipping"),
    ),
    see=see,
    read=read,
)
