"""The optimizers' numbers of a stack, step by step: what schedules make of them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from pellucid.optimizers import ChosenSchedule
from pellucid.shapes import Codes, Floats
from pellucid.training.batches import BatchPlan
from pellucid.training.settling import Settled

__all__ = ["EpochPlan", "Scheduling"]


@dataclass(frozen=True)
class EpochPlan:
    """Everything that an epoch's steps are made of.

    Attributes:
        batches: Rows and their weights, step by step.
        tables: Every number of the optimizers ``[steps, m]``, NaN where a member's rule has no such number.
        drops: Factor on dropout rates ``[steps, m]``.
        epochs: The epoch of every member, counted from 0 ``[m]``; members may stand at different ones.
    """

    batches: BatchPlan
    tables: dict[str, Floats]
    drops: Floats
    epochs: Codes


class Scheduling:
    """The numbers of every member's optimizer over an epoch.

    Members that share a schedule are worked out together: all schedules of the learning rate and of regularisation are
    a factor on the base value, so that one factor serves many learning rates.
    """

    def __init__(self, members: Sequence[Settled], steps: int) -> None:
        """Sort the members; ``steps`` is the length of an epoch."""
        self._members, self._steps = list(members), steps
        shape = (steps, len(members))
        names = sorted({name for member in members for name in member.numbers})
        self._base = {name: np.array([each.numbers.get(name, np.nan) for each in members]) for name in names}
        self._tables = {name: np.broadcast_to(base, shape) for name, base in self._base.items()}
        self._still: Floats = np.broadcast_to(np.ones(()), shape)
        self._rates = _grouped([(each.schedule, each.recipe.epochs) for each in members])
        self._drops = _grouped([(each.regularisation_schedule, each.recipe.epochs) for each in members])
        self._moved = [place for place, each in enumerate(members) if each.momentum_schedule.name != "constant"]

    def epoch(self, epochs: Codes, lr_scale: Floats) -> tuple[dict[str, Floats], Floats]:
        """Numbers by name ``[steps, m]``, NaN where a member's rule has no such number; and dropout's factor.

        All are to be read only: what does not move is the same memory, epoch after epoch.

        Args:
            epochs: Every member's epoch, counted from 0 ``[m]``.
            lr_scale: Factor that plateaus have put on the learning rates ``[m]``.
        """
        tables = dict(self._tables)
        rates, drops = self._factors(self._rates, epochs), self._factors(self._drops, epochs)
        tables["lr"] = self._base["lr"] * rates * lr_scale
        tables["weight_decay"] = self._base["weight_decay"] * drops
        for place in self._moved:
            member = self._members[place]
            name = member.optimizer.entry.momentum
            if not tables[name].flags.writeable:
                tables[name] = tables[name].copy()
            step = epochs[place] * self._steps + np.arange(self._steps, dtype=np.float64)
            length = {"steps_per_epoch": self._steps, "epochs": member.recipe.epochs}
            tables[name][:, place] = member.momentum_schedule.values(member.numbers[name], step, **length)
        return tables, drops

    def _factors(self, groups: "_Groups", epochs: Codes) -> Floats:
        """What the schedules make of a base value of 1 ``[steps, m]``."""
        if not groups:
            return self._still
        found: Floats = np.ones((self._steps, len(self._members)))
        for (schedule, length), places in groups:
            own = epochs[places]
            together = bool((own == own[0]).all())
            for epoch in own[:1] if together else np.unique(own):
                step = epoch * self._steps + np.arange(self._steps, dtype=np.float64)
                values = schedule.values(1.0, step, steps_per_epoch=self._steps, epochs=length)
                found[:, places if together else places[own == epoch]] = values[:, None]
        return found


_Groups = list[tuple[tuple[ChosenSchedule, int], Codes]]


def _grouped(schedules: Sequence[tuple[ChosenSchedule, int]]) -> _Groups:
    """Equal schedules of equal length, with the places that have them; those that stand still are left out."""
    found: dict[Hashable, tuple[tuple[ChosenSchedule, int], list[int]]] = {}
    for place, (schedule, length) in enumerate(schedules):
        if schedule.name == "constant":
            continue
        found.setdefault((str(schedule), length), ((schedule, length), []))[1].append(place)
    return [(each, np.array(places)) for each, places in found.values()]
