"""Ledger: what has become of every member of a stack so far, epoch by epoch."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pellucid.records import EpochRecord
from pellucid.shapes import Floats
from pellucid.training.settling import Settled
from pellucid.training.stack import Stack

__all__ = ["EpochValues", "Ledger"]


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
    """The members' fates, by their positions in the stack that began.

    Attributes:
        history: One record per member and epoch.
        epochs: Epochs that each member ran ``[m]``.
        best_epoch: The epoch whose parameters are kept ``[m]``, counted from 1; 0 before there is a sound one.
        best: Monitored validation value there ``[m]``; NaN without validation rows.
        ended: ``finished``, ``stopped early``, ``interrupted`` or ``diverged``; empty while a member trains.
    """

    def __init__(self, members: Sequence[Settled], *, validated: bool) -> None:
        m = len(members)
        self._recipes, self._validated = [member.recipe for member in members], validated
        self.history: list[EpochRecord] = []
        self.epochs, self.best_epoch, self.ended = [0] * m, [0] * m, [""] * m
        self.best = [float("nan")] * m

    def interrupt(self) -> None:
        """End everybody who still trains."""
        self.ended = [how or "interrupted" for how in self.ended]

    def see(self, stack: Stack, epoch: int, seen: EpochValues) -> list[int]:
        """Take in an epoch (counted from 1); positions in the stack whose parameters are to be kept."""
        # The loss of the last step is that of the parameters before it, and a share of wrong classes is finite whatever
        # the outputs are: only the parameters themselves say whether they are sound.
        sound = stack.parameters.sound()
        keep: list[int] = []
        for position, number in enumerate(stack.numbers):
            if self.ended[number]:
                continue
            self.epochs[number] = epoch
            self.history.append(self._record(position, number, epoch, seen))
            recipe = self._recipes[number]
            monitored = float((seen.val_error if recipe.monitor == "error" else seen.val_loss)[position])
            finite = bool(sound[position]) and (not seen.steps or bool(np.isfinite(seen.losses[position])))
            if self._validated:
                finite = finite and bool(np.isfinite(seen.val_loss[position])) and bool(np.isfinite(monitored))
            if finite:
                is_best = stack.watchers.see(position, epoch, monitored)
                if is_best or not (self._validated and recipe.restore_best):
                    keep.append(position)
                    self.best_epoch[number] = epoch
                    self.best[number] = monitored if self._validated else float("nan")
            if not finite:
                self.ended[number] = "diverged"
            elif seen.steps < stack.steps:
                self.ended[number] = "interrupted"
            elif stack.watchers.is_over(position, epoch):
                self.ended[number] = "stopped early"
            elif epoch == recipe.epochs:
                self.ended[number] = "finished"
        return keep

    def _record(self, position: int, number: int, epoch: int, seen: EpochValues) -> EpochRecord:
        return EpochRecord(
            member=number,
            epoch=epoch,
            loss=float(seen.losses[position]),
            val_loss=float(seen.val_loss[position]) if self._validated else None,
            val_error=float(seen.val_error[position]) if self._validated else None,
            lr=float(seen.rates[position]),
        )
