"""Numbers of all steps of an epoch, worked out once, in the form in which a step's arithmetic is cheapest."""

from collections.abc import Hashable, Mapping

import numpy as np
import torch
from torch import Tensor

from pellucid.optimizers.hyper import Tables, agree

__all__ = ["PerStep"]


class PerStep:
    """What one step after the other calculates with: tensors whose values change from step to step in the same memory.

    A number in which all members agree at every step is a tensor of one value, one in which they differ a tensor
    ``[m, 1, …]``; both are rounded to the parameters' type, so that a member gets the same bits either way. Floats
    would be slower (a call wraps each of them, 1.9 µs), CUDA divides by them as it multiplies by their reciprocal, and
    a captured graph would keep them for ever.
    """

    def __init__(self, tables: Tables, like: Tensor) -> None:
        """All numbers.

        Args:
            tables: Name → ``[steps, m]``.
            like: Has the type and device of the tensors that they will meet.
        """
        self._alike = {name: agree(table) for name, table in tables.items()}
        self._like = like
        self._ready: dict[int, dict[str, Tensor]] = {}
        self._rows = self._laid_out(tables)
        if tables:
            self._now = torch.empty_like(self._rows[0])

    def _laid_out(self, tables: Tables) -> tuple[Tensor, ...]:
        """Step by step ``[numbers, m]``."""
        if not tables:
            return ()
        numbers = np.stack(list(tables.values()), 1, dtype=np.float64)
        return torch.from_numpy(numbers).to(self._like.device, self._like.dtype).unbind(0)

    def go_on(self, tables: Tables) -> bool:
        """Take other steps' numbers to the same memory; False, and nothing done, where members agree in others."""
        fits = self._alike == {name: agree(table) for name, table in tables.items()}
        if fits:
            self._rows = self._laid_out(tables)
        return fits

    def alike(self, *names: str) -> bool:
        """Whether members agree in all of these at every step."""
        return all(self._alike[name] for name in names)

    @property
    def layout(self) -> Hashable:
        """Which numbers there are, how they lie, and in which of them members agree."""
        return (tuple(self._alike.items()), self._now.shape, self._now.dtype) if self._rows else ()

    def stand_in(self, other: "PerStep") -> None:
        """Put the numbers from now on where those of another epoch stood, which has the same layout."""
        if self._rows:
            self._now, self._ready = other._now, {}

    def go_to(self, step: int) -> None:
        """Make the numbers those of this step, counted from 0."""
        if self._rows:
            self._now.copy_(self._rows[step])

    def each(self, name: str) -> tuple[Tensor, ...]:
        """One number, member by member ``[m]``, each a tensor of no dimension."""
        return self._now[list(self._alike).index(name)].unbind(0)

    def fit(self, dims: int) -> Mapping[str, Tensor]:
        """Name → number, for tensors of so many dimensions, the first of which is the member axis; good for all steps.

        Where members agree in all that is used, for flat tensors too.
        """
        if dims not in self._ready:
            self._ready[dims] = {
                name: row[0] if alike else row.view(-1, *([1] * (dims - 1)))
                for (name, alike), row in zip(self._alike.items(), self._now if self._rows else (), strict=True)
            }
        return self._ready[dims]
