"""Rows of members with equally many, in another order at every epoch."""

from collections.abc import Iterator, Sequence

import numpy as np

from pellucid.shapes import Codes, RowNumbers
from pellucid.training.randomness import permutations

__all__ = ["Shuffled", "alike"]

# Keys that are sorted together: what they take stays in the nearest caches, also of a machine that is busy otherwise
# (measured for 256 members of 1,024 rows: 2.7 ms, 5.2 with twice as many at a time).
_TOGETHER = 1 << 15
# Epochs whose orders are drawn at once where members and rows are few, and starting costs more than drawing.
_AHEAD = 8


class Shuffled:
    """Members with equally many rows.

    Attributes:
        members: Their positions in the stack ``[p]``.
        count: Rows of each.
    """

    def __init__(self, members: Codes, seeds: Sequence[int], rows: Sequence[RowNumbers], *, moves: bool) -> None:
        """Take members together.

        Args:
            members: Their positions in the stack ``[p]``.
            seeds: Of everybody in the stack.
            rows: Of everybody in the stack.
            moves: Whether rows are shuffled; False leaves them in their own order.
        """
        self.members, self._moves = members, moves
        self._seeds, self._rows = [seeds[member] for member in members], [rows[member] for member in members]
        self.count = len(self._rows[0])
        self._same = all(own is self._rows[0] for own in self._rows)
        # From these epochs on ``[p]``, the orders of one epoch and of some to come ``[·, p, n]``.
        self._first: Codes = np.zeros(len(members), dtype=np.int64)
        self._orders: RowNumbers = np.empty((0, len(members), self.count), dtype=np.int64)

    def at(self, epochs: Codes) -> RowNumbers:
        """Everybody's rows in the order of an epoch ``[p, n]``.

        Args:
            epochs: Of everybody in the stack, counted from 0 ``[m]``.
        """
        if not self._moves:
            return np.stack(self._rows)
        order = self._order(epochs[self.members])
        if self._same:
            found: RowNumbers = self._rows[0].take(order)
            return found
        return np.stack([own.take(each) for own, each in zip(self._rows, order, strict=True)])

    def _order(self, epochs: Codes) -> RowNumbers:
        passed = epochs - self._first
        now = int(passed[0])
        if not 0 <= now < len(self._orders) or (passed != now).any():
            ahead = min(max(_TOGETHER // max(len(epochs) * self.count, 1), 1), _AHEAD)
            self._first, now = epochs, 0
            drawn = permutations(self._seeds * ahead, (epochs + np.arange(ahead)[:, None]).reshape(-1), self.count)
            self._orders = drawn.reshape(ahead, len(epochs), self.count)
        found: RowNumbers = self._orders[now]
        return found


def alike(rows: Sequence[RowNumbers]) -> Iterator[Codes]:
    """Positions of members with equally many rows, as many at a time as are shuffled together."""
    counts = np.array([len(own) for own in rows])
    for count in np.unique(counts):
        members = np.flatnonzero(counts == count)
        at_once = max(1, _TOGETHER // max(int(count), 1))
        yield from (members[at : at + at_once] for at in range(0, len(members), at_once))
