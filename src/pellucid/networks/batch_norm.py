"""Batch normalisation (Ioffe & Szegedy 2015, arXiv 1502.03167, algorithms 1 and 2)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pellucid.activations.masks import above_zero, passed
from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.layout import ParameterSpec
from pellucid.shapes import Floats

__all__ = ["BatchNorm"]

# What a batch weighs in the running statistics; PyTorch's default.
_MOMENTUM = 0.1


@dataclass(frozen=True)
class _Tape:
    normal: Tensor  # [m, b, i], (x − mean)/√(variance + eps)
    inverse: Tensor  # [m, 1, i], 1/√(variance + eps)
    share: Tensor | None  # [m, b, 1], 1/n for rows that count and 0 for others; None when predicting


class BatchNorm(AbstractLayer):
    """``[m, b, i] → [m, b, i]``: every unit with mean 0 and variance 1 over the rows, then its own scale and shift.

    Rows that only fill the batch are normalised like the others but do not count. When predicting, running means of
    mean and (unbiased) variance stand in for those of the batch; they are moved by every forward pass in training.
    """

    def __init__(self, name: str, width: int, eps: float) -> None:
        self.width, self.eps = width, eps
        self.scale, self.shift = f"{name}.scale", f"{name}.shift"
        self.mean, self.variance = f"{name}.mean", f"{name}.variance"
        self.parameters = (
            ParameterSpec.per_unit(self.scale, width, "scale"),
            ParameterSpec.per_unit(self.shift, width, "shift"),
            ParameterSpec.per_unit(self.mean, width, "statistic"),
            ParameterSpec.per_unit(self.variance, width, "statistic"),
        )

    def starts(self, member: int) -> Mapping[str, Floats]:
        """Scale 1, shift 0, running mean 0 and variance 1."""
        zeros, ones = np.zeros(self.width), np.ones(self.width)
        return {self.scale: ones, self.shift: zeros, self.mean: zeros, self.variance: ones}

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None) -> tuple[Tensor, _Tape]:
        """(x − mean)/√(variance + eps)·scale + shift."""
        if noise is None:
            share, mean, variance = None, parameters[self.mean], parameters[self.variance]
            centred = x - mean
        else:
            counting = noise.row_weights.unsqueeze(-1)
            # A batch without a row that counts has no statistics; 1 keeps it finite.
            n = above_zero(counting).sum(1, keepdim=True).clamp_(min=1.0)
            # passed: 0 in rows that do not count.
            share = passed(torch.reciprocal(n), counting)
            mean = passed(x, counting).sum(1, keepdim=True) / n
            centred = x - mean
            variance = passed(centred * centred, counting).sum(1, keepdim=True) / n
            self._see(parameters, mean.detach(), variance.detach(), n)
        inverse = torch.reciprocal(torch.sqrt(variance + self.eps))
        normal = centred * inverse
        return normal * parameters[self.scale] + parameters[self.shift], _Tape(normal, inverse, share)

    def _see(self, parameters: Mapping[str, Tensor], mean: Tensor, variance: Tensor, n: Tensor) -> None:
        """Move the running statistics: running ← 0.9·running + 0.1·batch's; one row alone has no spread to tell."""
        unbiased = variance * (n / (n - 1.0).clamp_(min=1.0))
        tells = n > 1.0
        for name, seen in ((self.mean, mean), (self.variance, unbiased)):
            running = parameters[name]
            running.copy_(torch.where(tells, running * (1.0 - _MOMENTUM) + seen * _MOMENTUM, running))

    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tape: _Tape,
        dy: Tensor,
        gradients: Mapping[str, Tensor],
        *,
        need_input: bool,
    ) -> Tensor | None:
        """D shift = Σ_b dy, d scale = Σ_b dy·normal, dx = (g − (Σ_b g + normal·Σ_b g·normal)/n)/√(variance + eps).

        Here g = dy·scale; the subtracted part, by way of mean and variance, reaches only rows that count.
        """
        summed = torch.sum(dy, 1, keepdim=True, out=gradients[self.shift])
        aligned = torch.sum(dy * tape.normal, 1, keepdim=True, out=gradients[self.scale])
        if not need_input:
            return None
        factor = parameters[self.scale] * tape.inverse
        if tape.share is None:
            return dy * factor
        return (dy - (tape.normal * aligned + summed) * tape.share) * factor
