"""Ledger: what has become of every member so far, epoch by epoch."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pellucid.shapes import Array, Codes, Floats
from pellucid.training.history import Columns, History
from pellucid.training.settling import Settled
from pellucid.training.stack import Stack

__all__ = ["ENDINGS", "EpochValues", "Ledger"]

ENDINGS = ("", "finished", "stopped early", "interrupted", "diverged")
"""How a member's training ends; empty while it trains."""
_FINISHED, _STOPPED, _INTERRUPTED, _DIVERGED = 1, 2, 3, 4
_KEPT = ("epochs", "best_epoch", "best", "best_error", "until")


class EpochValues(NamedTuple):
    """What an epoch of a stack showed, per member that still trains ``[m]``.

    Attributes:
        losses: Mean training losses; NaN without a step.
        rates: Learning rates of the last step.
        steps: How many steps ran.
        val_loss: Mean validation losses; the training losses without validation rows.
        val_error: Validation errors, likewise.
    """

    losses: Floats
    rates: Floats
    steps: int
    val_loss: Floats
    val_error: Floats


class Ledger:
    """The members' fates, by their numbers; stacks on several cores write to it, each about its own members.

    Attributes:
        history: One row per member and epoch.
        epochs: Epochs that each member ran ``[m]``.
        best_epoch: The epoch whose parameters are kept ``[m]``, counted from 1; 0 before there is a sound one.
        best: Monitored validation value there ``[m]``; NaN without validation rows.
        best_error: Validation error there ``[m]``, likewise, whatever is monitored.
        how: How each member ended, as its number among ``ENDINGS`` ``[m]``; 0 while it trains.
        until: Epochs after which each member shall pause or end ``[m]``.
    """

    def __init__(self, members: Sequence[Settled], *, validated: bool) -> None:
        m = len(members)
        recipes = [member.recipe for member in members]
        self._validated = validated
        self._by_error = np.array([recipe.monitor == "error" for recipe in recipes])
        self._restores = np.array([recipe.restore_best for recipe in recipes]) & validated
        self.lengths: Codes = np.array([recipe.epochs for recipe in recipes], dtype=np.int64)
        self.until = self.lengths.copy()
        self.history = History(validated=validated)
        self.epochs, self.best_epoch = np.zeros(m, dtype=np.int64), np.zeros(m, dtype=np.int64)
        self.best: Floats = np.full(m, np.nan)
        self.best_error: Floats = np.full(m, np.nan)
        self.how: Codes = np.zeros(m, dtype=np.int64)

    @property
    def ended(self) -> list[str]:
        """``finished``, ``stopped early``, ``interrupted`` or ``diverged``; empty while a member trains ``[m]``."""
        return [ENDINGS[code] for code in self.how]

    def at_rest(self, numbers: Sequence[int] | Codes, epochs: Codes) -> Array:
        """Who has ended, or paused after no more than so many epochs, and only rides along in a stack ``[m]``.

        Args:
            numbers: Of the members ``[m]``.
            epochs: That each has made in the stack, those on which it only rode along included ``[m]``.
        """
        found: Array = (self.how[numbers] > 0) | (epochs >= self.until[numbers])
        return found

    def interrupt(self, numbers: Codes) -> None:
        """End those of these members that still train."""
        self.how[numbers] = np.where(self.how[numbers], self.how[numbers], _INTERRUPTED)

    def see(self, stack: Stack, seen: EpochValues) -> list[int]:
        """Take in an epoch; positions in the stack whose parameters are to be kept."""
        numbers = np.array(stack.numbers)
        # Stopped between two epochs: there is nothing new to look at but for members that have not begun.
        trains = ~self.at_rest(numbers, stack.epochs)
        new = trains if seen.steps else trains & (stack.epochs == 0)
        epochs = stack.epochs + 1
        self.epochs[numbers[new]] = epochs[new]
        self._write(numbers, new, epochs, seen)
        monitored = np.where(self._by_error[numbers], seen.val_error, seen.val_loss)
        sound = self._sound(stack, seen, monitored)
        is_best = stack.watchers.see(epochs, monitored, sound & new)
        keep = sound & new & (is_best | ~self._restores[numbers])
        self.best_epoch[numbers[keep]] = epochs[keep]
        if self._validated:
            self.best[numbers[keep]] = monitored[keep]
            self.best_error[numbers[keep]] = seen.val_error[keep]
        over = stack.watchers.are_over(epochs)
        how = np.where(epochs == self.lengths[numbers], _FINISHED, 0)
        how = np.where(over, _STOPPED, how) if seen.steps == stack.steps else np.full(len(numbers), _INTERRUPTED)
        how = np.where(new & ~sound, _DIVERGED, how)
        self.how[numbers[trains]] = how[trains]
        return np.flatnonzero(keep).tolist()

    def state(self) -> dict[str, Array]:
        """Everything that it holds, as plain arrays."""
        rows = {f"history.{name}": column for name, column in self.history.columns()._asdict().items()}
        return {name: getattr(self, name) for name in _KEPT} | {"ended": self.how} | rows

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from what ``state`` gave."""
        for name in _KEPT:
            setattr(self, name, state[name].copy())
        self.how = state["ended"].copy()
        rows = Columns(**{name: state[f"history.{name}"] for name in Columns._fields})
        self.history = History(validated=self._validated, rows=[rows])

    def _sound(self, stack: Stack, seen: EpochValues, monitored: Floats) -> Array:
        # The loss of the last step is that of the parameters before it, and a share of wrong classes is finite whatever
        # the outputs are: only the parameters themselves say whether they are sound.
        sound: Array = stack.parameters.sound()
        if seen.steps:
            sound = sound & np.isfinite(seen.losses)
        if self._validated:
            sound = sound & np.isfinite(seen.val_loss) & np.isfinite(monitored)
        return sound

    def _write(self, numbers: Codes, new: Array, epochs: Codes, seen: EpochValues) -> None:
        none = np.full(int(new.sum()), np.nan)
        self.history.add(
            Columns(
                numbers[new],
                epochs[new],
                seen.losses[new],
                seen.val_loss[new] if self._validated else none,
                seen.val_error[new] if self._validated else none,
                seen.rates[new],
            )
        )
