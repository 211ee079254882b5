"""What L-BFGS remembers of each member's path, and the direction that follows from it."""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import torch
from torch import Tensor

from pellucid.optimizers.hyper import agree
from pellucid.optimizers.optimizer import array_of
from pellucid.optimizers.sums import per_member_dots
from pellucid.shapes import Array, Codes

__all__ = ["Curvature"]

_FIRST_ROOM = 8


class Curvature:
    """The last pairs (s, y) of steps and gradient changes, per member a ring of its own.

    Members may have stored differently many pairs: a pair whose curvature is not positive is not stored.

    Attributes:
        scale: Initial inverse Hessian, a multiple of the identity, ``[m]``.
        count: Pairs stored ``[m]``.
    """

    def __init__(self, sample: Tensor, history: int) -> None:
        """Nothing remembered yet.

        Args:
            sample: Any tensor ``[m, n]`` of the type and on the device of steps and gradients.
            history: Most pairs to remember.
        """
        members, size = sample.shape
        self.history = history
        room = min(_FIRST_ROOM, history)
        self._s, self._y = sample.new_zeros(room, members, size), sample.new_zeros(room, members, size)
        self._inverse = sample.new_zeros(room, members, dtype=torch.float64)
        self._oldest: Codes = np.zeros(members, dtype=np.int64)
        self.count: Codes = np.zeros(members, dtype=np.int64)
        self.scale = sample.new_ones(members, dtype=torch.float64)

    def store(self, s: Tensor, y: Tensor, curvature: Tensor, which: Array) -> None:
        """Keep the pairs of some members, in place of their oldest where the ring is full.

        Args:
            s: Steps ``[m, n]``.
            y: Gradient changes ``[m, n]``.
            curvature: y·s ``[m]``, positive for those that are stored.
            which: The members, ``[m]`` of bool.
        """
        if not which.any():
            return
        room = len(self._s)
        if room < self.history and self.count[which].max() == room:
            more = min(room, self.history - room)
            self._s, self._y, self._inverse = (
                torch.cat([table, torch.zeros_like(table[:more])]) for table in (self._s, self._y, self._inverse)
            )
        full = self.count == self.history
        slots = torch.from_numpy((self._oldest + self.count) % self.history).to(s.device)
        members = torch.from_numpy(np.flatnonzero(which)).to(s.device)
        place = (slots[members], members)
        self._s[place], self._y[place] = s[members], y[members]
        self._inverse[place] = 1.0 / curvature[members]
        self.scale[members] = curvature[members] / per_member_dots(y, y)[members]
        self._oldest = np.where(which & full, (self._oldest + 1) % self.history, self._oldest)
        self.count = np.where(which & ~full, self.count + 1, self.count)

    def direction(self, g: Tensor) -> Tensor:
        """−H·g, ``[m, n]``.

        Nocedal & Wright (2006), "Numerical optimization", algorithm 7.4.
        """
        q = g.neg()
        alphas: list[Tensor] = []
        longest = int(self.count.max())
        together = agree(self.count, self._oldest)
        for age in range(longest - 1, -1, -1):
            s, y, inverse = self._pair(age, together=together)
            alphas.append(per_member_dots(s, q) * inverse)
            q.sub_(y * _column(alphas[-1], q))
        q.mul_(_column(self.scale, q))
        for age in range(longest):
            s, y, inverse = self._pair(age, together=together)
            beta = per_member_dots(y, q) * inverse
            q.add_(s * _column(alphas.pop() - beta, q))
        return q

    def _pair(self, age: int, *, together: bool) -> tuple[Tensor, Tensor, Tensor]:
        """Every member's pair number ``age``, from its oldest; members that have none get a pair that does nothing."""
        if together:
            slot = int(self._oldest[0] + age) % self.history
            return self._s[slot], self._y[slot], self._inverse[slot]
        slots = (self._oldest + age) % self.history
        has = age < self.count
        device = self._s.device
        place = (torch.from_numpy(np.where(has, slots, 0)).to(device), torch.arange(len(slots), device=device))
        return self._s[place], self._y[place], self._inverse[place] * torch.from_numpy(has).to(device)

    def take(self, members: Sequence[int]) -> Self:
        """Only these members', copied."""
        chosen = list(members)
        taken = object.__new__(type(self))
        taken.history = self.history
        taken._s, taken._y, taken._inverse = self._s[:, chosen], self._y[:, chosen], self._inverse[:, chosen]
        taken._oldest, taken.count, taken.scale = self._oldest[chosen], self.count[chosen], self.scale[chosen]
        return taken

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """The members of several, in order, copied; all remember equally many pairs at most."""
        joined = object.__new__(cls)
        joined.history = parts[0].history
        room = max(len(part._s) for part in parts)
        joined._s = torch.cat([_widened(part._s, room) for part in parts], 1)
        joined._y = torch.cat([_widened(part._y, room) for part in parts], 1)
        joined._inverse = torch.cat([_widened(part._inverse, room) for part in parts], 1)
        joined._oldest = np.concatenate([part._oldest for part in parts])
        joined.count = np.concatenate([part.count for part in parts])
        joined.scale = torch.cat([part.scale for part in parts])
        return joined

    def arrays(self) -> dict[str, Array]:
        """Everything as plain arrays, the member axis first, copied."""
        return {
            "s": array_of(self._s.transpose(0, 1)),
            "y": array_of(self._y.transpose(0, 1)),
            "inverse": array_of(self._inverse.T),
            "oldest": self._oldest.copy(),
            "count": self.count.copy(),
            "scale": array_of(self.scale),
        }

    def load(self, arrays: Mapping[str, Array]) -> None:
        """Take up what ``arrays`` gave."""
        device = self._s.device
        self._s, self._y, self._inverse = (
            torch.tensor(arrays[name], device=device).transpose(0, 1).contiguous() for name in ("s", "y", "inverse")
        )
        self._oldest, self.count = arrays["oldest"].copy(), arrays["count"].copy()
        self.scale = torch.tensor(arrays["scale"], device=device)


def _widened(table: Tensor, room: int) -> Tensor:
    """With room for more pairs. Rings that are not full begin at 0, so that new room follows their last pair."""
    return torch.cat([table, table.new_zeros(room - len(table), *table.shape[1:])])


def _column(numbers: Tensor, like: Tensor) -> Tensor:
    return numbers.to(like.dtype).view(-1, 1)
