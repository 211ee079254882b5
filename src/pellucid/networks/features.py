"""Feature layer: encoded columns → the first dense vector (number embedding, passed columns, category embedding).

The number embedding is RealMLP's PBLD (Holzmüller et al. 2024, arXiv 2407.04491 §3): for every numeric column x of its
own, ``[x ; cos(2π·x·frequency + phase) · mixing + offset]``.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from pellucid.arithmetic import cos, sin
from pellucid.errors import UsageError
from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.layout import MULTIPLE, ParameterSpec, padded
from pellucid.records import FeatureLayer

__all__ = ["Features"]

_TURN = 2 * math.pi


@dataclass(frozen=True)
class _Tape:
    numbers: Tensor | None  # [m, n, b]
    angle: Tensor | None  # [m, n, f, b]
    wave: Tensor | None  # [m, n, f, b]
    codes: list[Tensor]  # for every embedded column [m·b]


class Features(AbstractLayer):
    """``X [m, b, numeric + passed, padded]`` and category codes ``[m, b, e]`` → ``[m, b, o]``.

    Rows run along the last axis of the memory: cosines of one column and the few outputs that mix them are then long,
    aligned runs, and the products with a handful of outputs take the fast path.
    """

    def __init__(self, name: str, spec: FeatureLayer) -> None:
        self.spec = spec
        if spec.frequencies % MULTIPLE:
            raise UsageError(
                f"number_frequencies must be 0 or a multiple of {MULTIPLE}, found {spec.frequencies}; "
                f"use {padded(spec.frequencies)}."
            )
        n, f, e = spec.numeric, spec.frequencies, spec.embedding_size
        self.embeds_numbers = bool(f and n)
        self.frequency, self.phase = f"{name}.frequency", f"{name}.phase"
        self.mixing, self.offset = f"{name}.mixing", f"{name}.offset"
        self.tables = tuple(f"{name}.category.{column}" for column in range(len(spec.categories)))
        own: list[ParameterSpec] = []
        if f:
            for key, shape, true_shape, kind in (
                (self.frequency, (n, f), (n, f), "frequency"),
                (self.phase, (n, f), (n, f), "frequency"),
                (self.mixing, (n, f, e - 1), (n, f, e - 1), "mixing"),
                (self.offset, (padded(n), e - 1), (n, e - 1), "mixing"),
            ):
                own.append(ParameterSpec(key, shape, true_shape, true_shape, kind, fan_in=f))
        for table, levels in zip(self.tables, spec.categories, strict=True):
            shape = (levels, spec.category_size)
            own.append(ParameterSpec(table, (padded(levels), spec.category_size), shape, shape, "category"))
        self.parameters = tuple(own)
        self._sizes = [spec.category_size] * len(self.tables)
        self.codes: Tensor | None = None

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None) -> tuple[Tensor, _Tape]:
        """The dense vector; the tape holds numbers, angles, cosines and codes."""
        spec = self.spec
        m, b, _ = x.shape
        n = spec.numeric
        out = x.new_empty(m, padded(spec.outputs), b)
        if padded(spec.outputs) != spec.outputs:
            out[:, spec.outputs :].zero_()
        columns = x.transpose(1, 2)
        codes = self._codes(m, b) if self.tables else []
        tape = _Tape(None, None, None, codes)
        at = n
        if self.embeds_numbers:
            e, f = spec.embedding_size, spec.frequencies
            numbers = columns[:, :n].contiguous()
            # angle = 2π·x·frequency + phase
            frequency = (parameters[self.frequency] * _TURN).unsqueeze(-1)
            angle = (numbers.unsqueeze(2) * frequency).add_(parameters[self.phase].unsqueeze(-1))
            wave = cos(angle)
            mixed = torch.bmm(
                parameters[self.mixing].view(m * n, f, e - 1).transpose(1, 2), wave.view(m * n, f, b)
            ).view(m, n, e - 1, b)
            embedded = out[:, : n * e].view(m, n, e, b)
            embedded[:, :, 0] = numbers
            embedded[:, :, 1:] = mixed + parameters[self.offset][:, :n].unsqueeze(-1)
            tape, at = _Tape(numbers, angle, wave, codes), n * e
        elif n:
            out[:, :n] = columns[:, :n]
        if spec.passed:
            out[:, at : at + spec.passed] = columns[:, n : n + spec.passed]
            at += spec.passed
        for own, table, size in zip(codes, self.tables, self._sizes, strict=True):
            looked_up = torch.embedding(parameters[table].flatten(0, 1), own)
            out[:, at : at + size] = looked_up.view(m, b, size).transpose(1, 2)
            at += size
        return out.transpose(1, 2), tape

    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tape: _Tape,
        dy: Tensor,
        gradients: Mapping[str, Tensor],
        *,
        need_input: bool,
    ) -> Tensor | None:
        """D offset = Σ_b d, d mixing = wave·dᵀ, d angle = −sin(angle)·(mixing·d), and from it frequency and phase.

        The gradient of the encoded columns themselves is not computed: nothing trains there.
        """
        spec = self.spec
        m, b, _ = dy.shape
        n = spec.numeric
        columns = dy.transpose(1, 2)
        at = n
        if tape.numbers is not None and tape.angle is not None and tape.wave is not None:
            e, f = spec.embedding_size, spec.frequencies
            at = n * e
            d = columns[:, :at].reshape(m, n, e, b)[:, :, 1:].contiguous()
            gradients[self.offset].zero_()[:, :n] = d.sum(3)
            flat = d.view(m * n, e - 1, b)
            mixing = parameters[self.mixing].view(m * n, f, e - 1)
            mixing_gradient = gradients[self.mixing].view(m * n, f, e - 1)
            waves = tape.wave.view(m * n, f, b)
            if e == 2:
                # A single matrix times a vector takes another way than many of them, and rounds otherwise.
                torch.sum(waves * flat, 2, keepdim=True, out=mixing_gradient)
            else:
                torch.bmm(waves, flat.transpose(1, 2), out=mixing_gradient)
            # cos′ = −sin
            dangle = torch.bmm(mixing, flat).view(m, n, f, b) * sin(tape.angle).neg_()
            torch.sum(dangle, 3, out=gradients[self.phase])
            torch.sum(dangle * tape.numbers.unsqueeze(2), 3, out=gradients[self.frequency])
            gradients[self.frequency].mul_(_TURN)
        at += spec.passed
        for own, table, size in zip(tape.codes, self.tables, self._sizes, strict=True):
            d = columns[:, at : at + size].transpose(1, 2).reshape(m * b, size)
            rows = gradients[table].flatten(0, 1)
            if rows.device.type == "cpu":
                rows.zero_().index_add_(0, own, d)
            else:
                # Atomic additions would come in any order.
                rows.copy_(torch.ops.aten.embedding_dense_backward(d, own, len(rows), -1, False))
            at += size
        return None

    def see(self, codes: Tensor | None) -> None:
        """Take the category codes ``[m, b, e]`` of the rows that the next forward pass gets."""
        self.codes = codes

    def _codes(self, m: int, b: int) -> list[Tensor]:
        """For every embedded column the row numbers ``[m·b]`` in its members' tables, laid one after another."""
        assert self.codes is not None
        member = torch.arange(m, device=self.codes.device).view(m, 1)
        return [
            (self.codes[:, :, column] + member * padded(levels)).reshape(m * b)
            for column, levels in enumerate(self.spec.categories)
        ]
