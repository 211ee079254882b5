"""D415: stopped while the loss was still falling fast."""

import math
from collections.abc import Iterator

from torch import Tensor

from pellucid.doctor.facts import Session
from pellucid.doctor.outcome import outcome_of
from pellucid.doctor.rule import Page, Rule, Suspicion
from pellucid.records import Severity

__all__ = ["RULE"]

_FEW, _FEWEST = 60, 8
# The last quarter must have brought at least this share of the loss, and most of it must still be there.
_FALLING, _LEFT = 0.03, 0.5


def see(session: Session) -> Iterator[Suspicion]:
    """Short runs whose last quarter still lowered the loss."""
    if not session.is_over or session.error is not None or not session.backwards:
        return
    line = max(session.backwards, key=lambda each: len(each.values))
    values = [float(value) for value in line.values if isinstance(value, Tensor) and value.numel() == 1]
    if len(values) < _FEWEST or not all(math.isfinite(value) for value in values):
        return
    quarter = max(2, len(values) // 4)
    before, last = (sum(part) / len(part) for part in (values[-2 * quarter : -quarter], values[-quarter:]))
    outcome = outcome_of(session)
    base = outcome.trivial if outcome.trivial is not None else values[0]
    falling = before > 0 and (before - last) / before > _FALLING
    if not falling or base <= 0 or last < _LEFT * base:
        return
    yield Suspicion(
        f"Training stopped after {session.updates} updates while the loss was still falling: the last quarter brought "
        f"it from {before:.4g} to {last:.4g}.",
        seen=f"{last:.4g} in the end, {base:.4g} for a constant",
        fix="More epochs, or a higher learning rate.",
        place=line.place,
        step=session.updates,
        severity=None if session.updates < _FEW else Severity.INFO,
        evidence={"before": before, "last": last, "updates": session.updates},
    )


RULE = Rule(
    code="D415",
    slug="too-few-steps",
    severity=Severity.WARNING,
    stages="SD",
    summary="stopped while the loss was still falling",
    causes=("T608", "T611", "D409", "D411"),
    page=Page(
        what="Five epochs over two batches are ten steps. A network that is still getting better when it is stopped "
        "has not shown what it can do.",
        wrong="for epoch in range(5):\n    train_one_epoch()",
        right="for epoch in range(200):\n    train_one_epoch()\n    if stopped_improving():\n        break",
        hurts="Stack Overflow 50306988: accuracy 0.5 after 5 epochs, 1.0 after more.",
        detection="The last quarter of the run lowered the mean loss by more than 3 %, and more than half of the "
        "constant's loss is left. A warning below 60 updates, else a note.",
        limits="What is left may be noise that nobody can predict.",
        sources=("DeepFD (2022): epochs as a fault class", "Stack Overflow 50306988"),
    ),
    see=see,
)
