"""Early stopping, plateaus and best epochs, member by member."""

from collections.abc import Sequence

import numpy as np

from pellucid.optimizers.schedules import Plateau
from pellucid.shapes import Array, Floats
from pellucid.training.settling import Settled

__all__ = ["Watchers"]


class Watchers:
    """What each member's validation values have said so far.

    Attributes:
        best: Best monitored value ``[m]``.
        best_epoch: The epoch that gave it, counted from 1; the last one of ties; 0 before the first.
        lr_scale: Factor that plateaus have put on the learning rate ``[m]``.
    """

    def __init__(self, members: Sequence[Settled], *, validated: bool) -> None:
        m = len(members)
        self.members, self.validated = list(members), validated
        self.best: Floats = np.full(m, np.inf)
        self.best_epoch = np.zeros(m, dtype=np.int64)
        self.lr_scale: Floats = np.ones(m)
        self._last_gain = np.zeros(m, dtype=np.int64)
        self._plateaus = [
            None if member.schedule.watched is None else Plateau(member.schedule.watched.numbers) for member in members
        ]

    def see(self, member: int, epoch: int, value: float) -> bool:
        """Take a member's value after an epoch (counted from 1); whether it is the best so far, ties included."""
        if value < self.best[member]:
            self._last_gain[member] = epoch
        plateau = self._plateaus[member]
        if plateau is not None:
            self.lr_scale[member] = plateau.see(value)
        if value <= self.best[member]:
            self.best[member], self.best_epoch[member] = value, epoch
            return True
        return False

    def is_over(self, member: int, epoch: int) -> bool:
        """Whether a member's patience has run out after this epoch."""
        patience = self.members[member].recipe.patience
        return self.validated and patience is not None and epoch - self._last_gain[member] >= patience

    def take(self, members: list[int]) -> "Watchers":
        """The watchers of only these members."""
        taken = Watchers([self.members[m] for m in members], validated=self.validated)
        for name in ("best", "best_epoch", "lr_scale", "_last_gain"):
            values: Array = getattr(self, name)
            setattr(taken, name, values[members])
        taken._plateaus = [self._plateaus[m] for m in members]
        return taken
