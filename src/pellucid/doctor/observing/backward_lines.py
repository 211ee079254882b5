"""Lines that call ``backward``, and the values that they were called on."""

from array import array
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

import torch
from torch import Tensor

from pellucid.doctor.facts import Backward
from pellucid.doctor.observing.samples import quietly
from pellucid.doctor.observing.stepped import Stepped
from pellucid.doctor.observing.steps import Reached

__all__ = ["VALUES", "Line"]

VALUES = 20_000  # kept of every line before every other one is given up


@dataclass(slots=True, eq=False, repr=False)
class Line:
    """A line that calls ``backward``, with its values as plain numbers where reading them costs nothing."""

    seen: Backward
    dtype: torch.dtype = torch.float32
    numbers: "array[float]" = field(default_factory=lambda: array("d"))
    tensors: list[Tensor] = field(default_factory=list)
    code: CodeType | None = None  # and the instruction, that called it last
    lasti: int = -1
    codes: list[CodeType] = field(default_factory=list)  # kept, so that no other gets its id
    every: int = 1
    count: int = 0
    is_near: bool = True  # reading a number off another device would make the program wait
    reached: Reached | None = None  # the optimizers that it reaches, once that is settled
    is_settled: bool = False  # nothing is to be learnt of it but its values
    those: list[Stepped] = field(default_factory=list)  # optimizers that it reaches, once it is settled
    steps: list[int] = field(default_factory=list)  # those of ``seen``

    def settles(self, may: bool) -> None:
        """After a pass that was looked at: whether anything is to be learnt of the next but its value."""
        self.is_settled = may and self.is_near and self.reached is not None
        if self.reached is not None:
            self.those, self.steps = self.reached.those, self.seen.steps

    def keep(self, value: Tensor, step: int) -> float | None:
        """Adds a value, as a number where reading it costs nothing, and returns that."""
        if self.is_near:
            number: float = value.item()
            self.add(self.numbers, number, step)
            return number
        self.add(self.tensors, value.detach(), step)
        return None

    def add(self, values: "array[float] | list[Tensor]", value: Any, step: int) -> None:
        """Beyond a number every other one is given up, and from then on only every other one is kept."""
        self.count += 1
        if self.count % self.every:
            return
        values.append(value)
        steps = self.seen.steps
        steps.append(step)
        if len(steps) >= VALUES:
            del steps[::2], values[::2]
            self.every *= 2

    def tell(self) -> None:
        """Writes the values into the facts."""
        with quietly():
            numbers = torch.tensor(self.numbers.tolist(), dtype=self.dtype, device="cpu")
            try:
                others = torch.stack(self.tensors).cpu().unbind() if self.tensors else ()
            except RuntimeError:  # on several devices, or on one that has stopped
                others = tuple(self.tensors)
            self.seen.values = [*numbers.unbind(), *others]
