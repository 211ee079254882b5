"""T609: validation was best long ago."""

import math
from collections.abc import Iterator

from pellucid.doctor.facts import LossSite, Session
from pellucid.doctor.outcome import outcome_of
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

# A minimum counts as passed when the loss now is this many times it, and at least so many evaluations lie between.
_TIMES, _SINCE, _FEWEST = 1.25, 10, 20
# … and when so much of what had been learned by then is lost again: from 0.02 to 0.03 is little where it began at 1.1.
_LOST = 0.1


def see(session: Session) -> Iterator[Suspicion]:
    """Losses without gradients, evaluation by evaluation, that have risen for long while training's fell."""
    outcome = outcome_of(session)
    if not session.is_over or outcome.first is None or outcome.last is None or outcome.last > 0.9 * outcome.first:
        return
    for site in session.losses:
        curve = _curve(site)
        if len(curve) < _FEWEST:
            continue
        best = min(range(len(curve)), key=lambda number: curve[number][1])
        lowest, now = curve[best][1], sum(value for _, value in curve[-3:]) / 3
        # Who keeps the best weights has stopped early already, and its last evaluations are of no consequence.
        if len(curve) - best <= _SINCE or lowest <= 0 or now < _TIMES * lowest or _keeps_best(session):
            continue
        if now - lowest < _LOST * (max(outcome.first, curve[0][1]) - lowest):
            continue
        yield Suspicion(
            f"The evaluation loss was best after {curve[best][0]} updates ({lowest:.4g}) and is {now:.4g} now: the "
            "network has learned its training rows by heart since.",
            seen=f"evaluation {best + 1} of {len(curve)} was best; training loss {outcome.first:.4g} to "
            f"{outcome.last:.4g}",
            fix="Keep the weights of the best evaluation: best = copy.deepcopy(model.state_dict()); or stop there.",
            place=site.place,
            step=curve[best][0],
            evidence={"best": lowest, "now": now, "best_at": curve[best][0], "evaluations": len(curve)},
        )
        return


def _curve(site: LossSite) -> list[tuple[int, float]]:
    """Mean loss of every evaluation, by the updates before it."""
    sums: dict[int, tuple[float, int]] = {}
    for step, rows, value in site.judged:
        if step == 0:
            continue
        total, count = sums.get(step, (0.0, 0))
        sums[step] = (total + float(value) * rows, count + rows)
    return [(step, total / count) for step, (total, count) in sums.items() if count and math.isfinite(total)]


def _keeps_best(session: Session) -> bool:
    return any(source.calls(".state_dict") for source in session.sources)


RULE = Rule(
    code="T609",
    slug="overfitting",
    severity=Severity.WARNING,
    stages="D",
    summary="validation minimum long past",
    page=Page(
        what="After a while a network learns what is particular to its training rows. The loss on other rows rises "
        "again while the training loss goes on falling.",
        wrong="for epoch in range(500):\n    train_one_epoch()\n    print(evaluate())",
        right="for epoch in range(500):\n    train_one_epoch()\n    loss = evaluate()\n    if loss < best:\n"
        "        best, kept = loss, copy.deepcopy(model.state_dict())\nmodel.load_state_dict(kept)",
        hurts="The last network is worse than one that was there already.",
        detection="20 evaluations or more (losses without gradients between updates); the best one is more than 10 "
        "back, the last three are 25 % above it and have lost a tenth of what had been gained, while the training loss "
        "fell.",
        limits="Programs that call state_dict are taken to keep their best weights. Losses that are functions are "
        "seen in the first calls of every evaluation only.",
        sources=("Prechelt (1998), Early stopping: but when?",),
    ),
    see=see,
)
