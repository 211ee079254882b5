"""T608 for our own trainer: no epoch was better than a constant on the rows that picked it."""

import dataclasses
from collections.abc import Iterator

from pellucid.doctor.outcome import NO_BETTER
from pellucid.doctor.own.sessions import MemberSeen
from pellucid.doctor.rule import Suspicion
from pellucid.doctor.rules import RULES
from pellucid.doctor.trivial import best_constant_loss

__all__ = ["stuck"]

_FEWEST_STEPS = 100


def stuck(seen: MemberSeen) -> Iterator[Suspicion]:
    """What the rule says, of the validation rows where there are some: a network may learn noise by heart."""
    session = seen.network
    if seen.checked is None or seen.aims is None:
        rule = RULES["T608"].see
        yield from rule(session) if rule is not None else ()
        return
    site = session.losses[0]
    # Networks are judged without the smoothing that they are trained with.
    judging = {name: value for name, value in site.options.items() if name not in ("label_smoothing", "weight")}
    constant = best_constant_loss(dataclasses.replace(site, options=judging), seen.aims)
    if constant is None or session.updates < _FEWEST_STEPS or seen.checked < NO_BETTER * constant:
        return
    yield Suspicion(
        f"No epoch has a lower loss than {seen.checked:.4g} on the {len(seen.aims)} rows that picked the best one, and "
        f"always predicting the same gives {constant:.4g}: what the network has learned from the columns holds for no "
        "other rows.",
        seen=f"loss {seen.checked:.4g} at best after up to {session.updates} updates, best constant {constant:.4g}",
        fix="Look at the other findings first. Without any: check that each row has its own target, and raise --lr; "
        "the columns may not tell the target.",
        step=session.updates,
        evidence={"best_loss": seen.checked, "constant_loss": constant, "updates": session.updates},
    )
