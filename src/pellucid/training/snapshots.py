"""Snapshots: copies of members' parameters at chosen epochs, taken while they train and looked at afterwards."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from pellucid.networks import Tensors
from pellucid.shapes import Codes

__all__ = ["Snapshot", "Snapshots"]


class Snapshot(NamedTuple):
    """Some members after one epoch.

    Attributes:
        epoch: 0 is before the first step.
        numbers: The members' numbers in their course.
        parameters: With which they predicted then, in main memory.
    """

    epoch: int
    numbers: tuple[int, ...]
    parameters: Tensors


class Snapshots:
    """What a course's members were at some epochs. They only copy, so that no bit of training changes.

    Attributes:
        epochs: At which they are taken.
        taken: In the order in which they were.
    """

    def __init__(self, epochs: Collection[int]) -> None:
        self.epochs = frozenset(epochs)
        self.taken: list[Snapshot] = []

    def see(self, numbers: Sequence[int], epochs: Codes, parameters: Tensors, *, among: Sequence[int]) -> None:
        """Copy those members of a stack whose epoch is wanted.

        Args:
            numbers: Of the stack's members ``[m]``.
            epochs: That each has made ``[m]``.
            parameters: To predict with ``[m, …]``.
            among: Numbers of those that took part in the last epoch; the others are what they were before.
        """
        takes_part = np.isin(numbers, among)
        for epoch in self.epochs.intersection(epochs[takes_part].tolist()):
            places = np.flatnonzero(takes_part & (epochs == epoch)).tolist()
            copied = parameters.take(places).to("cpu")
            self.taken.append(Snapshot(int(epoch), tuple(int(numbers[place]) for place in places), copied))

    def at(self, epoch: int, ended: Tensors, epochs: Sequence[int], *, as_trained: bool = False) -> Tensors:
        """All members of the course after an epoch; those that had ended by then, as they have been kept.

        Args:
            epoch: One of ``epochs``.
            ended: Every member's parameters that are kept ``[m, …]``.
            epochs: That each ran ``[m]``.
            as_trained: Whether members for which it was the last epoch are what that epoch made of them, before they
                returned to their best one.

        Raises:
            KeyError: If no snapshots were taken at that epoch.
        """
        if epoch not in self.epochs:
            raise KeyError(epoch)
        found = ended.take(range(ended.members))
        for snapshot in self.taken:
            if snapshot.epoch == epoch:
                going = [place for place, number in enumerate(snapshot.numbers) if epoch < epochs[number] + as_trained]
                if going:
                    found.put([snapshot.numbers[place] for place in going], snapshot.parameters, going)
        return found
