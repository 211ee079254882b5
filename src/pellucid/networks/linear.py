"""Linear layer: y = x·W + c, for every member its own W and c."""

from collections.abc import Mapping

import torch
from torch import Tensor

from pellucid.networks.layer import AbstractLayer, Noise
from pellucid.networks.layout import ParameterSpec, padded

__all__ = ["Linear"]


class Linear(AbstractLayer):
    """``[m, b, i] → [m, b, o]`` with weight ``[m, i, o]`` and bias ``[m, 1, o]``."""

    def __init__(self, name: str, inputs: int, outputs: int) -> None:
        self.inputs, self.outputs = inputs, outputs
        self.weight, self.bias = f"{name}.weight", f"{name}.bias"
        self.parameters = (
            ParameterSpec(
                name=self.weight,
                shape=(padded(inputs), padded(outputs)),
                true_shape=(inputs, outputs),
                file_shape=(inputs, outputs),
                kind="weight",
                fan_in=inputs,
            ),
            ParameterSpec(
                name=self.bias,
                shape=(1, padded(outputs)),
                true_shape=(1, outputs),
                file_shape=(outputs,),
                kind="bias",
                fan_in=inputs,
            ),
        )

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor, noise: Noise | None) -> tuple[Tensor, Tensor]:
        """``einsum("mbi,mio->mbo", x, W) + c``; the tape is x."""
        return torch.baddbmm(parameters[self.bias], x, parameters[self.weight]), x

    def backward(
        self,
        parameters: Mapping[str, Tensor],
        tape: Tensor,
        dy: Tensor,
        gradients: Mapping[str, Tensor],
        *,
        need_input: bool,
    ) -> Tensor | None:
        """DW = ``einsum("mbi,mbo->mio", x, dy)``, dc = Σ_b dy, dx = ``einsum("mbo,mio->mbi", dy, W)``."""
        torch.bmm(tape.transpose(1, 2), dy, out=gradients[self.weight])
        torch.sum(dy, 1, keepdim=True, out=gradients[self.bias])
        if not need_input:
            return None
        weight = parameters[self.weight]
        if tape.stride(2) != 1:
            # The feature layer lays rows along the last axis; its gradient is wanted in the same layout.
            return torch.bmm(weight, dy.transpose(1, 2)).transpose(1, 2)
        return torch.bmm(dy, weight.transpose(1, 2))
