"""Warm-up: a straight rise before any other schedule.

Goyal et al. (2017), "Accurate, large minibatch SGD: training ImageNet in 1 hour", arXiv 1706.02677, §2.2.
"""

from pellucid.catalogue import Parameter
from pellucid.errors import UsageError
from pellucid.optimizers.schedules.entry import Clock, Numbers, Schedule, number
from pellucid.shapes import Floats

__all__ = ["WARM_UP"]

_SHARE = 0.05


def _length(clock: Clock, numbers: Numbers) -> float:
    """Whole steps of the rise, at most the whole run."""
    steps, epochs, share = (number(numbers, name) for name in ("steps", "epochs", "share"))
    length = steps or epochs * clock.steps_per_epoch or share * clock.steps
    return float(min(round(length), clock.steps))


def _warm_up(base: float, clock: Clock, numbers: Numbers) -> Floats:
    from pellucid.optimizers.schedules import SCHEDULES  # the registry holds this entry

    start, length = number(numbers, "start"), _length(clock, numbers)
    # base·(start + (1 − start)·t/w) while t < w, then the other schedule as if the run began there
    risen = base * (start + (1.0 - start) * clock.step / max(length, 1.0))
    after = clock.step >= length
    if after.any() and length < clock.steps:
        then = SCHEDULES(str(numbers["then"]))
        rest = clock.after(length)
        rest = Clock(rest.step[after], rest.steps_per_epoch, rest.steps)
        risen[after] = then.entry.values(base, rest, then.numbers)
    else:
        risen[after] = base
    return risen


def _check(numbers: Numbers) -> None:
    from pellucid.optimizers.schedules import SCHEDULES

    given = [name for name in ("steps", "epochs") if number(numbers, name)]
    given += ["share"] if number(numbers, "share") != _SHARE else []
    if len(given) > 1:
        raise UsageError(
            f"warm_up takes one of steps, epochs and share, found {' and '.join(given)}. Keep one of them."
        )
    then = SCHEDULES(str(numbers["then"]))
    if then.entry.moves == "momentum":
        raise UsageError(f"{then.name} moves the momentum, so it cannot follow a warm-up. Use then=cosine, say.")


WARM_UP = Schedule(
    name="warm_up",
    formula="base·(start + (1 − start)·t/w) while t < w, then the schedule `then`, as if the run began there",
    purpose="Small steps at first, while statistics of gradients (Adam's, batch norm's) still settle and gradients are "
    "large; needed with large batches and in deep networks.",
    source='Goyal et al. (2017), "Accurate, large minibatch SGD", arXiv 1706.02677, §2.2',
    aliases=("warmup", "linear_warm_up", "SequentialLR"),
    parameters=(
        Parameter(name="then", default="constant", meaning="what follows: cosine(final=0.1), say", kind="choice"),
        Parameter(name="share", default=_SHARE, meaning="length as a share of the run", low=0, high=1),
        Parameter(name="epochs", default=0.0, meaning="length in epochs; 0: as the share says", low=0),
        Parameter(name="steps", default=0, meaning="length in steps; 0: as epochs or share say", kind="whole", low=0),
        Parameter(name="start", default=0.01, meaning="share of the base value at the first step", low=0, high=1),
    ),
    twin="torch.optim.lr_scheduler.SequentialLR([LinearLR, …])",
    values=_warm_up,
    check=_check,
    then="then",
)
