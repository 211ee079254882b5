"""Neighbouring members of a stack that have the same activation, each with its own numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pellucid.activations import ACTIVATIONS, Activation, ChosenActivation
from pellucid.catalogue import Parameter
from pellucid.networks.layer import Noise
from pellucid.networks.layout import padded
from pellucid.networks.units import real_units
from pellucid.records import ActivationLayer

__all__ = ["ActivationSlice", "slices_of"]


class ActivationSlice:
    """An activation on members ``first`` to ``last`` − 1.

    Attributes:
        first: First member.
        last: One beyond the last.
        entry: The activation, with value and pull.
        chosen: The same with each member's numbers.
    """

    def __init__(self, first: int, chosen: Sequence[ChosenActivation], width: int, result: int) -> None:
        self.first, self.last = first, first + len(chosen)
        self.entry: Activation = chosen[0].entry
        self.chosen = list(chosen)
        self._numbers: dict[tuple[torch.dtype, torch.device], dict[str, Any]] = {}
        entry = self.entry
        works_on_true_widths = entry.rowwise or entry.takes is not None or entry.gives is not None
        # Padding that is cut off what it takes, and laid on what it gives.
        self._cut, self._laid_on = (padded(width) - width, padded(result) - result) if works_on_true_widths else (0, 0)
        at_zero = entry.at_zero
        speaks = at_zero is not None and any(at_zero(each.numbers) for each in chosen)
        # Width of the layer, where padded units would speak because f(0) is not 0, and must be silenced.
        self._silent_from = width if speaks and padded(width) != width and not works_on_true_widths else None

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to do beside value and pull of the entry."""
        return not (self._cut or self._laid_on or self.entry.learned or self.entry.draws) and self._silent_from is None

    def numbers(self, x: Tensor, noise: Noise | None, stream: int) -> dict[str, Any]:
        """Every number but the learned ones, as value and pull want them for the stack's input ``x [m, b, i]``.

        Numbers are rounded to its type, so that one number and a tensor of numbers give the same bits. Drawn numbers
        come from the noise, and are their mean when predicting.
        """
        numbers = self._numbers.get((x.dtype, x.device))
        if numbers is None:
            with torch.inference_mode(False):
                numbers = {each.name: self._number(each, x) for each in self.entry.parameters}
            self._numbers[x.dtype, x.device] = numbers
        if not self.entry.draws:
            return numbers
        low, high = (numbers[name] for name in self.entry.draw_between)
        if noise is None:
            mean = (low + high) * 0.5
            drawn = _rounded(mean, x.dtype) if isinstance(mean, float) else mean
        else:
            drawn = noise.uniform(stream, x.shape[1], x.shape[2])[self.first : self.last] * (high - low) + low
        return {**numbers, self.entry.draws: drawn}

    def value(self, x: Tensor, numbers: Mapping[str, Any]) -> Tensor:
        """f(x): ``[m, b, i] → [m, b, o]``, padded widths."""
        y = self.entry.value(_without(x, self._cut), numbers)
        if self._silent_from is not None:
            return y * real_units(self._silent_from, y.dtype, y.device)
        return _with(y, self._laid_on)

    def pull(self, dy: Tensor, x: Tensor, y: Tensor, numbers: Mapping[str, Any]) -> Tensor:
        """Gradient of x, from the gradient of y; padded widths."""
        if not self._cut and not self._laid_on:
            return self.entry.pull(dy, x, y, numbers)
        dy, y = _without(dy, self._laid_on), _without(y, self._laid_on)
        return _with(self.entry.pull(dy, _without(x, self._cut), y, numbers), self._cut)

    def _number(self, parameter: Parameter, like: Tensor) -> Any:
        values = [each.numbers[parameter.name] for each in self.chosen]
        if not _is_a_members_own(parameter):
            return values[0]
        own = np.array(values, dtype=np.float64)
        if (own == own[0]).all():
            return _rounded(float(own[0]), like.dtype)
        return torch.as_tensor(own, dtype=like.dtype, device=like.device).view(-1, 1, 1)


def slices_of(layers: Sequence[ActivationLayer]) -> list[ActivationSlice]:
    """The slices of a stack whose members have these activations, of equal widths: one for each run of equal kinds."""
    found: list[list[ChosenActivation]] = []
    known: dict[object, ChosenActivation] = {}
    kind: object = None
    for layer in layers:
        written = (layer.name, tuple(layer.numbers.items()))
        if written not in known:
            known[written] = ACTIVATIONS(layer.name, **layer.numbers)
        chosen = known[written]
        own = (chosen.name, *(v for p, v in _by_parameter(chosen) if not _is_a_members_own(p)))
        if own != kind:
            found.append([])
            kind = own
        found[-1].append(chosen)
    slices: list[ActivationSlice] = []
    for run in found:
        slices.append(ActivationSlice(slices[-1].last if slices else 0, run, layers[0].width, layers[0].outputs))
    return slices


def _without(x: Tensor, padding: int) -> Tensor:
    return x[..., :-padding].contiguous() if padding else x


def _with(x: Tensor, padding: int) -> Tensor:
    return torch.nn.functional.pad(x, (0, padding)) if padding else x


def _by_parameter(chosen: ChosenActivation) -> list[tuple[Parameter, Any]]:
    return [(parameter, chosen.numbers[parameter.name]) for parameter in chosen.entry.parameters]


def _is_a_members_own(parameter: Parameter) -> bool:
    """Whether members of one slice may differ in it."""
    return not parameter.structural and parameter.kind in ("number", "whole")


def _rounded(value: float, dtype: torch.dtype) -> float:
    return value if dtype == torch.float64 else float(np.float32(value))
