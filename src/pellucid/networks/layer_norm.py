"""Layer normalisation (Ba, Kiros & Hinton 2016, arXiv 1607.06450, eq. 3 and 4)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.layout import ParameterSpec
from pellucid.networks.row_sums import row_sums
from pellucid.networks.units import silenced
from pellucid.shapes import Floats

__all__ = ["LayerNorm"]


@dataclass(frozen=True)
class _Tape:
    normal: Tensor  # [m, b, i], (x − mean)/√(variance + eps); 0 in the padding
    inverse: Tensor  # [m, b, 1], 1/√(variance + eps)


class LayerNorm(AbstractLayer):
    """``[m, b, i] → [m, b, i]``: every row with mean 0 and variance 1 over its units, then a scale and shift per unit.

    Mean and variance are those of the true width.
    """

    def __init__(self, name: str, width: int, eps: float) -> None:
        self.width, self.eps = width, eps
        self.scale, self.shift = f"{name}.scale", f"{name}.shift"
        self.parameters = (
            ParameterSpec.per_unit(self.scale, width, "scale"),
            ParameterSpec.per_unit(self.shift, width, "shift"),
        )

    def starts(self, member: int) -> Mapping[str, Floats]:
        """Scale 1, shift 0."""
        return {self.scale: np.ones(self.width), self.shift: np.zeros(self.width)}

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None) -> tuple[Tensor, _Tape]:
        """(x − mean)/√(variance + eps)·scale + shift."""
        # The mean was taken away from the padding as well.
        centred = silenced(x - row_sums(x) / self.width, self.width)
        inverse = torch.reciprocal(torch.sqrt(row_sums(centred * centred) / self.width + self.eps))
        normal = centred * inverse
        return normal * parameters[self.scale] + parameters[self.shift], _Tape(normal, inverse)

    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tape: _Tape,
        dy: Tensor,
        gradients: Mapping[str, Tensor],
        *,
        need_input: bool,
    ) -> Tensor | None:
        """D shift = Σ_b dy, d scale = Σ_b dy·normal, dx = (g − (Σ_i g + normal·Σ_i g·normal)/width)/√(variance + eps).

        Here g = dy·scale.
        """
        torch.sum(dy, 1, keepdim=True, out=gradients[self.shift])
        torch.sum(dy * tape.normal, 1, keepdim=True, out=gradients[self.scale])
        if not need_input:
            return None
        g = dy * parameters[self.scale]
        along = (tape.normal * row_sums(g * tape.normal) + row_sums(g)) / self.width
        return silenced((g - along) * tape.inverse, self.width)
