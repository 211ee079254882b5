"""Scale layer: a learned factor on every input, a soft selection of features (RealMLP, arXiv 2407.04491 §3)."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.layout import ParameterSpec
from pellucid.shapes import Floats

__all__ = ["Scale"]


class Scale(AbstractLayer):
    """``[m, b, i] → [m, b, i]`` with factor ``[m, 1, i]``."""

    def __init__(self, name: str, width: int) -> None:
        self.factor, self.width = f"{name}.factor", width
        self.parameters = (ParameterSpec.per_unit(self.factor, width, "scale"),)

    def starts(self, member: int) -> Mapping[str, Floats]:
        """Factors of 1."""
        return {self.factor: np.ones(self.width)}

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None) -> tuple[Tensor, Tensor]:
        """X · factor; the tape is x."""
        return x * parameters[self.factor], x

    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tape: Tensor,
        dy: Tensor,
        gradients: Mapping[str, Tensor],
        *,
        need_input: bool,
    ) -> Tensor | None:
        """D factor = Σ_b dy·x, dx = dy·factor."""
        torch.sum(dy * tape, 1, keepdim=True, out=gradients[self.factor])
        return dy * parameters[self.factor] if need_input else None
