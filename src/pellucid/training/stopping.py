"""Early stopping, plateaus and best epochs, member by member."""

from collections.abc import Sequence

import numpy as np

from pellucid.optimizers.schedules import Plateau
from pellucid.shapes import Array, Codes, Floats
from pellucid.training.settling import Settled

__all__ = ["Watchers"]

_KEPT = ("best", "best_epoch", "lr_scale", "_last_gain")


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
        self._patience = _patience(self.members)

    def see(self, epochs: Codes, values: Floats, sound: Array) -> Array:
        """Take every member's value after an epoch; whether it is the best so far, ties included ``[m]``.

        Args:
            epochs: Which epoch of each member it was, counted from 1 ``[m]``.
            values: Monitored ``[m]``.
            sound: Whose values count ``[m]``.
        """
        self._last_gain = np.where(sound & (values < self.best), epochs, self._last_gain)
        for member, plateau in enumerate(self._plateaus):
            if plateau is not None and sound[member]:
                self.lr_scale[member] = plateau.see(float(values[member]))
        is_best: Array = sound & (values <= self.best)
        self.best = np.where(is_best, values, self.best)
        self.best_epoch = np.where(is_best, epochs, self.best_epoch)
        return is_best

    def are_over(self, epochs: Codes) -> Array:
        """Whose patience has run out after these epochs ``[m]``."""
        over: Array = np.full(len(self.members), self.validated) & (epochs - self._last_gain >= self._patience)
        return over

    def take(self, members: Sequence[int]) -> "Watchers":
        """The watchers of only these members."""
        chosen = list(members)
        taken = Watchers.__new__(Watchers)
        taken.members, taken.validated = [self.members[m] for m in chosen], self.validated
        for name in _KEPT:
            values: Array = getattr(self, name)
            setattr(taken, name, values[chosen])
        taken._plateaus = [self._plateaus[m] for m in chosen]
        taken._patience = self._patience[chosen]
        return taken

    @classmethod
    def join(cls, parts: Sequence["Watchers"]) -> "Watchers":
        """The watchers of several stacks, one behind the other."""
        joined = cls.__new__(cls)
        joined.members, joined.validated = [member for part in parts for member in part.members], parts[0].validated
        for name in _KEPT:
            setattr(joined, name, np.concatenate([getattr(part, name) for part in parts]))
        joined._plateaus = [plateau for part in parts for plateau in part._plateaus]
        joined._patience = np.concatenate([part._patience for part in parts])
        return joined

    def state(self) -> dict[str, Array]:
        """Everything that it has seen, as plain arrays."""
        plateaus = [(0.0, 0.0, 0.0, 0.0) if each is None else each.state() for each in self._plateaus]
        return {name.strip("_"): getattr(self, name) for name in _KEPT} | {"plateaus": np.array(plateaus)}

    def restore(self, state: dict[str, Array]) -> None:
        """Go on from what ``state`` gave."""
        for name in _KEPT:
            setattr(self, name, state[name.strip("_")].copy())
        for plateau, numbers in zip(self._plateaus, state["plateaus"], strict=True):
            if plateau is not None:
                plateau.restore(numbers)


def _patience(members: Sequence[Settled]) -> Floats:
    return np.array([np.inf if each.recipe.patience is None else each.recipe.patience for each in members])
