"""Early stopping, plateaus and best epochs, member by member."""

import numpy as np

from pellucid.records import Recipe
from pellucid.shapes import Array, Floats

__all__ = ["Watchers"]


class Watchers:
    """What each member's validation values have said so far.

    Attributes:
        best: Best monitored value ``[m]``.
        best_epoch: The epoch that gave it, counted from 1; the last one of ties; 0 before the first.
        lr_scale: Factor that plateaus have put on the learning rate ``[m]``.
    """

    def __init__(self, recipes: list[Recipe], *, validated: bool) -> None:
        m = len(recipes)
        self.recipes, self.validated = recipes, validated
        self.best: Floats = np.full(m, np.inf)
        self.best_epoch = np.zeros(m, dtype=np.int64)
        self.lr_scale: Floats = np.ones(m)
        self._last_gain = np.zeros(m, dtype=np.int64)
        self._last_change = np.zeros(m, dtype=np.int64)

    def see(self, member: int, epoch: int, value: float) -> bool:
        """Take a member's value after an epoch (counted from 1); whether it is the best so far, ties included."""
        recipe = self.recipes[member]
        improved = value < self.best[member]
        if improved:
            self._last_gain[member] = epoch
        elif recipe.schedule == "plateau":
            since = epoch - max(self._last_gain[member], self._last_change[member])
            if since > recipe.plateau_patience:
                self.lr_scale[member] *= recipe.plateau_factor
                self._last_change[member] = epoch
        if value <= self.best[member]:
            self.best[member], self.best_epoch[member] = value, epoch
            return True
        return False

    def is_over(self, member: int, epoch: int) -> bool:
        """Whether a member's patience has run out after this epoch."""
        patience = self.recipes[member].patience
        return self.validated and patience is not None and epoch - self._last_gain[member] >= patience

    def take(self, members: list[int]) -> "Watchers":
        """The watchers of only these members."""
        taken = Watchers([self.recipes[m] for m in members], validated=self.validated)
        for name in ("best", "best_epoch", "lr_scale", "_last_gain", "_last_change"):
            values: Array = getattr(self, name)
            setattr(taken, name, values[members])
        return taken
