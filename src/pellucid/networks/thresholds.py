"""Threshold layer: one score, shared by all outputs, and a learned threshold for each of them.

Cao, Mirjalili & Raschka (2020), "Rank consistent ordinal regression" (CORAL), arXiv 1901.07884, §3.2.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.layout import ParameterSpec
from pellucid.networks.row_sums import row_sums
from pellucid.networks.units import silenced
from pellucid.shapes import Floats

__all__ = ["Thresholds"]


class Thresholds(AbstractLayer):
    """The score ``[m, b, 1]``, padded, → score + bias ``[m, b, count]``, padded."""

    def __init__(self, name: str, count: int) -> None:
        self.count, self.bias = count, f"{name}.bias"
        self.parameters = (ParameterSpec.per_unit(self.bias, count, "bias"),)

    def starts(self, member: int) -> Mapping[str, Floats]:
        """Log-odds of being above class k if all count + 1 classes are equally frequent: falling, symmetric."""
        above = np.arange(self.count, 0, -1) / (self.count + 1)
        return {self.bias: np.log(above / (1.0 - above))}

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None) -> tuple[Tensor, int]:
        """Score + bias; the tape is the padded width of the input."""
        return silenced(x[..., :1] + parameters[self.bias], self.count), x.shape[-1]

    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tape: int,
        dy: Tensor,
        gradients: Mapping[str, Tensor],
        *,
        need_input: bool,
    ) -> Tensor | None:
        """D bias = Σ_b dy, d score = Σ_o dy."""
        torch.sum(dy, 1, keepdim=True, out=gradients[self.bias])
        if not need_input:
            return None
        return torch.nn.functional.pad(row_sums(dy), (0, tape - 1))
