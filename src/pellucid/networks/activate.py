"""Activation layer: members may differ in their activation; plain, or mixed with the identity by a learned slope."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from pellucid.networks.activation_slice import slices_of
from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.layout import ParameterSpec
from pellucid.records import ActivationLayer
from pellucid.shapes import Floats

__all__ = ["Activate"]


class _Tape(NamedTuple):
    x: Tensor  # [m, b, i]
    y: Tensor  # [m, b, o], f(x)
    numbers: Sequence[dict[str, Any]]  # of every slice
    bend: Tensor | None  # [m, b, i], f(x) − x


class Activate(AbstractLayer):
    """``[m, b, i] → [m, b, o]``; the parametric form is x + slope·(f(x) − x) (RealMLP, arXiv 2407.04491 §3).

    Members with the same activation lie beside one another and are computed together; where all have the same one,
    nothing is copied.
    """

    def __init__(self, name: str, stream: int, layers: Sequence[ActivationLayer]) -> None:
        first = layers[0]
        self.stream, self.width = stream, first.width
        self.slope = f"{name}.slope" if first.parametric else None
        self.learned = {each: f"{name}.{each}" for each in first.learned}
        self.slices = slices_of(layers)
        # The usual case has a way of its own: on small networks a few checks cost as much as the arithmetic.
        is_usual = len(self.slices) == 1 and self.slices[0].is_plain and not first.parametric
        self._usual = self.slices[0] if is_usual else None
        names = [self.slope] if self.slope else []
        self.parameters = tuple(
            ParameterSpec.per_unit(each, first.width, "slope") for each in [*names, *self.learned.values()]
        )

    def starts(self, member: int) -> Mapping[str, Floats]:
        """Slopes of 1 between identity and activation; learned numbers where the member's own numbers say."""
        found = {self.slope: np.ones(self.width)} if self.slope else {}
        own = next(part for part in self.slices if member < part.last)
        numbers = own.chosen[member - own.first].numbers
        for each in own.entry.learned:
            found[self.learned[each.name]] = np.full(self.width, numbers[each.start], np.float64)
        return found

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None) -> tuple[Tensor, _Tape]:
        """The activation of every member."""
        if self._usual is not None:
            only = self._usual.numbers(x, noise, self.stream)
            y = self._usual.entry.value(x, only)
            return y, _Tape(x, y, (only,), None)
        numbers = [self._numbers(place, parameters, x, noise) for place in range(len(self.slices))]
        if len(self.slices) == 1:
            y = self.slices[0].value(x, numbers[0])
        else:
            y = torch.cat(
                [each.value(x[each.first : each.last], own) for each, own in zip(self.slices, numbers, strict=True)]
            )
        if self.slope is None:
            return y, _Tape(x, y, numbers, None)
        bend = y - x
        return torch.addcmul(x, bend, parameters[self.slope]), _Tape(x, y, numbers, bend)

    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tape: _Tape,
        dy: Tensor,
        gradients: Mapping[str, Tensor],
        *,
        need_input: bool,
    ) -> Tensor | None:
        """Dx = dy·f′(x), and d number = Σ_b of each row's part for what f has learned.

        Parametric: d slope = Σ_b dy·(f(x) − x), dx = dy·(1 − slope) + dy·slope·f′(x).
        """
        if self._usual is not None:
            x, y, (only,), _ = tape
            return self._usual.entry.pull(dy, x, y, only) if need_input else None
        if tape.bend is None or self.slope is None:
            return self._pull(tape, dy, gradients, need_input=need_input)
        torch.sum(dy * tape.bend, 1, keepdim=True, out=gradients[self.slope])
        bent = dy * parameters[self.slope]
        dx = self._pull(tape, bent, gradients, need_input=need_input)
        # dy − bent is the part that goes straight through.
        return None if dx is None else (dy - bent).add_(dx)

    def _numbers(self, place: int, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None) -> dict[str, Any]:
        part = self.slices[place]
        numbers = part.numbers(x, noise, self.stream)
        if not self.learned:
            return numbers
        return numbers | {key: parameters[name][part.first : part.last] for key, name in self.learned.items()}

    def _pull(self, tape: _Tape, dy: Tensor, gradients: Mapping[str, Tensor], *, need_input: bool) -> Tensor | None:
        """Gradient through f, slice by slice, and those of its learned numbers."""
        if len(self.slices) == 1 and not self.learned:
            return self.slices[0].pull(dy, tape.x, tape.y, tape.numbers[0]) if need_input else None
        pieces = []
        for each, numbers in zip(self.slices, tape.numbers, strict=True):
            own = slice(each.first, each.last)
            mine = (dy[own], tape.x[own], tape.y[own], numbers)
            if each.entry.learn is not None:
                for key, rows in each.entry.learn(*mine).items():
                    torch.sum(rows, 1, keepdim=True, out=gradients[self.learned[key]][own])
            if need_input:
                pieces.append(each.pull(*mine))
        if not need_input:
            return None
        return pieces[0] if len(pieces) == 1 else torch.cat(pieces)
